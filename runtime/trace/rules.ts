// Copyright 2026 the Toukon Lambda authors. MIT license.

import { showFound } from "../show_found.ts";

const MAX_NAME_LENGTH = 200;
const MAX_KEY_LENGTH = 500;
const MAX_VALUE_LENGTH = 1_000;
const NOT_IN_NAMES = /[^\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]/gu;
const ANNOTATION_KEY = /^[A-Za-z0-9_]+$/;
const RESERVED = "AWS.";

/** What an annotation may be. */
export type AnnotationValue = string | number | boolean;

/**
 * Makes a name that X-Ray takes: what is not allowed becomes `_`, and what is
 * too long is cut off, since a name is often made of data.
 *
 * @throws {TypeError} If it is no text, or empty.
 */
export function toSpanName(name: unknown): string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot trace: expected a name of 1 to ${MAX_NAME_LENGTH} characters, found ${
        showFound(name)
      }`,
    );
  }
  return clipTo(name.replace(NOT_IN_NAMES, "_"), MAX_NAME_LENGTH);
}

/**
 * Makes a value that X-Ray takes for an annotation: of a text that is too long,
 * the beginning.
 *
 * @throws {TypeError} If X-Ray would not take the key, or the type of the value.
 */
export function toAnnotation(key: unknown, value: unknown): AnnotationValue {
  const isKey = typeof key === "string" && key.length <= MAX_KEY_LENGTH &&
    ANNOTATION_KEY.test(key);
  if (!isKey) {
    throw new TypeError(
      `Cannot annotate a span: expected a key of 1 to ${MAX_KEY_LENGTH} of A-Z, a-z, 0-9 and _, found ${
        showFound(key)
      }`,
    );
  }
  if (typeof value === "string") {
    return clipTo(value.toWellFormed(), MAX_VALUE_LENGTH);
  }
  if (typeof value === "boolean" || Number.isFinite(value)) {
    return value as AnnotationValue;
  }
  throw new TypeError(
    `Cannot annotate a span with "${key}": expected a string, a finite number or a boolean, found ${
      showFound(value)
    }. For anything else there is addMetadata()`,
  );
}

/**
 * Checks the key, or the namespace, of metadata.
 *
 * @throws {TypeError} If X-Ray would not take it.
 */
export function checkMetadataName(what: string, name: unknown): void {
  const isName = typeof name === "string" && name !== "" &&
    !name.startsWith(RESERVED);
  if (isName) return;
  throw new TypeError(
    `Cannot add metadata to a span: expected a ${what} that is not empty and does not begin with "${RESERVED}", which is AWS's, found ${
      showFound(name)
    }`,
  );
}

/** Cuts a text off without leaving half of a character. */
export function clipTo(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, "");
}

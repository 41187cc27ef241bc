// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Choices } from "./choices.ts";
import { cdkText, configText } from "./config.ts";
import type { LocalPackage } from "./local_package.ts";
import { readmes } from "./readme.ts";
import { KINDS, STARTER } from "./templates.ts";

/** What a project is made from. */
export interface ProjectOptions {
  /** The name of the function. */
  name: string;
  /** What is chosen. */
  choices: Choices;
  /** The package that stands for the one on JSR. */
  localPackage?: LocalPackage;
}

/** The event that a project is tried with first. */
export const FIRST_EVENTS: Record<Choices["kind"], string> = {
  event: "events/hello.json",
  fetch: "events/get_hello.json",
  stream: "events/countdown.json",
  batch: "events/orders.json",
};

/** What the function is called in the templates. */
const TEMPLATE_NAME = "hello-lambda";

/** What a kind brings its own of. */
const OF_THE_KIND = /^(?:handler(?:_test)?\.ts$|events\/)/;

/** The texts of a project's files, by their paths in it. */
export function filesOf(
  { name, choices, localPackage }: ProjectOptions,
): Record<string, string> {
  const { kind, infra, form } = choices;
  const files: Record<string, string> = Object.fromEntries(
    Object.entries(STARTER).filter(([path]) =>
      !path.startsWith("README") &&
      (kind === "event" || !OF_THE_KIND.test(path)) &&
      (infra === "cdk" || !/^(?:infra|\.github)\//.test(path)) &&
      (form === "image" || !/^(?:Dockerfile|\.dockerignore)$/.test(path))
    ),
  );
  if (kind !== "event") Object.assign(files, KINDS[kind]);
  files["deno.json"] = configText(files["deno.json"], choices, localPackage);
  if (infra === "cdk") {
    files["infra/cdk.json"] = cdkText(files["infra/cdk.json"], choices);
  }
  Object.assign(files, readmes(choices, FIRST_EVENTS[kind]));
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll(TEMPLATE_NAME, name),
    ]),
  );
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith, show } from "./_fail.ts";

/** Any class. */
// deno-lint-ignore no-explicit-any
export type AnyConstructor = new (...args: any[]) => any;

/** What a class makes. */
export type GetConstructorType<T extends AnyConstructor> = InstanceType<T>;

/** Throws unless `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is GetConstructorType<T> {
  if (actual instanceof expectedType) return;
  failWith(
    `Expected an instance of "${expectedType.name}", got ${show(actual)}`,
    msg,
  );
}

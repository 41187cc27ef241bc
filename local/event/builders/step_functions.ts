// Copyright 2026 the Toukon Lambda authors. MIT license.

import { SAMPLE_ORDER } from "./sample.ts";

/** Options for {@linkcode stepFunctionsEvent}. */
export interface StepFunctionsEventOptions<Input> {
  /**
   * What the state machine gives to the task.
   *
   * @default {an order}
   */
  input?: Input;
}

/**
 * Makes the event of a task of Step Functions. It is what the state machine
 * gives to the task, with nothing around it.
 *
 * @typeParam Input What the task is given.
 * @param options What it is.
 * @returns The event.
 *
 * @example Usage
 * ```ts
 * import { stepFunctionsEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(stepFunctionsEvent({ input: { id: 1 } }), { id: 1 });
 * ```
 */
export function stepFunctionsEvent<Input = Record<string, unknown>>(
  { input = { ...SAMPLE_ORDER } as Input }: StepFunctionsEventOptions<Input> =
    {},
): Input {
  return input;
}

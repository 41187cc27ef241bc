// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The event that asks the handler of a fixture for one of its cases. */
export function ask(name: string, value?: unknown): string {
  return JSON.stringify({ case: name, value });
}

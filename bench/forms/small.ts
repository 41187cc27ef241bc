// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A handler that imports nothing. */
export function handleEvent(event: { name: string }): unknown {
  return { message: `Hello, ${event.name}` };
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

// deno-lint-ignore require-await
export async function handleEvent(event: { name: string }): Promise<unknown> {
  return { message: `Hello, ${event.name}` };
}

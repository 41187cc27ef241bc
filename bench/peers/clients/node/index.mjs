// Copyright 2026 the Toukon Lambda authors. MIT license.

// deno-lint-ignore require-await
export async function handler(event) {
  return { message: `Hello, ${event.name}` };
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Waits as for a database. */
export async function handleEvent(event: { name: string }): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { message: `Hello, ${event.name}` };
}

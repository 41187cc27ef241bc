// Copyright 2026 the Toukon Lambda authors. MIT license.

// Like served.ts, which it is compared with, but for the transport.

import { serve } from "@toukon/lambda";

// deno-lint-ignore require-await
async function handleEvent(event: { name: string }): Promise<unknown> {
  return { message: `Hello, ${event.name}` };
}

await serve(handleEvent, { config: { transport: "socket" } });

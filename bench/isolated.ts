// Copyright 2026 the Toukon Lambda authors. MIT license.

// The handler of served.ts, isolated or not as the first argument says.
import { serve } from "@toukon/lambda";

await serve({
  config: { isolation: Deno.args[0] },
  // deno-lint-ignore require-await
  load: async () => ({
    // deno-lint-ignore require-await
    async handleEvent(event: { name: string }): Promise<unknown> {
      return { message: `Hello, ${event.name}` };
    },
  }),
});

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { serve } from "@toukon/lambda";

await serve({
  config: { isolation: Deno.env.get("ISOLATION"), logLevel: "ERROR" },
  load: () => import(`./${Deno.env.get("HANDLER")}.ts`),
});

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { ChaosApi } from "../../support/chaos_api.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { testOverEach } from "../../support/transports.ts";

/** More of them are for `deno task chaos`. */
const SEEDS = Number(Deno.env.get("CHAOS_SEEDS") ?? 60);
const FIRST_SEED = Number(
  Deno.env.get("CHAOS_SEED") ?? 1 + Date.now() % 1_000_000,
);
const INVOCATIONS = 4;
/** Functions spend most of their time on pauses. */
const FUNCTIONS = 6;

testOverEach(
  `loop() answers each invocation once and with its own reply whatever the network does, ${SEEDS} seeds from ${FIRST_SEED}`,
  async (transport) => {
    let last = 0;
    await Promise.all(Array.from({ length: FUNCTIONS }, async () => {
      await using api = new ChaosApi();
      await using _process = new FunctionProcess({ api, transport });
      while (last < SEEDS) await api.run(FIRST_SEED + last++, INVOCATIONS);
    }));
  },
);

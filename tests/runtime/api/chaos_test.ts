// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { pause } from "../../../runtime/api/retry.ts";
import { ChaosApi } from "../../support/chaos_api.ts";
import { Child } from "../../support/child.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { testOverEach } from "../../support/transports.ts";

const SERVER = new URL(
  "../../support/runtime_api_process.ts",
  import.meta.url,
).pathname;

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
    const lanes = Array.from({ length: FUNCTIONS }, async () => {
      await using api = new ChaosApi();
      await using _process = new FunctionProcess({ api, transport });
      try {
        while (last < SEEDS) await api.run(FIRST_SEED + last++, INVOCATIONS);
      } catch (error) {
        last = SEEDS;
        throw error;
      }
    });
    // Not one of them may outlive the test, though another one fails.
    await Promise.allSettled(lanes);
    await Promise.all(lanes);
  },
);

testOverEach(
  "loop() goes on when a Runtime API that was stopped does",
  async (transport) => {
    const count = 300;
    await using server = new Child(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-net=127.0.0.1", SERVER, `${count}`],
    });
    const [, address] = await server.until(({ stdout }) =>
      /^listens on (\S+)$/m.exec(stdout)
    );
    await using process = new FunctionProcess({ address, transport });
    for (const answered of [50, 100, 150]) {
      await process.unlessLost(
        server.until(({ stdout }) => stdout.includes(`answered ${answered}\n`)),
      );
      server.kill("SIGSTOP");
      // A function waits as long as it takes, so that no sign tells it does.
      await process.unlessLost(pause(200));
      server.kill("SIGCONT");
    }
    const { code, stdout, stderr } = await process.unlessLost(server.ended());
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^posts: ${count}$`, "m"));
  },
);

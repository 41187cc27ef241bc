// Copyright 2026 the Toukon Lambda authors. MIT license.

// How spans reach X-Ray's daemon: by Node's datagrams, or by Deno's own.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { TracedFunction } from "../../support/traced_function.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

const UNUSABLE = [
  {
    title: "the address is none",
    env: { AWS_XRAY_DAEMON_ADDRESS: "nowhere" },
    warning:
      'expected "host:port" or "tcp:host:port udp:host:port", found "nowhere"',
  },
  {
    title: "the host is unknown",
    env: { AWS_XRAY_DAEMON_ADDRESS: "daemon.invalid:2000" },
    warning: 'Cannot reach "daemon.invalid:2000": ',
  },
];

const REFUSED: {
  env: Record<string, string>;
  permissions: string[];
  warning: string;
}[] = [
  {
    env: { AWS_XRAY_DAEMON_ADDRESS: "169.254.79.129:2000" },
    permissions: ["--allow-net=127.0.0.0/8", "--allow-env"],
    warning: 'Requires net access to "169.254.79.129:2000": add it to "net"',
  },
  {
    env: { AWS_XRAY_DAEMON_ADDRESS: "169.254.79.129:2000" },
    permissions: [
      "--allow-net=127.0.0.0/8,169.254.79.129:2000",
      "--allow-env",
    ],
    warning: 'Requires net access to "0.0.0.0:0": add it to "net"',
  },
  {
    env: { AWS_XRAY_DAEMON_ADDRESS: "[::2]:2000" },
    permissions: ["--allow-net=127.0.0.0/8", "--allow-env"],
    warning: 'Requires net access to "[::2]:2000": add it to "net"',
  },
  {
    env: {},
    permissions: ["--allow-net", "--allow-env=AWS_LAMBDA_*,ISOLATION"],
    warning:
      'Requires env access to "AWS_XRAY_DAEMON_ADDRESS": add it to "env"',
  },
];

for (
  const { flags, suffix } of [
    { flags: [], suffix: "by node:dgram" },
    { flags: ["--unstable-net"], suffix: "by Deno.listenDatagram()" },
  ]
) {
  for (const isolation of ["none", "worker"] as const) {
    Deno.test(`trace() sends by a socket of each invocation's own, ${suffix}, isolation ${isolation}`, async () => {
      await using fn = await TracedFunction.start({ flags, isolation });
      for (let count = 1; count <= 3; count++) {
        await fn.invoke("tree", { value: 1 });
        await fn.daemon.received(count);
      }
      assertEquals(fn.daemon.senders.size, 3);
    });

    Deno.test(`trace() sends many documents at once, ${suffix}, isolation ${isolation}`, async () => {
      await using fn = await TracedFunction.start({ flags, isolation });
      await fn.invoke("large");
      await fn.daemon.received(22);
      await fn.invoke("tree", { value: 1_000 });
      await fn.daemon.received(1_022);
    });
  }

  Deno.test(`trace() finds a daemon by the name of its host, ${suffix}`, async () => {
    await using fn = await TracedFunction.start({ flags, host: "localhost" });
    await fn.invoke("tree", { value: 1 });
    await fn.daemon.received(1);
  });

  Deno.test(`trace() does not mind a daemon that is not there, ${suffix}`, async () => {
    await using fn = await TracedFunction.start({
      flags,
      env: { AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:9" },
    });
    for (let count = 0; count < 2; count++) {
      const { path } = await fn.invoke("nested");
      assertMatch(path, /\/response$/);
    }
  });

  for (const { title, env, warning } of UNUSABLE) {
    Deno.test(`trace() warns once where ${title}, ${suffix}`, async () => {
      await using fn = await TracedFunction.start({ flags, env });
      for (let count = 0; count < 2; count++) {
        const { path } = await fn.invoke("nested");
        assertMatch(path, /\/response$/);
      }
      const log = await fn.log();
      assertEquals(log.split("Cannot send spans to X-Ray").length, 2, log);
      assertStringIncludes(log, warning);
    });
  }

  for (const { env, permissions, warning } of REFUSED) {
    Deno.test(`trace() says what is missing: ${warning}, ${suffix}`, async () => {
      await using fn = await TracedFunction.start({
        flags,
        env,
        permissions: [...permissions, `--allow-read=${ROOT}`],
      });
      const { path } = await fn.invoke("nested");
      assertMatch(path, /\/response$/);
      assertStringIncludes(await fn.log(), warning);
    });
  }
}

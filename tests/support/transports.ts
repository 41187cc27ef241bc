// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What carries the requests of the function under test. */
export type TransportName = "fetch" | "socket";

/** All that `lambda.transport` may be. */
export const TRANSPORTS: readonly TransportName[] = ["fetch", "socket"];

/** Registers a test for each transport, with the name that it has over fetch. */
export function testOverEach(
  name: string,
  run: (transport: TransportName) => Promise<void>,
): void {
  for (const transport of TRANSPORTS) {
    Deno.test(nameOver(transport, name), () => run(transport));
  }
}

/** Says in the name of a test, after what it is about, that sockets are used. */
export function nameOver(transport: TransportName, name: string): string {
  if (transport === "fetch") return name;
  return /^\w+\(\) /.test(name)
    ? name.replace("()", "() over sockets")
    : `${name}, over sockets`;
}

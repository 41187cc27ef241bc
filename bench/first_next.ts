// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A way to start the function. */
export interface Form {
  name: string;
  command: string;
  args: string[];
  directory: string;
  env?: Record<string, string>;
  /** Whether it asks for nothing, and is measured to its end. */
  isEmpty?: boolean;
}

/**
 * Starts a form and gives how long it takes to its first request, in
 * milliseconds.
 *
 * @param core The one core that it is kept on, by its number.
 */
export async function timeToFirstNext(
  { command, args, directory, env, isEmpty }: Form,
  core: string | undefined,
): Promise<number> {
  const asked = Promise.withResolvers<number>();
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    // The one that a compiled program may reach.
    port: 9001,
    onListen: () => {},
  }, () => {
    asked.resolve(performance.now());
    // Makes the runtime end its process.
    return new Response(null, { status: 500 });
  });
  const startedAt = performance.now();
  const pinned = core === undefined
    ? [command, ...args]
    : ["taskset", "--cpu-list", core, command, ...args];
  const child = new Deno.Command(pinned[0], {
    args: pinned.slice(1),
    cwd: directory,
    env: {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.addr.port}`,
      DENO_NO_UPDATE_CHECK: "1",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      ...env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  if (isEmpty) {
    await ended;
    return performance.now() - startedAt;
  }
  const lost = ended.then(({ code, stderr }) => {
    throw new Error(
      `Cannot measure ${command} ${args.join(" ")}: it ended with ${code}: ${
        new TextDecoder().decode(stderr)
      }`,
    );
  });
  const askedAt = await Promise.race([asked.promise, lost]);
  await ended;
  return askedAt - startedAt;
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { findProject, type Project, readProject } from "../build/project.ts";
import { UsageError } from "../cli/usage_error.ts";
import { workingDirectory } from "../cli/working_directory.ts";
import { LambdaApi } from "./client/lambda_api.ts";
import { Emulator } from "./emulator.ts";
import type { EmulatorFlags } from "./flags.ts";
import { readEnvFile } from "./function/variables.ts";
import { Gateway } from "./ingress/gateway.ts";
import { LIMITS } from "./limits.ts";
import { Reloader } from "./reload/reloader.ts";
import { SqsPoller } from "./sqs_poller.ts";

/** How long a start may take, as on Lambda. */
const INIT_TIMEOUT_MS = 10_000;
/** The same for Managed Instances, at least. */
const CONCURRENT_INIT_TIMEOUT_MS = 130_000;
const DEFAULT_REGION = "us-east-1";

/** An emulator with its servers, its watcher and its poller. */
export interface Local extends AsyncDisposable {
  emulator: Emulator;
  /** Where SDKs invoke the function. */
  endpoint: string;
  /** Where HTTP requests go. */
  url: string;
  project: Project;
  reloader: Reloader;
}

/**
 * Starts the emulator of the function in a directory.
 *
 * @throws {BuildError} If there is no function.
 * @throws {UsageError} If a port is taken or a file cannot be read.
 */
export async function startLocal(
  flags: EmulatorFlags,
  directory: string,
): Promise<Local> {
  const root = findProject(directory);
  const read = () => readProject(root, { external: [], include: [] });
  const project = await read();
  const envFile = flags.envFile === undefined
    ? undefined
    : atPerson(flags.envFile);
  const env = (name: string) => Deno.env.get(name);
  const emulator = new Emulator({
    readProject: read,
    settings: {
      name: flags.name ?? nameOf(root),
      region: env("AWS_REGION") || env("AWS_DEFAULT_REGION") || DEFAULT_REGION,
      timeoutMs: flags.timeoutMs,
      memoryMb: flags.memoryMb,
      concurrency: flags.concurrency,
      freezes: flags.freeze,
      isSnapStart: flags.snapStart,
      mayDoAll: flags.allowAll,
      variables: envFile === undefined ? {} : await readEnvFile(envFile),
      maxStreamBytes: LIMITS.stream,
      initTimeoutMs: flags.concurrency > 1
        ? Math.max(CONCURRENT_INIT_TIMEOUT_MS, flags.timeoutMs)
        : INIT_TIMEOUT_MS,
    },
    deadLetterFolder: `${root}/dead_letters`,
    deadLetterTarget: flags.deadLetter,
    retryDelayMs: flags.retryDelayMs,
  });
  const api = new LambdaApi(emulator);
  const gateway = new Gateway(emulator, {
    ingress: flags.ingress,
    streams: project.config.invokeMode === "RESPONSE_STREAM",
  });
  const servers: Deno.HttpServer<Deno.NetAddr>[] = [];
  const port = flags.port;
  servers.push(listen(port, (request) => api.handle(request)));
  try {
    servers.push(
      listen(
        port && port + 1,
        (request, { remoteAddr }) => gateway.handle(request, remoteAddr),
      ),
    );
  } catch (error) {
    await servers[0].shutdown();
    throw error;
  }
  const reloader = new Reloader(emulator, {
    readProject: read,
    files: [`${root}/${project.configName}`],
    noCheck: flags.noCheck,
  });
  emulator.restart();
  const poller = flags.sqs === undefined
    ? undefined
    : new SqsPoller(emulator, { queueUrl: flags.sqs, env });
  const [endpoint, url] = servers.map(({ addr }) =>
    `http://127.0.0.1:${addr.port}`
  );
  return {
    emulator,
    endpoint,
    url: `${url}/`,
    project,
    reloader,
    async [Symbol.asyncDispose]() {
      const closed = [reloader.close(), poller?.stop()];
      await emulator.stop();
      await Promise.all([...closed, ...servers.map((it) => it.shutdown())]);
    },
  };
}

function listen(
  port: number,
  handle: (
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve(
      { hostname: "127.0.0.1", port, onListen: () => {} },
      handle,
    );
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(
      `Cannot listen on port ${port}: something else does. Give another one with --port`,
    );
  }
}

/** A path of a person's, who is not where deno.json is. */
function atPerson(path: string): string {
  return path.startsWith("/") ? path : `${workingDirectory()}/${path}`;
}

/** A name for a function that has none: that of its folder. */
function nameOf(directory: string): string {
  const folder = directory.slice(directory.lastIndexOf("/") + 1);
  return folder.replaceAll(/[^\w-]+/g, "-").replace(/^-+/, "").slice(0, 64) ||
    "function";
}

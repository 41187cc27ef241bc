// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  bareConnect,
  bareFetch,
  bundle,
  plain,
  type Project,
  type Transport,
} from "./deno_clients.ts";
import { floor, go, node, python, rust } from "./native_clients.ts";

/** A program that is ready to be measured. */
export interface Client {
  command: string[];
  /** Where it is run. */
  directory: string;
  env?: Record<string, string>;
  /** What it consists of, with versions. */
  version: string;
}

/** What making a client may use. */
export interface Workshop {
  /** A folder for what is built once. */
  cache: string;
  /** Removes what is of this run only. */
  stack: DisposableStack;
  signal: AbortSignal;
}

/** A client, and how it is made. */
export interface Source {
  /** How the command line calls it. */
  name: string;
  /** How the results call it. */
  title: string;
  /** Whether it is this package, which nothing may leave out in silence. */
  isOurs: boolean;
  /** Rejects with the reason where this machine cannot make it. */
  make(workshop: Workshop): Promise<Client>;
}

/** Everything that can be measured, in the order of the results. */
export const SOURCES: Source[] = [
  source("floor", "raw sockets in C (floor)", floor),
  source("rust", "Rust, `lambda_runtime`", rust),
  source("go", "Go, `aws-lambda-go`", go),
  source("python", "Python, `awslambdaric`", python),
  source("node", "Node.js, `aws-lambda-ric`", node),
  source("bare_fetch", "bare `fetch` loop in Deno", bareFetch),
  source("bare_connect", "bare `Deno.connect` loop in Deno", bareConnect),
  ...ours("plain", "`deno run`", plain),
  ...ours("bundle", "bundle", bundle),
  ...ours("isolated", "bundle, isolated", bundle, "worker"),
];

function source(name: string, title: string, make: Source["make"]): Source {
  return { name, title, make, isOurs: false };
}

/** This package in a form, over each transport. */
function ours(
  name: string,
  form: string,
  make: (workshop: Workshop, project: Project) => Promise<Client>,
  isolation: Project["isolation"] = "none",
): Source[] {
  const transports: Transport[] = ["fetch", "socket"];
  return transports.map((transport) => ({
    name: `${name}_${transport}`,
    title: `this package, ${form}, ${transport}`,
    isOurs: true,
    make: (workshop) => make(workshop, { transport, isolation }),
  }));
}

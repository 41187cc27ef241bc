// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Choices } from "./choices.ts";
import type { LocalPackage } from "./local_package.ts";

/** What of a deno.json differs between projects. */
interface ProjectConfig {
  lambda: Record<string, unknown>;
  permissions: {
    default: Record<string, unknown>;
    dev: { read: string[] };
    local: { read: string[] };
  };
  exclude: string[];
  unstable?: string[];
}

/** The text of deno.json: the starter's, with what is chosen. */
export function configText(
  starter: string,
  { kind, isolation, infra }: Choices,
  localPackage: LocalPackage | undefined,
): string {
  const config: ProjectConfig = JSON.parse(starter);
  const { lambda, permissions, exclude } = config;
  if (isolation === "worker") lambda.isolation = isolation;
  // Only the starter's own handler sends spans to X-Ray's daemon.
  if (kind !== "event") {
    permissions.default = {};
    if (isolation === "worker") {
      lambda.permissions = "none";
      // Deno wants it for workers with permissions of their own.
      config.unstable = ["worker-options"];
    }
  }
  // The body of a Response is streamed there only where this is set.
  if (kind === "stream") lambda.invokeMode = "RESPONSE_STREAM";
  if (infra === "none") {
    config.exclude = exclude.filter((it) => it !== "infra/");
  }
  if (!localPackage) return toJson(config);
  const { path, vendor } = localPackage;
  // What comes from JSR needs no permission to be read.
  permissions.dev.read.push(path);
  permissions.local.read.push(path);
  if (vendor !== undefined) config.exclude.push("vendor/");
  return toJson({
    ...config,
    links: [path],
    // The stand-ins of a package that is offline must not get into one.
    lock: false,
    ...(vendor !== undefined && { vendor: true }),
  });
}

/** The text of infra/cdk.json: the starter's, with what the kind needs. */
export function cdkText(starter: string, { kind }: Choices): string {
  const cdk: { context: Record<string, unknown> } = JSON.parse(starter);
  if (kind === "fetch") cdk.context.functionUrl = "buffered";
  if (kind === "stream") cdk.context.functionUrl = "true";
  if (kind === "batch") cdk.context.queue = "true";
  return toJson(cdk);
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

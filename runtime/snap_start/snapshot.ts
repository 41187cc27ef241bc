// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { RuntimeApi } from "../api/runtime_api.ts";
import { RuntimeError } from "../failure/errors.ts";
import {
  type Failure,
  toErrorDocument,
  toFailure,
} from "../failure/failure.ts";
import { logFailure } from "../failure/report.ts";
import type { Hook, Runner } from "../handler/runner.ts";
import type { Log } from "../log/log.ts";
import { reseed } from "./reseed.ts";

/** The exit codes of AWS's own runtimes. */
const BEFORE_SNAPSHOT_EXIT_CODE = 64;
const AFTER_RESTORE_EXIT_CODE = 65;

/**
 * Waits while Lambda takes the snapshot, and goes on in each environment that
 * is restored from it.
 *
 * @returns The exit code where a hook has failed, of which Lambda is told.
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html}
 */
export async function snapshotThenRestore(
  runner: Runner,
  api: RuntimeApi,
  log: Log,
): Promise<number | undefined> {
  try {
    await runner.call("beforeSnapshot");
  } catch (error) {
    await api.initError(toHookFailure("beforeSnapshot", error, log));
    return BEFORE_SNAPSHOT_EXIT_CODE;
  }
  await api.restoreNext();
  api.reconnect();
  reseed();
  try {
    await runner.call("afterRestore");
  } catch (error) {
    await api.restoreError(toHookFailure("afterRestore", error, log));
    return AFTER_RESTORE_EXIT_CODE;
  }
  return undefined;
}

function toHookFailure(hook: Hook, cause: unknown, log: Log): Failure {
  const name = `${hook[0].toUpperCase()}${hook.slice(1)}`;
  const { errorType, errorMessage } = toErrorDocument(cause);
  const failure = toFailure(
    new RuntimeError(
      `Runtime.${name}Error`,
      `${hook}() failed: ${errorType}: ${errorMessage}`,
      { cause },
    ),
  );
  const what = hook === "afterRestore" ? "Restore failed" : "Init failed";
  logFailure(log, what, failure.document);
  return failure;
}

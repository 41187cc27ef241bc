// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What the line about an invocation says. */
export interface ReportFacts {
  requestId: string;
  durationMs: number;
  memoryMb: number;
  maxMemoryMb: number;
  /** The time of the start, where the invocation is the first after it. */
  initMs?: number;
  /** What it ended with, where it did not end well. */
  status?: "timeout" | "error";
  errorType?: string;
}

/** The line at the end of an invocation. */
export function reportLine(facts: ReportFacts): string {
  const { initMs = 0, durationMs, status, errorType } = facts;
  const parts = [
    `REPORT RequestId: ${facts.requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    // The start is paid for, too.
    `Billed Duration: ${Math.ceil(durationMs + initMs)} ms`,
    `Memory Size: ${facts.memoryMb} MB`,
    `Max Memory Used: ${facts.maxMemoryMb} MB`,
    ...(facts.initMs === undefined
      ? []
      : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
    ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
  ];
  return `${parts.join("\t")}\n`;
}

/** The line about a start that failed. */
export function initReportLine(
  initMs: number,
  errorType: string | undefined,
): string {
  const status = errorType === undefined
    ? "Status: timeout"
    : `Status: error\tError Type: ${errorType}`;
  return `INIT_REPORT Init Duration: ${
    initMs.toFixed(2)
  } ms\tPhase: init\t${status}\n`;
}

/** The seconds of a timeout as Lambda writes them. */
export function timeoutMessage(timeoutMs: number): string {
  return `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
}

/** Says how a process has ended, in the words of Lambda. */
export function exitMessage({ code, signal }: Deno.CommandStatus): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${
      SIGNALS[signal] ?? signal.slice(3).toLowerCase()
    }`;
  }
  if (code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: exit status ${code}`;
}

const SIGNALS: Record<string, string> = {
  SIGABRT: "aborted",
  SIGFPE: "floating point exception",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
};

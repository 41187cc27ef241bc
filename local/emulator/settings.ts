// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How the emulated function is configured. */
export interface FunctionSettings {
  /** The name of the function. */
  name: string;
  /** The region that the function believes to be in. */
  region: string;
  timeoutMs: number;
  memoryMb: number;
  /** How many invocations its environment runs at once. */
  concurrency: number;
  /** Whether its process is stopped between invocations. */
  freezes: boolean;
  /** Whether it is restored from a snapshot. */
  isSnapStart: boolean;
  /** Whether it may do everything, and not what the built function may. */
  mayDoAll: boolean;
  /** Its environment variables, those of Lambda left out. */
  variables: Readonly<Record<string, string>>;
  /** The largest reply that it may stream, in bytes. */
  maxStreamBytes: number;
  /** How long its start may take, in milliseconds. */
  initTimeoutMs: number;
}

/** The account that stands for the one of the function. */
export const ACCOUNT = "000000000000";

/** The ARN of the function. */
export function functionArn(
  { name, region }: Pick<FunctionSettings, "name" | "region">,
): string {
  return `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;
}

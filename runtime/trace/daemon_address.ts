// Copyright 2026 the Toukon Lambda authors. MIT license.

let address: string | undefined;
let isRead = false;

/**
 * Gives the value of AWS_XRAY_DAEMON_ADDRESS, unless it may not be read or the
 * variable that turns AWS's own X-Ray SDK off does so here.
 */
export function daemonAddress(): string | undefined {
  if (!isRead) {
    isRead = true;
    const isEnabled =
      readVariable("AWS_XRAY_SDK_ENABLED")?.toLowerCase() !== "false";
    address = isEnabled
      ? readVariable("AWS_XRAY_DAEMON_ADDRESS") || undefined
      : undefined;
  }
  return address;
}

/** Gives an environment variable, where it is set and may be read. */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

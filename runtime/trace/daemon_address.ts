// Copyright 2026 the Toukon Lambda authors. MIT license.

import { mayRead, readVariable } from "../variables.ts";
import { warnOnce } from "./warn_once.ts";

const ADDRESS = "AWS_XRAY_DAEMON_ADDRESS";

let address: string | undefined;
let isRead = false;

/**
 * Gives the value of AWS_XRAY_DAEMON_ADDRESS, unless it may not be read or the
 * variable that turns AWS's own X-Ray SDK off does so here.
 */
export function daemonAddress(): string | undefined {
  if (!isRead) {
    isRead = true;
    address = readAddress();
  }
  return address;
}

function readAddress(): string | undefined {
  const isOff = readVariable("AWS_XRAY_SDK_ENABLED")?.toLowerCase() === "false";
  if (isOff) return undefined;
  if (!mayRead(ADDRESS)) {
    warnOnce(
      `Requires env access to "${ADDRESS}": add it to "env" in the permissions of deno.json`,
    );
  }
  return readVariable(ADDRESS);
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { DatagramAddress } from "./datagram_socket.ts";
import { openDenoSocket } from "./deno_socket.ts";

const openSocket = openDenoSocket ??
  (await import("./node_socket.ts")).openNodeSocket;

/**
 * Reads `host:port`, and `tcp:host:port udp:host:port` in either order.
 *
 * @throws {RangeError} If it is neither.
 */
export function parseDaemonAddress(text: string): DatagramAddress {
  const parts = text.trim().split(/\s+/);
  const part = parts.length === 1
    ? parts[0]
    : parts.find((it) => it.startsWith("udp:"))?.slice("udp:".length);
  const [, ipv6, host, digits] =
    /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(part ?? "") ?? [];
  const hostname = ipv6 ?? host;
  const port = Number(digits);
  if (hostname === undefined || !(port > 0 && port < 65_536)) {
    throw new RangeError(
      `Cannot read AWS_XRAY_DAEMON_ADDRESS: expected "host:port" or "tcp:host:port udp:host:port", found "${text}"`,
    );
  }
  return { hostname, port };
}

/** How long sending may take where the host has a name, in milliseconds. */
const LONGEST_LOOKUP_MS = 250;
/** So much is sent at once, in bytes. */
const BURST_BYTES = 64 * 1024;
/** What the system needs for a datagram beside its bytes, about. */
const DATAGRAM_BYTES = 4 * 1024;
/** How long the daemon then has to take it. */
const PAUSE_MS = 1;

/**
 * Sends datagrams by a socket of their own: one that is kept may not work after
 * the environment was frozen.
 *
 * @throws {Error} If they cannot be sent, or may not.
 */
export async function sendToDaemon(
  datagrams: Uint8Array[],
  address: DatagramAddress,
): Promise<void> {
  const { hostname, port } = address;
  const local = localAddress(hostname);
  requireNet(hostname, port);
  requireNet(local, 0);
  const socket = openSocket(local, address);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  // Time may be up during a pause, when nobody waits for it.
  tooLate.catch(() => {});
  const timer = isAddress(hostname) ? undefined : setTimeout(
    () => reject(new Error("The host is not found soon enough")),
    LONGEST_LOOKUP_MS,
  );
  try {
    for (const [index, burst] of toBursts(datagrams).entries()) {
      if (index > 0) await pause(PAUSE_MS);
      const sent = Promise.all(burst.map((it) => socket.send(it)));
      await Promise.race([sent, tooLate]);
    }
  } catch (cause) {
    throw new Error(`Cannot reach "${hostname}:${port}"`, { cause });
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/** Divides datagrams, so that the daemon has time to take them. */
function toBursts(datagrams: Uint8Array[]): Uint8Array[][] {
  const bursts: Uint8Array[][] = [];
  let leftBytes = 0;
  for (const datagram of datagrams) {
    leftBytes -= datagram.length + DATAGRAM_BYTES;
    if (leftBytes >= 0) {
      bursts.at(-1)!.push(datagram);
      continue;
    }
    bursts.push([datagram]);
    leftBytes = BURST_BYTES - datagram.length - DATAGRAM_BYTES;
  }
  return bursts;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}

/** What sends to loopback need not be heard of by anyone else. */
function localAddress(hostname: string): string {
  if (hostname.includes(":")) return hostname === "::1" ? "::1" : "::";
  return /^127\.|^localhost$/.test(hostname) ? "127.0.0.1" : "0.0.0.0";
}

/** Without the permission, Node's sockets throw where nobody can catch it. */
function requireNet(hostname: string, port: number): void {
  const host = hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") {
    return;
  }
  throw new Deno.errors.NotCapable(
    `Requires net access to "${host}": add it to "net" in the permissions of deno.json`,
  );
}

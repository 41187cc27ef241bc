// Copyright 2026 the Toukon Lambda authors. MIT license.

import { importNode } from "../import_node.ts";

const { createSocket } = await importNode<Dgram>("dgram");

/** What is used of `node:dgram`: Deno's own datagrams are unstable. */
interface Dgram {
  createSocket(type: "udp4" | "udp6"): Socket;
}

interface Socket {
  once(name: "error", listener: (error: Error) => void): void;
  bind(options: { address: string; port: number }): void;
  send(
    datagram: Uint8Array,
    port: number,
    hostname: string,
    callback: (error: Error | null) => void,
  ): void;
  close(): void;
}

/** Where the daemon takes datagrams. */
export interface DaemonAddress {
  hostname: string;
  port: number;
}

/**
 * Reads `host:port`, and `tcp:host:port udp:host:port` in either order.
 *
 * @throws {RangeError} If it is neither.
 */
export function parseDaemonAddress(text: string): DaemonAddress {
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
  { hostname, port }: DaemonAddress,
): Promise<void> {
  const isIpv6 = hostname.includes(":");
  const local = localAddress(hostname, isIpv6);
  requireNet(isIpv6 ? `[${hostname}]` : hostname, port);
  requireNet(isIpv6 ? `[${local}]` : local, 0);
  const socket = createSocket(isIpv6 ? "udp6" : "udp4");
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const timer = isAddress(hostname) ? undefined : setTimeout(
    () => reject(new Error(`"${hostname}" is not found soon enough`)),
    LONGEST_LOOKUP_MS,
  );
  try {
    socket.once("error", reject);
    socket.bind({ address: local, port: 0 });
    for (const [index, burst] of toBursts(datagrams).entries()) {
      if (index > 0) await pause(PAUSE_MS);
      const sent = burst.map((it) => send(socket, it, { hostname, port }));
      await Promise.race([Promise.all(sent), failed]);
    }
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

function send(
  socket: Socket,
  datagram: Uint8Array,
  { hostname, port }: DaemonAddress,
): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, port, hostname, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}

/** What sends to loopback need not be heard of by anyone else. */
function localAddress(hostname: string, isIpv6: boolean): string {
  if (isIpv6) return hostname === "::1" ? "::1" : "::";
  return /^127\.|^localhost$/.test(hostname) ? "127.0.0.1" : "0.0.0.0";
}

/** Without the permission, Node's sockets throw where nobody can catch it. */
function requireNet(hostname: string, port: number): void {
  const host = `${hostname}:${port}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") {
    return;
  }
  throw new Deno.errors.NotCapable(
    `Requires net access to "${host}": add it to "net" in the permissions of deno.json`,
  );
}

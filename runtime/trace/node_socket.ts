// Copyright 2026 the Toukon Lambda authors. MIT license.

import { importNode } from "../import_node.ts";
import type { DatagramAddress, DatagramSocket } from "./datagram_socket.ts";

const { createSocket } = await importNode<Dgram>("dgram");

/** What is used of `node:dgram`. */
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

/** Opens a socket of Node's, which takes longer to load and to open. */
export function openNodeSocket(
  local: string,
  { hostname, port }: DatagramAddress,
): DatagramSocket {
  const socket = createSocket(local.includes(":") ? "udp6" : "udp4");
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  socket.once("error", reject);
  socket.bind({ address: local, port: 0 });
  return {
    send(datagram) {
      const { promise: sent, resolve, reject } = Promise.withResolvers<void>();
      socket.send(
        datagram,
        port,
        hostname,
        (error) => error ? reject(error) : resolve(),
      );
      return Promise.race([sent, failed]);
    },
    close: () => socket.close(),
  };
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { DatagramAddress, OpenDatagramSocket } from "./datagram_socket.ts";

/** An address as Deno has it. */
interface UdpAddress extends DatagramAddress {
  transport: "udp";
}

/** What is used of Deno's own datagrams. */
interface DenoDatagrams {
  /** Is there with `"unstable": ["net"]`. */
  listenDatagram?(local: UdpAddress): {
    send(datagram: Uint8Array, to: UdpAddress): Promise<number>;
    close(): void;
  };
}

const { listenDatagram } = Deno as DenoDatagrams;

/** Opens a socket of Deno's own; undefined where Deno has none. */
export const openDenoSocket: OpenDatagramSocket | undefined = listenDatagram &&
  ((local, to) => {
    const socket = listenDatagram({
      transport: "udp",
      hostname: local,
      port: 0,
    });
    const address = { transport: "udp", ...to } as const;
    return {
      send: (datagram) => socket.send(datagram, address),
      close: () => socket.close(),
    };
  });

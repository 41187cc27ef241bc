// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Where datagrams go. */
export interface DatagramAddress {
  hostname: string;
  port: number;
}

/** Sends datagrams to one address. */
export interface DatagramSocket {
  /** Settles when the system has taken a datagram. */
  send(datagram: Uint8Array): Promise<unknown>;
  close(): void;
}

/**
 * Opens a socket at a port of the system's choice.
 *
 * @param local The address that it sends from.
 * @param to The address that it sends to.
 */
export type OpenDatagramSocket = (
  local: string,
  to: DatagramAddress,
) => DatagramSocket;

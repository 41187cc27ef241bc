// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UnansweredError } from "../failure/errors.ts";
import { showReason } from "../failure/failure.ts";
import { type Address, NEXT_PATH, toHeaderLine, USER_AGENT } from "./fetch.ts";
import { HttpConnection } from "./http_connection.ts";
import type { Header, PostAnswer, Reply, Transport } from "./transport.ts";

type Body = string | Uint8Array<ArrayBuffer>;

/**
 * Carries requests over sockets. Each has a connection of its own until it is
 * answered: one that waits for an invocation keeps no other waiting.
 */
export class SocketTransport implements Transport {
  readonly #address: Address;
  readonly #hostLine: string;
  readonly #nextHead: string;
  /** The connections that no request is on. */
  readonly #idle: HttpConnection[] = [];

  /** @param host The value of the Host header. */
  constructor(address: Address, host: string) {
    this.#address = address;
    this.#hostLine = `host: ${host}\r\n`;
    this.#nextHead = this.#toHead("GET", NEXT_PATH, [
      ["user-agent", USER_AGENT],
    ]);
  }

  next(): Promise<Reply> {
    return this.#ask(this.#nextHead);
  }

  async post(
    path: string,
    headers: Header[],
    body: Body,
  ): Promise<PostAnswer> {
    const head = this.#toHead("POST", path, headers);
    const idle = this.#idle.pop();
    const connection = idle && await reuse(idle, head, body) ||
      await this.#open(head, body, idle !== undefined);
    const { reply } = connection;
    const { status } = reply.head;
    const isTaken = status >= 200 && status <= 299;
    const text = isTaken ? "" : reply.text();
    this.#release(connection, isTaken);
    const isRepeated = idle !== undefined && connection !== idle;
    return { status, text, isRepeated };
  }

  send(
    method: "GET" | "POST",
    path: string,
    headers: Header[],
    body?: string,
  ): Promise<Reply> {
    return this.#ask(this.#toHead(method, path, headers), body);
  }

  reconnect(): void {
    for (const connection of this.#idle) connection.close();
    this.#idle.length = 0;
  }

  async #ask(head: string, body?: Body): Promise<Reply> {
    const idle = this.#idle.pop();
    const connection = idle && await reuse(idle, head, body) ||
      await this.#open(head, body, idle !== undefined);
    const { reply } = connection;
    const { isFramed } = reply;
    const { status } = reply.head;
    const headers = reply.headers();
    const text = reply.text();
    this.#release(connection, status === 200);
    return { status, headers, text, isFramed };
  }

  /** Sends a request on a connection that carries its first. */
  async #open(
    head: string,
    body: Body | undefined,
    isRepeated: boolean,
  ): Promise<HttpConnection> {
    let connection: HttpConnection | undefined;
    try {
      connection = await HttpConnection.open(this.#address);
      await connection.exchange(head, body);
      return connection;
    } catch (error) {
      connection?.close();
      throw toUnanswered(error, isRepeated || connection !== undefined);
    }
  }

  /**
   * Keeps a connection for the next request, unless something was wrong: then
   * nobody knows what else may come on it.
   */
  #release(connection: HttpConnection, isWell: boolean): void {
    if (isWell && connection.reply.head.keepsAlive) this.#idle.push(connection);
    else connection.close();
  }

  #toHead(
    method: string,
    path: string,
    headers: Header[],
  ): string {
    let head = `${method} ${path} HTTP/1.1\r\n${this.#hostLine}`;
    for (const header of headers) head += `${toHeaderLine(header)}\r\n`;
    return head;
  }
}

/**
 * Sends a request on a connection that has carried others.
 *
 * @returns The connection; undefined where the server has closed it before any
 * of an answer came, which it does where it has waited long for a request.
 */
async function reuse(
  connection: HttpConnection,
  head: string,
  body: Body | undefined,
): Promise<HttpConnection | undefined> {
  try {
    await connection.exchange(head, body);
    return connection;
  } catch (error) {
    connection.close();
    if (connection.reply.hasBegun) throw toUnanswered(error, true);
    return undefined;
  }
}

function toUnanswered(cause: unknown, mayBeTaken: boolean): unknown {
  // No other attempt will have the permission.
  if (cause instanceof Deno.errors.NotCapable) return cause;
  return new UnansweredError(showReason(cause), mayBeTaken, { cause });
}

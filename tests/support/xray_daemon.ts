// Copyright 2026 the Toukon Lambda authors. MIT license.

import { createSocket, type Socket } from "node:dgram";
import { Lifeline, type Server } from "./child.ts";

/** A sub-segment, with what X-Ray finds out by where it is in a document. */
export interface Subsegment {
  name: string;
  id: string;
  trace_id: string;
  parent_id: string;
  start_time: number;
  end_time: number;
  namespace?: string;
  annotations?: Record<string, unknown>;
  metadata?: Record<string, Record<string, unknown>>;
  http?: {
    request: { method: string; url: string };
    response?: { status: number; content_length?: number };
  };
  error?: boolean;
  throttle?: boolean;
  fault?: boolean;
  cause?: string | { exceptions: Exception[] };
}

/** An error in a sub-segment. */
export interface Exception {
  id: string;
  type: string;
  message: string;
  cause?: string;
  stack: { path: string; line: number; label: string }[];
}

const PREFIX = '{"format":"json","version":1}\n';
const LONGEST_WAIT_MS = 20_000;
const MEMBERS = new Set([
  "type",
  "trace_id",
  "parent_id",
  "id",
  "name",
  "start_time",
  "end_time",
  "namespace",
  "annotations",
  "metadata",
  "http",
  "error",
  "throttle",
  "fault",
  "cause",
  "subsegments",
]);

/** Takes datagrams as X-Ray's daemon does, and refuses what breaks its rules. */
export class XrayDaemon implements Server, AsyncDisposable {
  readonly subsegments: Subsegment[] = [];
  /** How long each document was, in bytes. */
  readonly documentBytes: number[] = [];
  /** The ports of the sockets that have sent something. */
  readonly senders: Set<number> = new Set();
  readonly #socket: Socket;
  readonly #lifeline = new Lifeline();
  readonly #waiting = new Set<() => void>();
  #error: unknown;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (datagram, { port }) => this.#take(datagram, port));
  }

  /** Starts a daemon on an ephemeral port. */
  static async start(): Promise<XrayDaemon> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => {
      socket.bind({ port: 0, address: "127.0.0.1" }, resolve);
    });
    return new XrayDaemon(socket);
  }

  /** The value for AWS_XRAY_DAEMON_ADDRESS. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /**
   * Gives what has been received, once it is so many sub-segments.
   *
   * @throws {Error} If a document breaks a rule, or the function ends before.
   */
  async received(count: number): Promise<Subsegment[]> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => {
      if (this.#error) reject(this.#error);
      else if (this.subsegments.length >= count) resolve();
    };
    this.#waiting.add(check);
    check();
    // A datagram that is lost does not come again.
    const timer = setTimeout(() => {
      const found = this.subsegments.length;
      reject(new Error(`Expected ${count} sub-segments, found ${found}`));
    }, LONGEST_WAIT_MS);
    try {
      await this.#lifeline.unlessLost(promise);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
    return this.subsegments;
  }

  /** Finds the one sub-segment of a name. */
  named(name: string): Subsegment {
    const found = this.subsegments.filter((it) => it.name === name);
    if (found.length !== 1) {
      throw new Error(`Expected one "${name}", found ${found.length}`);
    }
    return found[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
    this.#lifeline.assertTied();
    if (this.#error) throw this.#error;
  }

  #take(datagram: Uint8Array, port: number): void {
    this.senders.add(port);
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(datagram);
      assert(text.startsWith(PREFIX), `datagram begins with ${text}`);
      const json = text.slice(PREFIX.length);
      const bytes = datagram.length - PREFIX.length;
      assert(bytes <= 64 * 1024, `document has ${bytes} bytes`);
      this.documentBytes.push(bytes);
      this.#takeDocument(JSON.parse(json));
    } catch (error) {
      this.#error ??= error;
    }
    for (const check of this.#waiting) check();
  }

  #takeDocument(document: Subsegment & { type?: string }): void {
    const { type, trace_id: traceId, parent_id: parentId } = document;
    assert(type === "subsegment", `type is ${type}`);
    this.#takeSubsegment(document, traceId, parentId);
  }

  #takeSubsegment(
    document: Subsegment & { subsegments?: Subsegment[] },
    traceId: string,
    parentId: string,
  ): void {
    const { subsegments = [], ...rest } = document;
    const subsegment = { ...rest, trace_id: traceId, parent_id: parentId };
    assertRules(subsegment);
    const isKnown = this.subsegments.some(({ id, trace_id }) =>
      id === subsegment.id && trace_id === traceId
    );
    assert(!isKnown, `id ${subsegment.id} was there before`);
    this.subsegments.push(subsegment);
    for (const inner of subsegments) {
      this.#takeSubsegment(inner, traceId, subsegment.id);
    }
  }
}

/** What X-Ray asks of a sub-segment. */
function assertRules(subsegment: Subsegment): void {
  for (const name of Object.keys(subsegment)) {
    assert(MEMBERS.has(name), `unknown member "${name}"`);
  }
  const { name, start_time: start, end_time: end } = subsegment;
  assert(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u.test(name), name);
  assert(/^1-[\da-f]{8}-[\da-f]{24}$/.test(subsegment.trace_id), "trace_id");
  assert(/^[\da-f]{16}$/.test(subsegment.id), `id ${subsegment.id}`);
  assert(/^[\da-f]{16}$/.test(subsegment.parent_id), "parent_id");
  assert(start <= end, `${name} ends before it starts`);
  const now = Date.now() / 1000;
  assert(start > now - 300 && end <= now + 1, `${name} is not of now: ${end}`);
  const { annotations = {}, namespace } = subsegment;
  assert([undefined, "aws", "remote"].includes(namespace), "namespace");
  for (const [key, value] of Object.entries(annotations)) {
    assert(/^[A-Za-z0-9_]{1,500}$/.test(key), `annotation "${key}"`);
    assert(/^(?:string|number|boolean)$/.test(typeof value), `of "${key}"`);
    assert(String(value).length <= 1_000, `length of "${key}"`);
  }
  if (typeof subsegment.cause === "object") {
    assertExceptions(subsegment.cause.exceptions);
  }
}

function assertExceptions(exceptions: Exception[]): void {
  const ids = exceptions.map(({ id }) => id);
  assert(new Set(ids).size === ids.length, "ids of exceptions");
  for (const { id, cause, stack } of exceptions) {
    assert(/^[\da-f]{16}$/.test(id), `id ${id}`);
    assert(cause === undefined || ids.includes(cause), `cause ${cause}`);
    assert(stack.every(({ line }) => Number.isInteger(line)), "line");
  }
}

function assert(holds: boolean, problem: string): void {
  if (!holds) throw new Error(`Breaks a rule of X-Ray: ${problem}`);
}

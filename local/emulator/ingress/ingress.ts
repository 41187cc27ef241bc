// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** As it stands after the question mark. */
  readonly query: string;
  /** The fields in their order; a repeated one comes as often as it was sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** The address of the client. */
  readonly address: string;
  readonly requestId: string;
  readonly atMs: number;
  readonly region: string;
  /** The header of X-Ray. */
  readonly traceId: string;
}

/** Why a gateway answers by itself. */
export type Trouble =
  | "error"
  | "headersTooLarge"
  | "malformed"
  | "throttled"
  | "tooLarge";

/** How one gateway makes an event of a request, and a response of a result. */
export interface Ingress {
  readonly name: IngressName;
  /** The largest result, in bytes. */
  readonly maxResultBytes: number;
  /** How large all headers of a request, or of a response, may be, in bytes. */
  readonly maxHeaderBytes: number;
  /** Whether it can stream what a function streams. */
  readonly canStream: boolean;
  /** How long the gateway waits, in milliseconds. */
  readonly timeoutMs: number;
  toEvent(request: ReceivedRequest): unknown;
  /** Makes a response; undefined of a result that the gateway refuses. */
  toResponse(result: unknown): Response | undefined;
  /** What a client gets where there is no result. */
  explain(trouble: Trouble): Response;
  /** What a client gets that has waited too long. */
  timedOut(): Response;
}

/** The gateways. */
export type IngressName = "rest" | "http" | "url" | "alb" | "lattice";

// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  API_GATEWAY_HEADER_BYTES,
  type EventFormat,
  type HeaderList,
  LAMBDA_BODY_BYTES,
  type Limits,
  type ReadyResponse,
} from "./format.ts";
import { groupValues, readHeaders } from "./headers.ts";
import { optionalRecord } from "./fields.ts";
import { encodeDecoded, joinQuery } from "./url.ts";

/** The client's certificate, where mutual TLS is on. */
export interface ClientCertificate {
  /** The certificate, PEM-encoded. */
  readonly clientCertPem?: string;
  /** Who it was issued to. */
  readonly subjectDN?: string;
  /** Who issued it. */
  readonly issuerDN?: string;
  /** Its serial number. */
  readonly serialNumber?: string;
  /** From when until when it is valid. */
  readonly validity?: {
    readonly notBefore?: string;
    readonly notAfter?: string;
  };
}

/**
 * A request from an API Gateway REST API with Lambda proxy integration, or
 * from an HTTP API with payload format 1.0.
 *
 * The fields that are read, and those that tell who called. Format:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export interface RestApiEvent {
  /** `1.0` from an HTTP API; a REST API sends none. */
  readonly version?: string;
  /** The method, in upper case. */
  readonly httpMethod: string;
  /** The path without the stage, with the escapes that the client sent. */
  readonly path: string;
  /** The last value of each header, under the name that the client wrote. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** Every value of each header. */
  readonly multiValueHeaders?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The last value of each query parameter, decoded. */
  readonly queryStringParameters?:
    | Readonly<Record<string, string | undefined>>
    | null;
  /** Every value of each query parameter, decoded. */
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The body, as text or base64. */
  readonly body?: string | null;
  /** Whether the body is base64. */
  readonly isBase64Encoded?: boolean;
  /** What API Gateway knows of the request. */
  readonly requestContext?: {
    /** The name that the client called. */
    readonly domainName?: string;
    /** The path with the stage, or with the base path of a custom domain. */
    readonly path?: string;
    /** The stage. */
    readonly stage?: string;
    /** Who called. */
    readonly identity?: {
      readonly sourceIp?: string | null;
      readonly userAgent?: string | null;
      readonly userArn?: string | null;
      readonly clientCert?: ClientCertificate | null;
    };
    /** What the authorizer found: a Lambda authorizer's context, or claims. */
    readonly authorizer?: Readonly<Record<string, unknown>> | null;
  };
}

/**
 * The answer to a {@linkcode RestApiEvent}.
 *
 * API Gateway refuses a result with any other field. Format:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export interface RestApiResult {
  /** The status. */
  readonly statusCode: number;
  /** Every header. Both maps would merge into one, so only this one is sent. */
  readonly multiValueHeaders: Record<string, string[]>;
  /** The body, as text or base64. */
  readonly body: string;
  /** Whether the body is base64. */
  readonly isBase64Encoded: boolean;
}

const LIMITS: Limits = {
  headerBytes: API_GATEWAY_HEADER_BYTES,
  bodyBytes: LAMBDA_BODY_BYTES,
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
  preludeBytes: 16 * 1024,
};

/** API Gateway REST APIs, and HTTP APIs with payload format 1.0. */
export const restApi: EventFormat<RestApiEvent, RestApiResult> = {
  name: "API Gateway",

  method(event: RestApiEvent): string {
    return event.httpMethod;
  },

  path(event: RestApiEvent): string {
    return event.path;
  },

  query(event: RestApiEvent): string {
    return joinQuery(
      optionalRecord(event.queryStringParameters, "queryStringParameters"),
      optionalRecord(
        event.multiValueQueryStringParameters,
        "multiValueQueryStringParameters",
      ),
      encodeDecoded,
    );
  },

  headers(event: RestApiEvent): HeaderList {
    return readHeaders({
      headers: event.headers,
      multiValueHeaders: event.multiValueHeaders,
    });
  },

  domainName(event: RestApiEvent): string | undefined {
    return event.requestContext?.domainName;
  },

  clientAddress(event: RestApiEvent): string | undefined {
    return event.requestContext?.identity?.sourceIp ?? undefined;
  },

  /** Only REST APIs stream, and they send no version. */
  canStream(event: RestApiEvent): boolean {
    return event.version === undefined;
  },

  limits(): Limits {
    return LIMITS;
  },

  result(response: ReadyResponse): RestApiResult {
    return {
      statusCode: response.status,
      multiValueHeaders: groupValues(response.headers),
      body: response.body,
      isBase64Encoded: response.isBase64Encoded,
    };
  },
};

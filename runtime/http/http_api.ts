// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  API_GATEWAY_HEADER_BYTES,
  type EventFormat,
  type HeaderList,
  LAMBDA_BODY_BYTES,
  type Limits,
  type ReadyResponse,
} from "./format.ts";
import {
  type ClientCertificate,
  type GatewayEvent,
  type GatewayResult,
  toGatewayResult,
} from "./gateway.ts";
import { readHeaders, splitCookies } from "./headers.ts";
import { optionalRecord } from "./fields.ts";
import { encodeDecoded, escapeQuery, joinQuery } from "./url.ts";

/**
 * The name of every function URL, as
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html gives it.
 */
const FUNCTION_URL_DOMAIN = /\.lambda-url\.[a-z0-9-]+\.on\.aws$/;

/**
 * A request from an API Gateway HTTP API with payload format 2.0, or from a
 * Lambda function URL, which writes the same format.
 *
 * The fields that are read, and those that tell who called. Formats:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export interface HttpApiEvent extends GatewayEvent {
  /** The version of the format. */
  readonly version?: string;
  /**
   * The path, with the stage unless that is `$default`. An HTTP API has
   * decoded it, a function URL has not.
   */
  readonly rawPath?: string;
  /** The query as the client sent it. */
  readonly rawQueryString?: string;
  /** The cookies of the request. */
  readonly cookies?: readonly string[];
  /** The headers; values of a repeated one are joined by commas. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** The query parameters, decoded; repeated ones are joined by commas. */
  readonly queryStringParameters?:
    | Readonly<Record<string, string | undefined>>
    | null;
  /** What the gateway knows of the request. */
  readonly requestContext: {
    /** The name that the client called. */
    readonly domainName?: string;
    /** The stage; `$default` from a function URL. */
    readonly stage?: string;
    /** The request line and who sent it. */
    readonly http: {
      readonly method: string;
      readonly path?: string;
      readonly protocol?: string;
      readonly sourceIp?: string;
      readonly userAgent?: string;
    };
    /** What the authorizer found. */
    readonly authorizer?: {
      /** The claims and scopes of a JSON Web Token. */
      readonly jwt?: {
        readonly claims?: Readonly<Record<string, unknown>>;
        readonly scopes?: readonly string[] | null;
      };
      /** The context that a Lambda authorizer returned. */
      readonly lambda?: Readonly<Record<string, unknown>> | null;
      /** The identity of a request signed for IAM. */
      readonly iam?: {
        readonly accessKey?: string;
        readonly accountId?: string;
        readonly callerId?: string;
        readonly userArn?: string;
        readonly userId?: string;
      };
    };
    /** What mutual TLS found. */
    readonly authentication?: {
      readonly clientCert?: ClientCertificate | null;
    } | null;
  };
}

/**
 * The answer to a {@linkcode HttpApiEvent}. Format:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export interface HttpApiResult extends GatewayResult {
  /** Every header but the cookies. */
  readonly headers: Record<string, string>;
  /** The value of each `set-cookie` header; absent when there is none. */
  readonly cookies?: string[];
}

const HTTP_API_LIMITS: Limits = {
  headerBytes: API_GATEWAY_HEADER_BYTES,
  bodyBytes: LAMBDA_BODY_BYTES,
  preludeBytes: Infinity,
};
const FUNCTION_URL_LIMITS: Limits = {
  headerBytes: Infinity,
  bodyBytes: LAMBDA_BODY_BYTES,
  preludeBytes: Infinity,
};

/** API Gateway HTTP APIs with payload format 2.0, and function URLs. */
export const httpApi: EventFormat<HttpApiEvent, HttpApiResult> = {
  name: "API Gateway or the function URL",

  method(event: HttpApiEvent): string {
    return event.requestContext.http.method;
  },

  path(event: HttpApiEvent): string {
    return event.rawPath ?? event.requestContext.http.path ?? "/";
  },

  query(event: HttpApiEvent): string {
    const { rawQueryString } = event;
    if (typeof rawQueryString === "string") return escapeQuery(rawQueryString);
    return joinQuery(
      optionalRecord(event.queryStringParameters, "queryStringParameters"),
      undefined,
      encodeDecoded,
    );
  },

  headers(event: HttpApiEvent): HeaderList {
    return readHeaders({ headers: event.headers, cookies: event.cookies });
  },

  domainName(event: HttpApiEvent): string | undefined {
    return event.requestContext.domainName;
  },

  clientAddress(event: HttpApiEvent): string | undefined {
    return event.requestContext.http.sourceIp;
  },

  /** HTTP APIs write the same format, and cannot stream. */
  canStream(event: HttpApiEvent): boolean {
    return isFunctionUrl(event);
  },

  // A function URL waits for a first byte.
  waitsForBody: true,

  limits(event: HttpApiEvent): Limits {
    return isFunctionUrl(event) ? FUNCTION_URL_LIMITS : HTTP_API_LIMITS;
  },

  result(response: ReadyResponse): HttpApiResult {
    const { headers, cookies } = splitCookies(response.headers);
    return {
      ...toGatewayResult(response),
      headers,
      ...(cookies.length > 0 && { cookies }),
    };
  },
};

function isFunctionUrl(event: HttpApiEvent): boolean {
  return FUNCTION_URL_DOMAIN.test(event.requestContext.domainName ?? "");
}

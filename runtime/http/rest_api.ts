// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  API_GATEWAY_HEADER_BYTES,
  type EventFormat,
  LAMBDA_BODY_BYTES,
  type Limits,
  type ReadyResponse,
} from "./format.ts";
import {
  type ClientCertificate,
  type GatewayResult,
  restShaped,
  type RestShapedEvent,
  toGatewayResult,
} from "./gateway.ts";
import { groupValues } from "./headers.ts";
import { encodeDecoded } from "./url.ts";

/**
 * A request from an API Gateway REST API with Lambda proxy integration, or
 * from an HTTP API with payload format 1.0.
 *
 * The fields that are read, and those that tell who called. Format:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export interface RestApiEvent extends RestShapedEvent {
  /** `1.0` from an HTTP API; a REST API sends none. */
  readonly version?: string;
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
export interface RestApiResult extends GatewayResult {
  /** Every header. Both maps would merge into one, so only this one is sent. */
  readonly multiValueHeaders: Record<string, string[]>;
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

  ...restShaped(encodeDecoded),

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
      ...toGatewayResult(response),
      multiValueHeaders: groupValues(response.headers),
    };
  },
};

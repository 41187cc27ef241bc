// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An error that the service answers, and not the function. */
export class ServiceError extends Error {
  override name = "ServiceError";
  /** The status of the answer. */
  readonly status: number;
  /** The type that SDKs make a class of. */
  readonly type: string;
  readonly #fields: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.#fields = fields;
  }

  /** The answer. */
  toResponse(requestId: string): Response {
    const { message, status, type } = this;
    return Response.json({
      Type: status < 500 ? "User" : "Service",
      message,
      ...this.#fields,
    }, {
      status,
      headers: { "x-amzn-errortype": type, "x-amzn-requestid": requestId },
    });
  }
}

/** More runs or waits than may. */
export function tooManyRequests(): ServiceError {
  return new ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", {
    Reason: "ConcurrentInvocationLimitExceeded",
  });
}

/** The event is larger than Lambda takes. */
export function requestTooLarge(limit: number): ServiceError {
  return new ServiceError(
    413,
    "RequestEntityTooLargeException",
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
  );
}

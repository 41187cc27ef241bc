// Copyright 2026 the Toukon Lambda authors. MIT license.

import { PRELUDE_DELIMITER_BYTES } from "../reply/reply.ts";
import { headersOf } from "./decoded.ts";
import { formatOf, type HttpEvent } from "./event.ts";
import { splitCookies } from "./headers.ts";
import { checkSendable, headersToSend } from "./result.ts";

const ENCODER = new TextEncoder();

/**
 * Makes the first bytes of a streamed response: its status, headers and
 * cookies as JSON, and the eight NUL bytes after which the body begins.
 *
 * Send it before the body has its first byte, and also where there is no
 * body. The form is the one that function URLs and REST APIs have in common:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 *
 * @param response The response; its body is not read.
 * @param event The event that it answers.
 * @returns The bytes.
 * @throws {TypeError} If it is no `Response`, or one that something else reads.
 * @throws {RangeError} If its status cannot be sent, or its headers are larger
 * than the gateway takes.
 */
export function toPrelude(
  response: Response,
  event: HttpEvent,
): Uint8Array<ArrayBuffer> {
  checkSendable(response);
  const format = formatOf(event);
  const { headers, cookies } = splitCookies(
    headersToSend(
      { headers: headersOf(response), status: response.status },
      format,
      event,
    ),
  );
  if (response.body?.locked) {
    throw new TypeError(
      "Cannot stream the response: something reads its body. Read a clone instead",
    );
  }
  if (response.body) headers["content-type"] ??= "application/octet-stream";
  const prelude = ENCODER.encode(
    JSON.stringify({ statusCode: response.status, headers, cookies }) +
      "\0".repeat(PRELUDE_DELIMITER_BYTES),
  );
  const { preludeBytes } = format.limits(event);
  if (prelude.byteLength > preludeBytes) {
    throw new RangeError(
      `Cannot stream the response: its headers take ${prelude.byteLength} bytes, and ${format.name} takes at most ${preludeBytes}`,
    );
  }
  return prelude;
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type ErrorDocument,
  type Failure,
  showReason,
} from "../failure/failure.ts";
import type { ReplyStream } from "../reply/stream.ts";
import { ChunkedPost, type ChunkedPostAnswer } from "./chunked_post.ts";
import { type Address, USER_AGENT } from "./fetch.ts";
import type { Header } from "./transport.ts";

const ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
const ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
/** Lambda, which is written in Go, reads at most 4 KiB of trailers. */
const MAX_ERROR_BODY_LENGTH = 3 * 1024;

/** Options for {@linkcode openStreamedReply}. */
export interface StreamedReplyOptions {
  /** Where the Runtime API listens. */
  address: Address;
  /** The value of the Host header. */
  host: string;
  /** The path of the Runtime API that takes the reply. */
  path: string;
  /** The media type of the reply. */
  contentType: string;
  /** Further headers. */
  headers: Header[];
  /** Called with what Lambda answers to the whole reply. */
  onAnswer: (answer: ChunkedPostAnswer) => void;
  /** Called with why the reply could not be sent in full. */
  onLost: (problem: string) => void;
}

/** Begins an answer that is sent in chunks and may end with a failure. */
export async function openStreamedReply(
  options: StreamedReplyOptions,
): Promise<ReplyStream> {
  const { address, host, path, contentType, onAnswer, onLost } = options;
  const post = await ChunkedPost.open({
    ...address,
    host,
    path,
    headers: [
      ["User-Agent", USER_AGENT],
      ["Content-Type", contentType],
      ["Lambda-Runtime-Function-Response-Mode", "streaming"],
      ["Trailer", `${ERROR_TYPE}, ${ERROR_BODY}`],
      ...options.headers,
    ],
  });
  return {
    stopped: post.answer,
    write: (bytes) => post.write(bytes),
    end: async (failure) => {
      let answer: ChunkedPostAnswer;
      try {
        answer = await post.end(failure && failureTrailers(failure));
      } catch (error) {
        return onLost(showReason(error));
      }
      onAnswer(answer);
    },
  };
}

/** Tells of a failure in what follows the body, which has begun as a reply. */
function failureTrailers({ type, document }: Failure): Header[] {
  let body = encodeDocument(document);
  for (let length = 2_048; body.length > MAX_ERROR_BODY_LENGTH; length /= 2) {
    body = encodeDocument({
      errorType: document.errorType,
      errorMessage: document.errorMessage.slice(0, length),
      stackTrace: document.stackTrace.slice(0, length / 256),
    });
  }
  return [[ERROR_TYPE, type], [ERROR_BODY, body]];
}

function encodeDocument(document: ErrorDocument): string {
  return new TextEncoder().encode(JSON.stringify(document)).toBase64();
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

const PAUSE_MS = 100;
const LONGEST_COUNT = 100;

/** Counts down in server-sent events, each sent when it happens. */
export default {
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url);
    const from = Number(searchParams.get("from") ?? 3);
    if (!(from >= 0 && from <= LONGEST_COUNT)) {
      return new Response(`from must be from 0 to ${LONGEST_COUNT}`, {
        status: 400,
      });
    }
    const events = ReadableStream.from(countDown(from, request.signal));
    return new Response(events.pipeThrough(new TextEncoderStream()), {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      },
    });
  },
};

/** Stops when the deadline comes near, or nobody reads any longer. */
async function* countDown(
  from: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (let count = from; count > 0 && !signal.aborted; count--) {
    yield `data: ${JSON.stringify({ count })}\n\n`;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  yield "event: end\ndata: 闘魂\n\n";
}

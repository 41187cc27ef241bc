// Copyright 2026 the Toukon Lambda authors. MIT license.

// A program: a Runtime API that can be stopped. It prints where it listens, and
// a line for each of its invocations that is answered with its own event; it
// ends with 1 at any other answer.

import { RuntimeApiServer } from "./runtime_api.ts";

const [count] = Deno.args.map(Number);
await using api = new RuntimeApiServer();
// The test sees the end of the function.
api.serveTo({ lost: new Promise<never>(() => {}) });
console.log(`listens on ${api.address}`);
for (let number = 1; number <= count; number++) {
  const body = JSON.stringify({ number });
  const { path, text } = await api.invoke({ id: `id-${number}`, body });
  if (path !== `invocation/id-${number}/response` || text !== body) {
    console.error(`id-${number} is answered at ${path} with ${text}`);
    Deno.exit(1);
  }
  console.log(`answered ${number}`);
}
console.log(`posts: ${api.posts.length}`);
Deno.exit();

// Copyright 2026 the Toukon Lambda authors. MIT license.

// The least that answers invocations at all, which served.ts is compared with.

const runtime = `http://${
  Deno.env.get("AWS_LAMBDA_RUNTIME_API")
}/2018-06-01/runtime/invocation`;

// deno-lint-ignore require-await
async function handleEvent(event: { name: string }): Promise<unknown> {
  return { message: `Hello, ${event.name}` };
}

for (;;) {
  const next = await fetch(`${runtime}/next`);
  const requestId = next.headers.get("lambda-runtime-aws-request-id");
  const reply = await fetch(`${runtime}/${requestId}/response`, {
    method: "POST",
    body: JSON.stringify(await handleEvent(await next.json())),
  });
  await reply.text();
}

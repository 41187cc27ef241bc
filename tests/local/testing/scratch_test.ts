import { assertEquals } from "@std/assert/equals";
import { FakeLambda } from "/work/events/local/testing/fake_lambda.ts";
import { FakeClock } from "/work/events/local/testing/clock.ts";
Deno.test("plain", async () => {
  await using lambda = new FakeLambda((e: any) => { console.log("hi %s", e.a, ); return e.a; });
  for (let i = 0; i < 3; i++) { const r = await lambda.invoke({ a: i }); assertEquals(r.reply, i); assertEquals(r.logs[0].message, "hi " + i); }
});
Deno.test("after", () => { console.log("plain console"); });
Deno.test("throws", async () => {
  await using lambda = new FakeLambda(() => { throw new TypeError("No"); });
  const r = await lambda.invoke({}); assertEquals(r.error?.errorMessage, "No"); assertEquals(r.errorType, "Function.TypeError");
});
Deno.test("stream", async () => {
  await using lambda = new FakeLambda(async function* () { yield "a"; yield "b"; throw new Error("mid"); });
  const r = await lambda.invoke({}); assertEquals(r.stream?.text, "ab"); assertEquals(r.error?.errorMessage, "mid");
});
Deno.test("init fails", async () => {
  await using lambda = new FakeLambda({ init() { throw new Error("no db"); }, handleEvent() {} });
  const r = await lambda.invoke({}); assertEquals(r.error?.errorMessage, "no db");
});
Deno.test("deadline", async () => {
  using clock = new FakeClock();
  await using lambda = new FakeLambda((_e: unknown, c: any) => new Promise((r) => { c.signal.addEventListener("abort", () => console.log("aborted", c.getRemainingTimeInMillis())); }), { clock });
  for (let i = 0; i < 2; i++) {
  const inv = lambda.invoke({}, { timeoutMs: 3000 });
  await clock.advance(3000);
  const r = await inv;
  assertEquals(r.error?.errorType, "Function.Timeout"); console.warn(r.error?.errorMessage);
  assertEquals(r.logs[0].message, "aborted 400");
  }
});
Deno.test("freeze", async () => {
  using clock = new FakeClock();
  let fired = 0;
  await using lambda = new FakeLambda(() => { const f = fired; setTimeout(() => fired = Date.now(), 1000); return [f, Date.now()]; }, { clock });
  await lambda.invoke({});
  await lambda.freeze(60_000);
  const { reply } = await lambda.invoke({});
  assertEquals(reply[0], reply[1]);
});
Deno.test("lose", async () => {
  using clock = new FakeClock();
  await using lambda = new FakeLambda(() => 1, { clock });
  await lambda.invoke({});
  await lambda.loseConnections();
  const inv = lambda.invoke({});
  await clock.advance(100);
  assertEquals((await inv).reply, 1);
  console.warn(lambda.logs.map((l) => l.message));
});
Deno.test("lose real", async () => {
  await using lambda = new FakeLambda(() => 1);
  await lambda.invoke({});
  await lambda.loseConnections();
  lambda.loseReplies(2);
  assertEquals((await lambda.invoke({})).reply, 1);
});
Deno.test("concurrent", async () => {
  let n = 0; const { promise, resolve } = Promise.withResolvers<void>();
  await using lambda = new FakeLambda(async () => { if (++n === 4) resolve(); await promise; return n; }, { concurrency: 4 });
  assertEquals((await Promise.all([1,2,3,4].map(() => lambda.invoke({})))).map((r) => r.reply), [4,4,4,4]);
});
Deno.test("restore", async () => {
  const order: string[] = [];
  await using lambda = new FakeLambda({ beforeSnapshot() { order.push("before"); }, afterRestore() { order.push("after"); }, handleEvent() { return order; } }, { snapStart: true });
  await lambda.restore();
  assertEquals((await lambda.invoke({})).reply, ["before", "after"]);
});
Deno.test("background", async () => {
  await using lambda = new FakeLambda(async () => { setTimeout(() => { throw new Error("bg"); }, 1); await new Promise(() => {}); });
  assertEquals((await lambda.invoke({})).error?.errorMessage, "Error: bg");
});

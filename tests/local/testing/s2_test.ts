import { FakeLambda } from "../../../local/testing/fake_lambda.ts";
const say = (t: string) => Deno.writeTextFileSync("/tmp/ev/log", t + "\n", { append: true });
Deno.test("plain", async () => {
  const lambda = new FakeLambda((e: any) => { say("handler"); return e.a; });
  const t = setInterval(() => say(JSON.stringify(lambda.logs)), 1000);
  say("invoke"); say(JSON.stringify(await lambda.invoke({ a: 1 })));
  say("dispose");
  await lambda[Symbol.asyncDispose]();
  clearInterval(t);
});

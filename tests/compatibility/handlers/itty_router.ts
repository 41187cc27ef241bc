import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { AutoRouter } from "itty-router";

const router = AutoRouter();
router.get("/hello/:name", ({ name }) => ({ hello: name }));

export default { fetch: router.fetch };

export const test: Case = {
  invoked: "a function URL, answered by `fetch`",
  event: urlEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};

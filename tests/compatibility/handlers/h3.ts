import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { H3 } from "h3";

const app = new H3();
app.post("/echo", async (event) => ({ received: await event.req.json() }));

export default { fetch: (request: Request) => app.fetch(request) };

export const test: Case = {
  invoked: "a function URL, answered by `fetch`",
  event: urlEvent("POST", "/echo", {
    body: '{"a":1}',
    headers: { "content-type": "application/json" },
  }),
  answer: { statusCode: 200, body: '{"received":{"a":1}}' },
};

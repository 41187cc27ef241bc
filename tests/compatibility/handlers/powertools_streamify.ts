import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { Router, streamify } from "@aws-lambda-powertools/event-handler/http";

const app = new Router();
app.get("/hello/:name", ({ params }) => ({ hello: params.name }));

export const handler = streamify(app);

export const test: Case = {
  invoked: "a function URL that streams, with `streamify`",
  event: urlEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};

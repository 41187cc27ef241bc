import type { Case } from "../case.ts";
import { restEvent } from "../events.ts";
import createApi from "lambda-api";

const api = createApi();
api.get("/hello/:name", (request) => ({ hello: request.params.name }));

// deno-lint-ignore no-explicit-any
export const handler = (event: any, context: any) => api.run(event, context);

export const test: Case = {
  invoked: "a REST API",
  event: restEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};

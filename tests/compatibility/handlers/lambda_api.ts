import type { Case } from "../case.ts";
import { restEvent } from "../events.ts";
import lambdaApi, { type Request } from "lambda-api";

// It says its types for CommonJS alone.
const createApi = lambdaApi as unknown as typeof lambdaApi.default;
const api = createApi();
api.get("/hello/:name", (request: Request) => ({ hello: request.params.name }));

// deno-lint-ignore no-explicit-any
export const handler = (event: any, context: any) => api.run(event, context);

export const test: Case = {
  invoked: "a REST API",
  event: restEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};

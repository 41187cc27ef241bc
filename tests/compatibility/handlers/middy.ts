import type { Case } from "../case.ts";
import middy from "@middy/core";

export const handler = middy<{ name: string }>()
  .before((request) => {
    request.event.name = request.event.name.toUpperCase();
  })
  .onError((request) => {
    request.response = { message: request.error?.message };
  })
  .handler((event: { name: string }) => {
    if (event.name === "NOBODY") throw new Error("nobody there");
    return { hello: event.name };
  });

export const test: Case = {
  invoked: "an event, through two middlewares",
  event: { name: "nobody" },
  answer: { message: "nobody there" },
};

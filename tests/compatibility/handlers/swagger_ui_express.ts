import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import express from "express";
import serverless from "serverless-http";
import swaggerUi from "swagger-ui-express";

const app = express();
const document = {
  openapi: "3.0.0",
  info: { title: "Orders", version: "1" },
  paths: {},
};
app.use("/docs", swaggerUi.serve, swaggerUi.setup(document));
const serve = serverless(app);

export const handler = async (event: object, context: object) => {
  const { statusCode, body } = await serve(event, context) as {
    statusCode: number;
    body: string;
  };
  return { statusCode, title: /<title>.*<\/title>/.exec(body)?.[0] };
};

export const test: Case = {
  invoked: "a function URL that asks for the page",
  event: urlEvent("GET", "/docs/"),
  answer: { statusCode: 200, title: "<title>Swagger UI</title>" },
};

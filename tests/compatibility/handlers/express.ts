import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
// @ts-types="@types/express"
import express, { type Request, type Response } from "express";
import serverless from "serverless-http";

const app = express();
app.use(express.json());
app.post("/echo/:name", (request: Request, response: Response) => {
  response.cookie("seen", "1").status(201).json({
    name: request.params.name,
    received: request.body,
  });
});

export const handler = serverless(app);

export const test: Case = {
  invoked: "a function URL, through `serverless-http`",
  event: urlEvent("POST", "/echo/Deno", {
    body: '{"a":1}',
    headers: { "content-type": "application/json", "content-length": "7" },
  }),
  answer: {
    statusCode: 201,
    headers: { "set-cookie": "seen=1; Path=/" },
    body: '{"name":"Deno","received":{"a":1}}',
  },
};

import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { Controller, Get, Module, Param } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import express from "express";
import "reflect-metadata";
import serverless from "serverless-http";

class HelloController {
  hello(name: string) {
    return { hello: name };
  }
}

// What the decorators of TypeScript's experimental form do.
const descriptor = Object.getOwnPropertyDescriptor(
  HelloController.prototype,
  "hello",
)!;
Get(":name")(HelloController.prototype, "hello", descriptor);
Param("name")(HelloController.prototype, "hello", 0);
Controller("hello")(HelloController);

class AppModule {}
Module({ controllers: [HelloController] })(AppModule);

export async function init() {
  const server = express();
  const app = await NestFactory.create(AppModule, new ExpressAdapter(server), {
    logger: false,
  });
  await app.init();
  return serverless(server);
}

export const handler = (
  event: object,
  context: { state: (event: object, context: object) => unknown },
) => context.state(event, context);

export const test: Case = {
  invoked: "a function URL, through `serverless-http`, made in `init()`",
  event: urlEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
  note: 'Decorators need `"experimentalDecorators"` in `compilerOptions`',
};

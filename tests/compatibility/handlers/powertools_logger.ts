import type { Case } from "../case.ts";
import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "@toukon/lambda";

const logger = new Logger({ serviceName: "orders", logLevel: "INFO" });

export const handler = async (event: { id: string }, context: Context) => {
  logger.addContext(context);
  logger.appendKeys({ order: event.id });
  await Promise.resolve();
  logger.info("received");
  return event.id;
};

export const test: Case = {
  invoked: "an event that is logged with its context",
  event: { id: "o-1" },
  answer: "o-1",
  log: '"order":"o-1"',
};

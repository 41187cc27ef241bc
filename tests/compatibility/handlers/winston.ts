import type { Case } from "../case.ts";
import winston from "winston";

const logger = winston.createLogger({
  format: winston.format.json(),
  transports: [new winston.transports.Console()],
});

export const handler = (event: { id: string }) => {
  logger.info("received", { order: event.id });
  return event.id;
};

export const test: Case = {
  invoked: "an event that is logged",
  event: { id: "o-1" },
  answer: "o-1",
  log: '"order":"o-1"',
};

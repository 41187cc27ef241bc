import type { Case } from "../case.ts";
import { pino } from "pino";

const logger = pino({ base: { service: "orders" } });

export const handler = (event: { id: string }) => {
  logger.info({ order: event.id }, "received");
  return event.id;
};

export const test: Case = {
  invoked: "an event that is logged",
  event: { id: "o-1" },
  answer: "o-1",
  log: '"order":"o-1"',
};

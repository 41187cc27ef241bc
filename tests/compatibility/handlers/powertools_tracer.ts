import type { Case } from "../case.ts";
import { Tracer } from "@aws-lambda-powertools/tracer";

const tracer = new Tracer({ serviceName: "orders" });

export const handler = async () => {
  const segment = tracer.getSegment();
  const child = segment?.addNewSubsegment("work");
  await Promise.resolve();
  tracer.putAnnotation("order", "o-1");
  child?.close();
  return { enabled: tracer.isTracingEnabled() };
};

export const test: Case = {
  invoked: "an event, outside of a traced environment",
  event: {},
  answer: { enabled: false },
  env: { POWERTOOLS_TRACE_ENABLED: "false" },
};

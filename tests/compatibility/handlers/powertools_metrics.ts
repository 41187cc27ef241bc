import type { Case } from "../case.ts";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

const metrics = new Metrics({ namespace: "shop", serviceName: "orders" });

export const handler = (event: { count: number }) => {
  metrics.addMetric("orders", MetricUnit.Count, event.count);
  metrics.publishStoredMetrics();
  return event.count;
};

export const test: Case = {
  invoked: "an event that is counted, as embedded metrics in the log",
  event: { count: 2 },
  answer: 2,
  log: '"orders":2',
};

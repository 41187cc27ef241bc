import type { Case } from "../case.ts";
import AWSXRay from "aws-xray-sdk";

AWSXRay.setContextMissingStrategy("IGNORE_ERROR");

export const handler = async () => {
  const segment = new AWSXRay.Segment("orders");
  return await AWSXRay.getNamespace().runPromise(async () => {
    AWSXRay.setSegment(segment);
    return await AWSXRay.captureAsyncFunc("work", async (subsegment) => {
      subsegment?.addAnnotation("order", "o-1");
      await Promise.resolve();
      subsegment?.close();
      return { name: subsegment?.name, isClosed: subsegment?.isClosed() };
    });
  });
};

export const test: Case = {
  invoked: "an event in whose segment work is captured",
  event: {},
  answer: { name: "work", isClosed: true },
  env: { AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:{closed}" },
};

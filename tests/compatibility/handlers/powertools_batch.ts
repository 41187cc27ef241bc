import type { Case } from "../case.ts";
import {
  BatchProcessor,
  EventType,
  processPartialResponse,
} from "@aws-lambda-powertools/batch";
import type { Context } from "@toukon/lambda";
import type { SQSEvent, SQSRecord } from "aws-lambda";

const processor = new BatchProcessor(EventType.SQS);

function work({ body }: SQSRecord): void {
  if (body === "bad") throw new Error("bad record");
}

export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, work, processor, { context });

export const test: Case = {
  invoked: "an SQS batch of two, of which one fails",
  event: {
    Records: ["good", "bad"].map((body) => ({
      messageId: body,
      receiptHandle: "handle",
      body,
      attributes: {},
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders",
      awsRegion: "eu-west-1",
    })),
  },
  answer: { batchItemFailures: [{ itemIdentifier: "bad" }] },
};

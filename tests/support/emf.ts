// Copyright 2026 the Toukon Lambda authors. MIT license.

import { findSlotsBy, Slot } from "../../runtime/handler/slot.ts";
import { recordsOf } from "./records.ts";

/** A document in CloudWatch's embedded metric format. */
export interface EmfDocument {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string; StorageResolution?: number }[];
    }[];
  };
  [member: string]: unknown;
}

/** The lines that a run writes until its invocation is answered. */
export function linesOfInvocation(run: () => void): string[] {
  const headers = new Map([
    ["lambda-runtime-trace-id", "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c"],
    ["lambda-runtime-aws-tenant-id", "tenant-1"],
  ]);
  const slot = new Slot({ requestId: "id-1", headers, body: "" });
  return recordsOf("line", () => {
    try {
      findSlotsBy(() => slot);
      run();
      slot.close();
    } finally {
      findSlotsBy(() => undefined);
    }
  });
}

/** The documents that a run writes until its invocation is answered. */
export function documentsOf(run: () => void): EmfDocument[] {
  return linesOfInvocation(run).map((line) => JSON.parse(line));
}

/** The documents among the lines of a log. */
export function documentsIn(log: string): EmfDocument[] {
  return log.split("\n").filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line));
}

/** The values of a metric in a document, where it has it. */
export function valuesOf(document: EmfDocument, name: string): unknown[] {
  const isDefined = document._aws.CloudWatchMetrics
    .some(({ Metrics }) => Metrics.some(({ Name }) => Name === name));
  return isDefined ? [document[name]].flat() : [];
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CLIENT_ADDRESS, type EventOptions, REGION, timeOf } from "./facts.ts";
import { hash } from "./node.ts";

/** Options for {@linkcode s3Event}. */
export interface S3EventOptions extends EventOptions {
  /**
   * The keys of the objects, one record each, as they are in S3.
   *
   * @default {["orders/A-1001 闘魂.json"]}
   */
  records?: readonly string[];
  /**
   * The name of the bucket.
   *
   * @default {"toukon-orders"}
   */
  bucketName?: string;
  /**
   * What has happened to the objects, such as `ObjectRemoved:Delete`.
   *
   * @default {"ObjectCreated:Put"}
   */
  eventName?: string;
  /**
   * The size of the objects, in bytes.
   *
   * @default {1024}
   */
  size?: number;
}

/** What has happened to an object. */
export interface S3EventRecord {
  /** The version of the format. */
  eventVersion: string;
  /** Always `aws:s3`. */
  eventSource: string;
  /** The region of the bucket. */
  awsRegion: string;
  /** When it happened. */
  eventTime: string;
  /** What has happened. */
  eventName: string;
  /** Who has done it. */
  userIdentity: { principalId: string };
  /** Where it was asked for. */
  requestParameters: { sourceIPAddress: string };
  /** The ids of the request. */
  responseElements: { "x-amz-request-id": string; "x-amz-id-2": string };
  /** The bucket and the object. */
  s3: {
    s3SchemaVersion: string;
    configurationId: string;
    bucket: {
      name: string;
      ownerIdentity: { principalId: string };
      arn: string;
    };
    object: S3EventObject;
  };
}

/** The object to which something has happened. */
export interface S3EventObject {
  /** The key, encoded as in a form: spaces are `+`. */
  key: string;
  /** The size in bytes; 0 of one that was removed. */
  size: number;
  /** The entity tag; empty of one that was removed. */
  eTag: string;
  /** Tells the order of what happens to an object. */
  sequencer: string;
}

/** What has happened in a bucket. */
export interface S3Event {
  /** What has happened. */
  Records: S3EventRecord[];
}

/**
 * Makes the event notification of objects in an S3 bucket.
 *
 * @param options The objects, and what has happened to them.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { s3Event } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [{ s3 }] = s3Event({ records: ["my photo.jpg"] }).Records;
 * assertEquals(s3.object.key, "my+photo.jpg");
 * ```
 */
export function s3Event(options: S3EventOptions = {}): S3Event {
  const {
    records = ["orders/A-1001 闘魂.json"],
    bucketName = "toukon-orders",
    eventName = "ObjectCreated:Put",
    size = 1_024,
  } = options;
  const isRemoval = eventName.startsWith("ObjectRemoved:");
  return {
    Records: records.map((key, index) => ({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: REGION,
      eventTime: timeOf(options).toISOString(),
      eventName,
      userIdentity: { principalId: "AWS:AROA2B3C4D5E6F7G8H9IJ:orders" },
      requestParameters: { sourceIPAddress: CLIENT_ADDRESS },
      responseElements: {
        "x-amz-request-id": "T0UK0NLAMBDA0001",
        "x-amz-id-2": "dG91a29uLWxhbWJkYTogYSByZXF1ZXN0IHRvIFMzIQ==",
      },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "orders-to-lambda",
        bucket: {
          name: bucketName,
          ownerIdentity: { principalId: "A1B2C3D4E5F6G7" },
          arn: `arn:aws:s3:::${bucketName}`,
        },
        object: {
          key: encodeKey(key),
          size: isRemoval ? 0 : size,
          eTag: isRemoval ? "" : hash("md5", key),
          sequencer: (0x69573575a1b2c3d4n + BigInt(index)).toString(16)
            .toUpperCase(),
        },
      },
    })),
  };
}

/** S3 encodes keys as forms are, but for the slashes. */
function encodeKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length)
    .replaceAll("%2F", "/");
}

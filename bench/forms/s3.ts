// Copyright 2026 the Toukon Lambda authors. MIT license.

import { S3Client } from "@aws-sdk/client-s3";

const client = new S3Client({ region: "eu-west-1" });

/** A handler that makes the client of S3 when it is imported. */
export function handleEvent(event: { name: string }): unknown {
  return { message: `Hello, ${event.name}`, client: typeof client };
}

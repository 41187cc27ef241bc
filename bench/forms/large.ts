// Copyright 2026 the Toukon Lambda authors. MIT license.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";

const clients = { dynamoDb: DynamoDBClient, s3: S3Client };

/** A handler that imports a large npm graph, as many functions do. */
export function handleEvent(event: { name: string }): unknown {
  return { message: `Hello, ${event.name}`, clients: Object.keys(clients) };
}

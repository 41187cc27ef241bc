import type { Case } from "../case.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from "@aws-sdk/lib-dynamodb";

export const handler = async (event: { endpoint: string }) => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: event.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    }),
  );
  const TableName = "orders";
  await client.send(
    new PutCommand({ TableName, Item: { id: "1", tags: ["a"], total: 2.5 } }),
  );
  const { Item } = await client.send(
    new GetCommand({ TableName, Key: { id: "1" } }),
  );
  return Item;
};

export const test: Case = {
  invoked: "an event whose handler puts an item to a server, and gets it",
  event: { endpoint: "http://{aws}" },
  answer: { id: "1", tags: ["a"], total: 2.5 },
};

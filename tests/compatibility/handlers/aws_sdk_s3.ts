import type { Case } from "../case.ts";
import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

export const handler = async (event: { endpoint: string }) => {
  const client = new S3Client({
    endpoint: event.endpoint,
    region: "eu-west-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
  const object = { Bucket: "shop", Key: "orders/1.txt" };
  await client.send(new PutObjectCommand({ ...object, Body: "闘魂" }));
  const { Body } = await client.send(new GetObjectCommand(object));
  return await Body?.transformToString();
};

export const test: Case = {
  invoked: "an event whose handler puts an object to a server, and gets it",
  event: { endpoint: "http://{aws}" },
  answer: "闘魂",
};

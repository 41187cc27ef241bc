import type { Case } from "../case.ts";
import { SSMClient } from "@aws-sdk/client-ssm";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";

export const handler = async (event: { endpoint: string }) => {
  const awsSdkV3Client = new SSMClient({
    endpoint: event.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
  return await new SSMProvider({ awsSdkV3Client }).get("/shop/name");
};

export const test: Case = {
  invoked: "an event whose handler asks an SSM server",
  event: { endpoint: "http://{aws}" },
  answer: "value of /shop/name",
  note:
    "Import the client before the provider, or a run without a lock file does not find the provider",
};

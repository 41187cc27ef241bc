import type { Case } from "../case.ts";
import { Redis } from "ioredis";

export const handler = async (event: { url: string }) => {
  const redis = new Redis(event.url);
  try {
    await redis.set("order", "o-1");
    return await redis.get("order");
  } finally {
    redis.disconnect();
  }
};

export const test: Case = {
  invoked:
    "an event whose handler sets and gets at a server of Redis' protocol",
  event: { url: "redis://{redis}" },
  answer: "o-1",
};

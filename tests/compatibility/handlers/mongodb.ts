import type { Case } from "../case.ts";
import { MongoClient, ObjectId } from "mongodb";

export const handler = async (event: { url: string; id: string }) => {
  const client = new MongoClient(event.url, { serverSelectionTimeoutMS: 300 });
  try {
    await client.db("shop").command({ ping: 1 });
    return "answered";
  } catch (error) {
    const id = new ObjectId(event.id).toHexString();
    return { id, name: (error as Error).name };
  } finally {
    await client.close();
  }
};

export const test: Case = {
  invoked: "an event whose handler pings a port where nothing listens",
  event: {
    url: "mongodb://127.0.0.1:{closed}/",
    id: "65a1b2c3d4e5f60718293a4b",
  },
  answer: { id: "65a1b2c3d4e5f60718293a4b", name: "MongoServerSelectionError" },
};

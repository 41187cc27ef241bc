import type { Case } from "../case.ts";
import knex from "knex";
// Without it, Deno does not give knex the driver, which is optional to it.
import "pg";

export const handler = async (event: { connection: string }) => {
  const database = knex({ client: "pg", connection: event.connection });
  try {
    return await database("orders").where({ id: 1 }).select("id", "name");
  } finally {
    await database.destroy();
  }
};

export const test: Case = {
  invoked: "an event whose handler asks a server of PostgreSQL's protocol",
  event: { connection: "postgres://user:secret@{postgres}/shop" },
  answer: [{ id: 1, name: "闘魂" }],
  note: "The handler has to import the driver too",
};

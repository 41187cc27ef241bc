import type { Case } from "../case.ts";
import { z } from "zod";

const Order = z.object({ id: z.string().min(3), count: z.int().positive() });

export const handler = (event: unknown) => {
  const { success, data, error } = Order.safeParse(event);
  return success ? data : error.issues.map(({ path }) => path.join("."));
};

export const test: Case = {
  invoked: "an event that has two faults",
  event: { id: "1", count: 0 },
  answer: ["id", "count"],
};

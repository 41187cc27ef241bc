import type { Case } from "../case.ts";
import jwt from "jsonwebtoken";

export const handler = (event: { secret: string; other: string }) => {
  const token = jwt.sign({ sub: "user-1" }, event.secret, { expiresIn: "1h" });
  const { sub } = jwt.verify(token, event.secret) as { sub: string };
  try {
    jwt.verify(token, event.other);
    return "forged";
  } catch (error) {
    return { sub, refused: (error as Error).message };
  }
};

export const test: Case = {
  invoked: "an event whose handler signs and verifies tokens",
  event: { secret: "one", other: "two" },
  answer: { sub: "user-1", refused: "invalid signature" },
};

import type { Case } from "../case.ts";
import bcrypt from "bcryptjs";

export const handler = async (event: { password: string }) => {
  const hash = await bcrypt.hash(event.password, 4);
  return [
    await bcrypt.compare(event.password, hash),
    await bcrypt.compare("other", hash),
  ];
};

export const test: Case = {
  invoked: "an event whose handler hashes a password",
  event: { password: "secret" },
  answer: [true, false],
};

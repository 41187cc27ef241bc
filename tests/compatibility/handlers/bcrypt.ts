import type { Case } from "../case.ts";

export const handler = async (event: { password: string }) => {
  const { default: bcrypt } = await import("bcrypt");
  return await bcrypt.compare(
    event.password,
    await bcrypt.hash(event.password, 4),
  );
};

export const test: Case = {
  invoked: "an event whose handler hashes a password",
  event: { password: "secret" },
  answer: true,
  cannot: {
    reason: "?",
    error: "?",
  },
};

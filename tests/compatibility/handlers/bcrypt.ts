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
    reason:
      'A native add-on, of which a bundle can hold none; the plain run needs `"ffi": true`. `bcryptjs` has the same functions',
    error: "No native build was found",
  },
  permissions: { ffi: true },
};

import type { Case } from "../case.ts";

export const handler = async () => {
  const { default: sharp } = await import("sharp");
  const create = {
    width: 2,
    height: 3,
    channels: 3,
    background: "red",
  } as const;
  const { width, height } = await sharp({ create }).png().metadata();
  return { width, height };
};

export const test: Case = {
  invoked: "an event whose handler makes a picture",
  event: {},
  answer: { width: 2, height: 3 },
  cannot: {
    reason:
      'A native add-on, of which a bundle can hold none; the plain run needs `"ffi": true`',
    error: 'Could not load the "sharp" module',
  },
  permissions: { ffi: true },
};

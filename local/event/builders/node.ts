// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What is used of Node's modules, which Deno has built in. */
interface Modules {
  "node:crypto": {
    createHash(algorithm: string): {
      update(data: Uint8Array | string): { digest(encoding: "hex"): string };
    };
  };
  "node:zlib": { gzipSync(data: string): Uint8Array };
}

const { process } = globalThis as unknown as {
  process: {
    getBuiltinModule<Name extends keyof Modules>(name: Name): Modules[Name];
  };
};

/** Gives a hash in hexadecimal: SQS wants MD5, which WebCrypto lacks. */
export function hash(
  algorithm: "md5" | "sha256",
  data: Uint8Array | string,
): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash(algorithm).update(data).digest("hex");
}

/** Compresses a text at once, which web streams cannot. */
export function gzip(text: string): Uint8Array<ArrayBuffer> {
  const { gzipSync } = process.getBuiltinModule("node:zlib");
  return new Uint8Array(gzipSync(text));
}

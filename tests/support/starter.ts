// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The folder of this checkout. */
export const CHECKOUT = new URL("../..", import.meta.url).pathname
  .replace(/\/$/, "");

/** The starter in this checkout. */
export const STARTER = `${CHECKOUT}/examples/starter`;

/** What working with the starter leaves behind, and a new user has not. */
const LEFT_BEHIND = new Set([
  "bootstrap",
  "cdk.out",
  "deno.lock",
  "dist",
  "node_modules",
]);

/**
 * A copy of the starter, which is free to leave something behind.
 *
 * The starter asks JSR for `@toukon/lambda`, and tests must not depend on what
 * is published there. So in this copy alone, `deno.json` links the name to the
 * checkout, and takes `@std` from the checkout's `vendor/`.
 */
export class StarterCopy implements Disposable {
  /** The folder, removed at the end. */
  readonly root: string = Deno.makeTempDirSync({ prefix: "toukon_starter_" });
  /** The starter within it. */
  readonly starter: string = `${this.root}/toukon_lambda/examples/starter`;

  constructor() {
    copyFolder(STARTER, this.starter);
    Deno.copyFileSync(
      `${STARTER}/infra/deno.lock`,
      `${this.starter}/infra/deno.lock`,
    );
    const path = `${this.starter}/deno.json`;
    const config = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(
      path,
      JSON.stringify({
        ...config,
        links: [CHECKOUT],
        vendor: true,
        lock: false,
        permissions: {
          ...config.permissions,
          // What comes from JSR needs no permission to be read.
          dev: {
            ...config.permissions.dev,
            read: [...config.permissions.dev.read, CHECKOUT],
          },
        },
      }),
    );
    Deno.symlinkSync(`${CHECKOUT}/vendor`, `${this.starter}/vendor`);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

/**
 * The environment for commands in a project: this very Deno, no colours, no
 * account of AWS, and no look for newer versions.
 */
export function starterEnvironment(): Record<string, string> {
  const deno = Deno.execPath();
  const folder = deno.slice(0, deno.lastIndexOf("/"));
  return {
    PATH: `${folder}:${Deno.env.get("PATH")}`,
    // Where the base of a compiled program cannot be downloaded, Deno itself
    // has to do; the result cannot be run, but has been compiled.
    DENORT_BIN: deno,
    DENO_NO_UPDATE_CHECK: "1",
    // A task that runs the test has set where its own user stands.
    INIT_CWD: "",
    NO_COLOR: "1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (LEFT_BEHIND.has(name)) continue;
    const paths = [`${from}/${name}`, `${to}/${name}`] as const;
    isDirectory ? copyFolder(...paths) : Deno.copyFileSync(...paths);
  }
}

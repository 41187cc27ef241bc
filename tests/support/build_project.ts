// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CHECKOUT } from "./starter.ts";

/** How a build ended, and what it wrote. */
export interface BuildResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Options for {@linkcode BuildProject}. */
export interface BuildProjectOptions {
  /** The text of `handler.ts`. */
  handler?: string;
  /** What deno.json imports beside what every one here does. */
  imports?: Record<string, string>;
  /** What deno.json has beside what every one here has. */
  config?: Record<string, unknown>;
}

const HANDLER = `export function handleEvent(event: unknown) {
  return event;
}
`;

/**
 * A program of the machine that stands for the base of a compiled program,
 * which may not be had here. The result cannot run, but all is in it.
 */
const BASE = "/bin/true";

/**
 * The project of someone who uses the package: a deno.json, a handler, and the
 * permission set for builds of this checkout.
 */
export class BuildProject implements Disposable {
  /** Outside /tmp, which a sandbox may write to. */
  readonly directory: string = Deno.makeTempDirSync({
    dir: "/var/tmp",
    prefix: "toukon_build_",
  });

  constructor(options: BuildProjectOptions = {}) {
    const { handler = HANDLER, imports = {}, config = {} } = options;
    const ours = JSON.parse(
      Deno.readTextFileSync(`${CHECKOUT}/deno.json`),
    );
    // Another user has to read it.
    Deno.chmodSync(this.directory, 0o755);
    Deno.symlinkSync(`${CHECKOUT}/vendor`, `${this.directory}/vendor`);
    this.write("handler.ts", handler);
    this.write(
      "deno.json",
      JSON.stringify({
        imports: {
          ...ours.imports,
          "@toukon/lambda": "jsr:@toukon/lambda@^0.1",
          ...imports,
        },
        links: [CHECKOUT],
        vendor: true,
        lock: false,
        lambda: { handler: "./handler.ts" },
        ...config,
        permissions: {
          ...config.permissions as Record<string, unknown> | undefined,
          build: ours.permissions.build,
        },
      }),
    );
  }

  /** Writes a file, whose folders need not be there. */
  write(name: string, text: string): void {
    const folder = name.slice(0, Math.max(name.lastIndexOf("/"), 0));
    Deno.mkdirSync(`${this.directory}/${folder}`, { recursive: true });
    Deno.writeTextFileSync(`${this.directory}/${name}`, text);
  }

  /** The names of what is in the project, of what a build may leave. */
  outputs(): string[] {
    const own = ["deno.json", "handler.ts", "vendor"];
    return [...Deno.readDirSync(this.directory)].map(({ name }) => name)
      .filter((name) => !own.includes(name)).sort();
  }

  /** Builds with the permissions that a project grants a build. */
  async build(
    args: string[] = [],
    env: Record<string, string> = {},
  ): Promise<BuildResult> {
    return await this.deno([
      ...["run", "--quiet", "--no-prompt", "-P=build"],
      ...["@toukon/lambda/build", ...args],
    ], env);
  }

  /** Runs Deno in the project. */
  async deno(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<BuildResult> {
    const deno = Deno.execPath();
    const folder = deno.slice(0, deno.lastIndexOf("/"));
    const { code, stdout, stderr } = await new Deno.Command(deno, {
      args,
      cwd: this.directory,
      env: {
        PATH: `${folder}:${Deno.env.get("PATH")}`,
        // A task that runs the test has set where its own user stands.
        INIT_CWD: "",
        DENORT_BIN: BASE,
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        ...env,
      },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
    };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

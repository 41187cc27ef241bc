// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildProject, type BuildResult } from "../support/build_project.ts";
import config from "./deno.json" with { type: "json" };
import type { Case } from "./case.ts";

const HERE = new URL(".", import.meta.url).pathname;
const IMPORTS: Record<string, string> = config.imports;

/** What every handler here may do, as the table says. */
const PERMISSIONS = {
  env: true,
  net: ["127.0.0.1"],
  read: true,
  sys: true,
} as const;

/** The names of the cases. */
export function caseNames(): string[] {
  return [...Deno.readDirSync(`${HERE}handlers`)]
    .map(({ name }) => name.replace(/\.ts$/, "")).sort();
}

/** The project of someone whose handler uses the packages of a case. */
export class CaseProject implements Disposable {
  /** What the handler imports from npm, as in `npm:zod@4.0.0`. */
  readonly packages: string[];
  readonly #name: string;
  readonly #handler: string;
  readonly #project: BuildProject;

  constructor(name: string) {
    this.#name = name;
    this.#handler = Deno.readTextFileSync(`${HERE}handlers/${name}.ts`);
    const imports = npmImports(this.#handler);
    this.packages = Object.values(imports);
    this.#project = this.#create(imports);
  }

  /** Where the project is. */
  get directory(): string {
    return this.#project.directory;
  }

  /** The command that runs the handler without building it. */
  get plainCommand(): string[] {
    return [...this.#run("-P"), "main.ts"];
  }

  /** Imports the handler, and gives what it is invoked with. */
  async readCase(): Promise<Case> {
    const [deno, ...args] = this.#run("-P");
    const { success, stdout, stderr } = await new Deno.Command(deno, {
      args: [...args, "case_of_handler.ts"],
      cwd: this.directory,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr));
    const it: Case = JSON.parse(
      decoder.decode(stdout).trim().split("\n").at(-1)!,
    );
    this.#grant(it.permissions);
    return it;
  }

  /** Adds to what deno.json grants. */
  #grant(permissions: Record<string, unknown> = {}): void {
    const path = `${this.directory}/deno.json`;
    const json = JSON.parse(Deno.readTextFileSync(path));
    Object.assign(json.permissions.default, permissions);
    Deno.writeTextFileSync(path, JSON.stringify(json));
  }

  /** Builds `dist/`. */
  build(): Promise<BuildResult> {
    return this.#project.build(["--bundle"]);
  }

  #run(permissions: string): string[] {
    return [Deno.execPath(), "run", "--quiet", "--no-prompt", permissions];
  }

  #create(imports: Record<string, string>): BuildProject {
    const handler = `./handlers/${this.#name}.ts`;
    const project = new BuildProject({
      imports,
      config: {
        nodeModulesDir: "none",
        lambda: { handler },
        permissions: { default: PERMISSIONS },
      },
    });
    Deno.mkdirSync(`${project.directory}/handlers`);
    project.write(handler, this.#handler);
    for (const name of ["case.ts", "events.ts"]) {
      Deno.copyFileSync(HERE + name, `${project.directory}/${name}`);
    }
    project.write(
      "main.ts",
      `import { serve } from "@toukon/lambda";\nawait serve(import("${handler}"));\n`,
    );
    project.write(
      "case_of_handler.ts",
      // Some packages ask for it while they are imported.
      `import "@toukon/lambda";\nconst { test } = await import("${handler}");\nconsole.log(JSON.stringify(test));\nDeno.exit(0);\n`,
    );
    return project;
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]();
  }
}

/** The pinned packages that a module names, by how it imports them. */
function npmImports(text: string): Record<string, string> {
  const named = [
    ...text.matchAll(/(?:from|import|import\(|@ts-types=) ?"([^"]+)"/g),
  ]
    .map(([, specifier]) => specifier);
  return Object.fromEntries(
    Object.entries(IMPORTS).filter(([name, target]) =>
      target.startsWith("npm:") &&
      named.some((it) => it === name || it.startsWith(`${name}/`))
    ),
  );
}

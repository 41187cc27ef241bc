// Copyright 2026 the Toukon Lambda authors. MIT license.

import { git } from "../../../tools/git.ts";
import { Child, type ChildResult } from "../../support/child.ts";
import { Folder } from "../../support/folder.ts";

const MAIN =
  new URL("../../../tools/release/main.ts", import.meta.url).pathname;

const FILES = {
  "deno.json": JSON.stringify(
    {
      name: "@toukon/lambda",
      version: "0.1.0",
      license: "MIT",
      exports: "./mod.ts",
    },
    null,
    2,
  ),
  "mod.ts": "export const one: number = 1;\n",
  "runtime/version.ts": 'export const VERSION = "0.1.0";\n',
  "README.md": "Ask for `jsr:@toukon/lambda@^0.1`.\n",
  "CHANGELOG.md": "# Changelog\n\n## 0.1.0 (unreleased)\n\n- All of it.\n",
  "tools/versions/versions.json": '{ "deno": "2.0.0", "images": {} }\n',
};

/** A small package in a repository of its own, on the branch main, ready for its first release. */
export class Project extends Folder {
  constructor() {
    super(FILES);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "Somebody");
    this.git("config", "user.email", "somebody@example.com");
    this.git("config", "commit.gpgSign", "false");
    this.git("config", "tag.gpgSign", "false");
    this.commit("feat: begin");
  }

  git(...args: string[]): string {
    return git(this.path, ...args);
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", message);
  }

  read(path: string): string {
    return Deno.readTextFileSync(`${this.path}/${path}`);
  }
}

/** Runs `deno task release` in a project, with the permissions of the task. */
export async function release(
  project: Project,
  ...args: string[]
): Promise<ChildResult> {
  await using child = new Child(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      "--allow-read=.",
      "--allow-write=.",
      "--allow-run=git,deno",
      MAIN,
      ...args,
    ],
    cwd: project.path,
    env: { NO_COLOR: "1" },
  });
  return await child.ended();
}

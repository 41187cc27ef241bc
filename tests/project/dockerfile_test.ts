// Copyright 2026 the Toukon Lambda authors. MIT license.

// The rules of hadolint that apply here, by their numbers, for machines that
// have neither hadolint nor Docker; and what Lambda and this project ask for.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { runToEnd } from "../support/child.ts";
import { CHECKOUT, STARTER } from "../support/starter.ts";

interface Instruction {
  name: string;
  value: string;
}

interface Stage {
  base: string;
  name: string | undefined;
  instructions: Instruction[];
}

const DOCKERFILES = [`${CHECKOUT}/Dockerfile`, `${STARTER}/Dockerfile`];

/** The stages of a Dockerfile, comments dropped and long lines joined. */
function stagesOf(path: string): Stage[] {
  const lines = Deno.readTextFileSync(path)
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, name, value] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    assert(name, `cannot read "${line}"`);
    if (name !== "FROM") {
      stages.at(-1)!.instructions.push({ name, value });
      continue;
    }
    const [, base, as] =
      /^(?:--platform=\S+ )?(\S+)(?: AS (\S+))?$/.exec(value) ?? [];
    stages.push({ base, name: as, instructions: [] });
  }
  return stages;
}

function valuesOf(stage: Stage, name: string): string[] {
  return stage.instructions.filter((item) => item.name === name)
    .map(({ value }) => value);
}

/** The stages that become images: no other is made from them. */
function imagesOf(stages: Stage[]): Stage[] {
  return stages.filter((stage) => valuesOf(stage, "ENTRYPOINT").length > 0);
}

for (const path of DOCKERFILES) {
  const file = path.slice(CHECKOUT.length + 1);
  const stages = stagesOf(path);
  const images = imagesOf(stages);

  Deno.test(`${file} pins every base (DL3006, DL3007, DL3024)`, () => {
    const names = stages.map(({ name }) => name);
    assertEquals(new Set(names).size, stages.length);
    for (const [index, { base }] of stages.entries()) {
      if (names.slice(0, index).includes(base)) continue;
      assertMatch(base, /:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$/);
    }
  });

  Deno.test(`${file} copies from stages that it has (DL3022, DL3020, DL3045)`, () => {
    const names = new Set(stages.map(({ name }) => name));
    for (const stage of stages) {
      assertEquals(valuesOf(stage, "ADD"), []);
      for (const value of valuesOf(stage, "COPY")) {
        const [, from] = /--from=(\S+)/.exec(value) ?? [];
        if (from) assert(names.has(from), `no stage "${from}"`);
      }
      if (valuesOf(stage, "COPY").length === 0) continue;
      assertMatch(valuesOf(stage, "WORKDIR")[0], /^\//);
    }
  });

  Deno.test(`${file} runs no package manager, sudo or pipe (DL3004, DL3008, DL4006)`, () => {
    for (const stage of stages) {
      for (const value of valuesOf(stage, "RUN")) {
        assertEquals(
          /\b(apt|apt-get|apk|yum|sudo|curl|wget)\b/.test(value),
          false,
        );
        assertEquals(/[^|]\|[^|]/.test(value), false);
      }
    }
  });

  Deno.test(`${file} compiles in a stage that changes in the right order`, () => {
    const [builder] = stages;
    const steps = builder.instructions.map(({ name, value }) =>
      `${name} ${value}`
    );
    const indexOf = (pattern: RegExp) =>
      steps.findIndex((step) => pattern.test(step));

    const base = indexOf(/^RUN .*deno compile/);
    const config = indexOf(/^COPY deno\.json/);
    const dependencies = indexOf(/^RUN .*deno install/);
    const sources = indexOf(/^COPY \. \.$/);
    assertEquals(
      [base, config, dependencies, sources].toSorted((a, b) => a - b),
      [base, config, dependencies, sources],
    );
    assert(base > 0);
    assertEquals(sources, steps.length - 1);
  });

  Deno.test(`${file} maps Docker's architectures to Deno's targets`, async () => {
    const [run] = valuesOf(stages[0], "RUN");
    const choose = run.slice(0, run.indexOf(" && "));
    for (
      const [architecture, expected] of [
        ["arm64", "aarch64-unknown-linux-gnu"],
        ["amd64", "x86_64-unknown-linux-gnu"],
        ["riscv64", ""],
      ]
    ) {
      const { success, stdout } = await new Deno.Command("sh", {
        args: ["-euc", `${choose}; echo "$target"`],
        env: { TARGETARCH: architecture },
      }).output();

      assertEquals(success, expected !== "");
      assertEquals(new TextDecoder().decode(stdout).trim(), expected);
    }
  });

  Deno.test(`${file} makes images with one small last layer`, () => {
    assertEquals(images.map(({ name }) => name), ["bundled", undefined]);
    for (const image of images) {
      assertEquals(valuesOf(image, "RUN"), []);
      assertEquals(valuesOf(image, "COPY").length, 1);
      const names = image.instructions.map(({ name }) => name);
      assertEquals(names.slice(-2), ["COPY", "ENTRYPOINT"]);
    }
  });

  Deno.test(`${file} runs /app/bootstrap as a fixed user (DL3002, DL3025, DL4004)`, () => {
    for (const image of images) {
      assertEquals(valuesOf(image, "ENTRYPOINT"), ['["/app/bootstrap"]']);
      assertEquals(valuesOf(image, "CMD"), []);
      assertEquals(valuesOf(image, "WORKDIR"), ["/app"]);
      assertEquals(valuesOf(image, "USER"), ["65532:65532"]);
    }
  });

  Deno.test(`${file} allows snapshots`, () => {
    for (const image of images) {
      assertEquals(valuesOf(image, "LABEL"), [
        'com.amazonaws.lambda.feature.snapstart="Allow"',
      ]);
    }
  });

  Deno.test(`${file} has the default image last, on a base without a shell`, () => {
    const last = stages.at(-1)!;

    assertEquals(last.name, undefined);
    assertMatch(last.base, /^gcr\.io\/distroless\/cc-debian\d+:nonroot@/);
    assertEquals(valuesOf(last, "COPY"), [
      "--from=compiler --chmod=0555 /src/bootstrap ./",
    ]);
  });

  Deno.test(`${file} has a .dockerignore that keeps tests and secrets out`, () => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const lines = Deno.readTextFileSync(`${folder}/.dockerignore`).split("\n");

    const keepsAllOut = lines.includes("*");
    for (const name of [".git", ".env*", "bootstrap", "dist"]) {
      assert(keepsAllOut || lines.includes(name), `${name} is let in`);
    }
  });
}

Deno.test("deno task image prints commands that a shell can read, for this Dockerfile", async () => {
  const { stdout: commands } = await runToEnd(Deno.execPath(), {
    args: ["task", "--quiet", "image"],
    cwd: CHECKOUT,
  });

  await runToEnd("sh", { args: ["-nc", commands] });
  assertMatch(commands, /^docker buildx build .*--tag (\S+).*\.$/ms);
  assertMatch(commands, /--entrypoint \S+ toukon-lambda \/app\/bootstrap$/m);
  for (const [, stage] of commands.matchAll(/--target (\w+)/g)) {
    const stages = stagesOf(`${CHECKOUT}/Dockerfile`);
    assert(stages.some(({ name }) => name === stage));
  }
});

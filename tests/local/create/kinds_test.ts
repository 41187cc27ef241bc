// Copyright 2026 the Toukon Lambda authors. MIT license.

// Each kind of project as a person meets it: made, checked, tested, run with its
// first event, built, and invoked.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { invokeBundle } from "../../support/built_function.ts";
import { blocksOf, withoutIdsAndTimes } from "../../support/page.ts";
import { CHECKOUT } from "../../support/starter.ts";
import { Workplace } from "./creation.ts";

/** What is made, and what it replies to its first event. */
interface Sample {
  options: string[];
  /** What is in the reply of a local run, and of the bundle. */
  reply: string;
}

const SAMPLES: Record<string, Sample> = {
  event: {
    options: ["--infra=none", "--isolation=worker", "--readme=ja"],
    reply: "こんにちは、Denoさん！",
  },
  fetch: {
    options: ["--infra=cdk", "--readme=both"],
    reply: "こんにちは、Denoさん！",
  },
  stream: {
    options: ["--infra=none", "--form=image"],
    reply: 'data: {"count":1}\n\nevent: end\ndata: 闘魂\n\n',
  },
  batch: {
    options: ["--form=zip"],
    reply: '{"batchItemFailures":[]}',
  },
};

/** What a project must pass as it is made. */
const CHECKS = [
  ["fmt", "--check"],
  ["lint"],
  ["check"],
  ["task", "test"],
];

/** The three commands that are printed after a project is made. */
function nextCommands(text: string): string[] {
  return text.match(/^ {2}\S.*$/gm)?.map((line) => line.trim()) ?? [];
}

/** Runs the commands of a README that it says the output of. */
async function assertReadmeIsTrue(
  place: Workplace,
  folder: string,
): Promise<void> {
  const blocks = blocksOf(place.files(folder)["README.md"])
    .filter(({ output }) => output !== undefined);
  assert(blocks.length > 0);
  for (const { commands, output } of blocks) {
    await using shell = place.shell(commands, folder);
    const { code, stdout, stderr } = await shell.ended();
    assertEquals(code, 0, stderr);
    // A page is formatted, and does not keep empty lines at an end.
    assertEquals(
      withoutIdsAndTimes(stdout).trimEnd(),
      withoutIdsAndTimes(output!).trimEnd(),
    );
  }
}

for (const [kind, { options, reply }] of Object.entries(SAMPLES)) {
  Deno.test(`create --kind ${kind} ${options.join(" ")} makes a project that is checked, tested, run, built and invoked`, async () => {
    using place = new Workplace();
    const args = [`--kind=${kind}`, `--package=${CHECKOUT}`, ...options];

    const made = await place.create([`my-${kind}`, ...args]);

    assertEquals([made.code, made.stderr], [0, ""]);
    assertEquals(place.entries(), [`my-${kind}`]);
    const folder = `my-${kind}`;
    for (const check of CHECKS) {
      await using child = place.deno(check, folder);
      const { code, stdout, stderr } = await child.ended();
      assertEquals(code, 0, `${check}: ${stdout}${stderr}`);
    }

    const [enter, run, test] = nextCommands(made.stdout);
    assertEquals([enter, test], [`cd my-${kind}`, "deno task test"]);
    const [, ...first] = run.split(" ");
    await using dev = place.deno(first, folder);
    const replied = await dev.ended();
    assertEquals(replied.code, 0, replied.stderr);
    assertStringIncludes(replied.stdout, reply);
    await assertReadmeIsTrue(place, folder);

    await using build = place.deno(["task", "build", "--bundle"], folder);
    const built = await build.ended();
    assertEquals(built.code, 0, built.stderr);
    assert(!built.stderr.includes("Warning"), built.stderr);
    const directory = `${place.path}/${folder}`;
    const event = Deno.readTextFileSync(`${directory}/${first.at(-1)}`);
    const post = await invokeBundle({ directory }, {
      event: JSON.parse(event),
    });
    assertEquals(post.path, "invocation/1/response");
    assertStringIncludes(post.text, reply);
  });
}

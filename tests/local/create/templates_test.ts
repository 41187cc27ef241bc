// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { CHOICES, type Choices } from "../../../local/create/choices.ts";
import { filesOf } from "../../../local/create/files.ts";
import { VERSION } from "../../../runtime/version.ts";
import {
  templatesText,
  withoutCopyright,
} from "../../../tools/create/templates_text.ts";
import { satisfies } from "../../../tools/offline/packages.ts";
import { runToEnd } from "../../support/child.ts";
import { CHECKOUT, STARTER } from "../../support/starter.ts";
import { Workplace } from "./creation.ts";

/** Everything that can be made. */
function allChoices(): Choices[] {
  let all: Partial<Choices>[] = [{}];
  for (const [name, values] of Object.entries(CHOICES)) {
    all = all.flatMap((one) =>
      values.map((value) => ({ ...one, [name]: value }))
    );
  }
  return (all as Choices[]).filter(({ infra, form }) =>
    infra === "none" || form === "image"
  );
}

function commandsOf(page: string): string[] {
  return page.match(/^```sh\n[^]*?^```$/gm) ?? [];
}

Deno.test("local/create/templates.ts is what deno task templates writes", () => {
  const path = `${CHECKOUT}/local/create/templates.ts`;

  assert(
    Deno.readTextFileSync(path) === templatesText(),
    "it is not: run deno task templates",
  );
});

Deno.test("examples/starter is what create makes with --readme both", async () => {
  const { stdout } = await runToEnd("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard"],
    cwd: STARTER,
  });
  const paths = stdout.trimEnd().split("\n");
  const starter = Object.fromEntries(
    paths.map((path) => [
      path,
      withoutCopyright(Deno.readTextFileSync(`${STARTER}/${path}`)),
    ]),
  );
  using place = new Workplace();

  const { code } = await place.create(["hello-lambda", "--readme=both"]);

  assertEquals(code, 0);
  assertEquals(place.files("hello-lambda"), starter);
});

Deno.test("what is made asks for this version of the package", () => {
  const { imports } = JSON.parse(
    Deno.readTextFileSync(`${STARTER}/deno.json`),
  );
  const [, wanted] = imports["@toukon/lambda"].split("@^");

  assert(satisfies(VERSION, `${wanted}.0`), `${VERSION} is not ^${wanted}`);
});

Deno.test("the samples have no permission on Lambda but to send spans", () => {
  const { net } = JSON.parse(
    Deno.readTextFileSync(`${STARTER}/deno.json`),
  ).permissions.default;
  for (const choices of allChoices()) {
    const { lambda, permissions } = JSON.parse(
      filesOf({ name: "my-app", choices })["deno.json"],
    );
    const sendsSpans = choices.kind === "event";
    assertEquals(permissions.default, sendsSpans ? { net } : {});
    assertEquals(permissions.test, {});
    const isNarrowed = choices.isolation === "worker" && !sendsSpans;
    assertEquals(lambda.permissions, isNarrowed ? "none" : undefined);
  }
});

Deno.test("READMEs have their name, and steps that are counted", () => {
  for (const choices of allChoices()) {
    const files = filesOf({ name: "my-app", choices });
    for (const [path, text] of Object.entries(files)) {
      assertEquals(text.includes("hello-lambda"), false, path);
      if (!path.startsWith("README")) continue;
      assertEquals(text.includes("undefined"), false, path);
    }
    const steps = [...files["README.md"].matchAll(/^## (\d+)\./gm)]
      .map(([, number]) => Number(number));
    assert(steps.length >= 9);
    assertEquals(steps, steps.map((_, index) => index + 1));
  }
});

Deno.test("READMEs name files that are there", () => {
  for (const choices of allChoices()) {
    const files = filesOf({ name: "my-app", choices });
    const page = files["README.md"];
    const events = [...page.matchAll(/\bevents\/\w+\.json/g)];
    assert(events.length >= 2);
    for (const [path] of events) assert(path in files, path);
    for (const path of ["Dockerfile", "infra/", ".github/workflows/"]) {
      const isThere = Object.keys(files).some((it) => it.startsWith(path));
      assertEquals(new RegExp(`^${path} `, "m").test(page), isThere, path);
    }
    const link = choices.readme === "both" ? 1 : 0;
    assertEquals([...page.matchAll(/\]\(README/g)].length, link);
  }
});

Deno.test("READMEs say how to reach what the CDK app makes of a kind", () => {
  for (const choices of allChoices()) {
    if (choices.infra !== "cdk") continue;
    const files = filesOf({ name: "my-app", choices });
    const { context } = JSON.parse(files["infra/cdk.json"]);
    const page = files["README.md"];
    const has = (text: string) => page.includes(text);
    const wanted = { event: [], fetch: ["Url"], stream: ["Url"], batch: ["Q"] };
    const found = [
      ...(has("OutputKey=='FunctionUrl'") ? ["Url"] : []),
      ...(has("OutputKey=='QueueUrl'") ? ["Q"] : []),
    ];
    assertEquals(found, wanted[choices.kind]);
    assertEquals(context.functionUrl !== undefined, found.includes("Url"));
    assertEquals(context.queue !== undefined, found.includes("Q"));
    const isOfEvent = /`statusCode`/.test(page);
    assertEquals(isOfEvent, choices.kind === "event");
  }
});

Deno.test("READMEs have the same commands in both languages", () => {
  for (const choices of allChoices()) {
    if (choices.readme !== "both") continue;
    const files = filesOf({ name: "my-app", choices });
    const commands = commandsOf(files["README.md"]);
    assert(commands.length >= 8);
    assertEquals(commandsOf(files["README.ja.md"]), commands);
  }
});

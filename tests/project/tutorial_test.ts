// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { Folder } from "../support/folder.ts";
import { type Block, blocksOf, withoutIdsAndTimes } from "../support/page.ts";
import { CHECKOUT, STARTER, starterEnvironment } from "../support/starter.ts";

const ENGLISH = Deno.readTextFileSync(`${STARTER}/README.md`);
const JAPANESE = Deno.readTextFileSync(`${STARTER}/README.ja.md`);

/** What a command needs that a test has not: a daemon, or an account. */
const NEEDS_DOCKER_OR_ACCOUNT =
  /(^|[|(]\s*)(aws|docker|gh) |\bcdk (bootstrap|deploy|destroy|diff)\b/m;

/** The first lines of the blocks that are not executed, in order. */
const NOT_EXECUTED = [
  "aws sts get-caller-identity",
  "deno task --cwd infra cdk bootstrap",
  "export REPOSITORY=$(aws ecr describe-repositories \\",
  "docker buildx build --target bundled --platform linux/arm64 \\",
  'deno task --cwd infra cdk deploy hello-lambda-function -c imageTag="$IMAGE_TAG"',
  "aws lambda invoke --function-name hello-lambda \\",
  "aws lambda invoke --function-name hello-lambda --invocation-type Event \\",
  "aws logs tail /aws/lambda/hello-lambda --since 10m",
  "export QUERY_ID=$(aws logs start-query \\",
  "aws cloudwatch get-metric-statistics --namespace hello-lambda \\",
  "aws cloudwatch describe-alarms --alarm-name-prefix hello-lambda \\",
  "aws xray get-trace-summaries \\",
  'aws sqs receive-message --message-attribute-names All --queue-url "$(',
  "docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\",
  "deno task --cwd infra cdk deploy hello-lambda-github -c github=OWNER/NAME",
  "gh api repos/OWNER/NAME \\",
  'gh variable set AWS_REGION --body "$AWS_REGION"',
  'deno task --cwd infra cdk destroy hello-lambda-function -c imageTag="$IMAGE_TAG"',
];

/**
 * The commands of a block, but that tests must not depend on what is published:
 * the project is made by this checkout, and uses it.
 */
function withCheckout(commands: string): string {
  return commands.replace(
    /jsr:@toukon\/lambda\/create (.*)/,
    `${CHECKOUT}/local/create/mod.ts --package ${CHECKOUT} $1`,
  );
}

function isExecutable({ commands }: Block): boolean {
  return !NEEDS_DOCKER_OR_ACCOUNT.test(commands);
}

Deno.test("the tutorial has the same commands and replies in both languages", () => {
  assertEquals(blocksOf(JAPANESE), blocksOf(ENGLISH));
});

Deno.test("the tutorial has the same steps in both languages", () => {
  const stepsOf = (page: string) =>
    [...page.matchAll(/^## (\d+)\./gm)].map(([, number]) => Number(number));

  assertEquals(stepsOf(ENGLISH), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  assertEquals(stepsOf(JAPANESE), stepsOf(ENGLISH));
});

Deno.test("the tutorial says for every step what can go wrong, from AWS on what it costs", () => {
  for (
    const [page, wrong, costs] of [
      [ENGLISH, "**What can go wrong.**", "**What it costs.**"],
      [JAPANESE, "**つまずきやすい点。**", "**費用。**"],
    ]
  ) {
    const steps = page.split(/^## (?=\d)/m).slice(1)
      // Neither is a step of its own: one repeats two others, one is a table.
      .filter((step) => !step.startsWith("12."));
    for (const step of steps) {
      const number = parseInt(step);
      assert(step.includes(wrong), `${wrong} is missing in step ${number}`);
      if (number < 6 || number === 10) continue;
      assert(step.includes(costs), `${costs} is missing in step ${number}`);
    }
  }
});

Deno.test("the tutorial needs Docker or an account where it is expected to", () => {
  const skipped = blocksOf(ENGLISH).filter((block) => !isExecutable(block));

  assertEquals(
    skipped.map(({ commands }) => commands.split("\n", 1)[0]),
    NOT_EXECUTED,
  );
  // Nothing that could be executed hides behind what cannot.
  for (const { commands } of skipped) {
    const [first] = commands.replaceAll("\\\n", "").split("\n");
    assertMatch(first, NEEDS_DOCKER_OR_ACCOUNT);
  }
});

Deno.test("the tutorial's commands do what it says, those with Docker or an account left out", async () => {
  using folder = new Folder();
  const blocks = blocksOf(ENGLISH).filter(isExecutable);
  const separator = crypto.randomUUID();
  // One shell for all, as one person has: what is exported or changed to by
  // one block holds in the next.
  const script = blocks.map(({ commands }) =>
    `${withCheckout(commands)}echo ${separator}\n`
  );

  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-euc", script.join("")],
    cwd: folder.path,
    env: starterEnvironment(),
    stdin: "null",
  }).output();

  const printed = new TextDecoder().decode(stdout).split(`${separator}\n`);
  const logged = new TextDecoder().decode(stderr);
  assert(success, `${blocks[printed.length - 1]?.commands}failed:\n${logged}`);
  for (const [index, { commands, output }] of blocks.entries()) {
    if (output === undefined) continue;
    assertEquals(
      withoutIdsAndTimes(printed[index]),
      withoutIdsAndTimes(output),
      commands,
    );
  }
  assertEquals(blocks.filter(({ output }) => output !== undefined).length, 3);
  // The last step removes what the first has made.
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("the tutorial lists the options that the infrastructure has", () => {
  const source = Deno.readTextFileSync(`${STARTER}/infra/stack.ts`);
  const keys = [...source.matchAll(/(?:read|isTrue)\(app, "(\w+)"/g)]
    .map(([, key]) => key);

  for (const page of [ENGLISH, JAPANESE]) {
    const table = page.slice(page.indexOf("## 12."), page.indexOf("## 13."));
    const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
    assertEquals(listed, keys);
  }
});

// Copyright 2026 the Toukon Lambda authors. MIT license.

// The commands of READMEs that need an account, with an `aws` that only writes
// down what it is asked.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { CHOICES } from "../../../local/create/choices.ts";
import { filesOf } from "../../../local/create/files.ts";
import { runToEnd } from "../../support/child.ts";
import { Folder } from "../../support/folder.ts";
import { blocksOf } from "../../support/page.ts";

const AWS = `#!/bin/sh
printf '%s\\0' aws "$@" >> "$CALLS"
[ "$1 $2" = "sts get-caller-identity" ] && echo 111111111111 || echo found
`;

/** Stands for programs whose calls are of no interest. */
const OTHER = "#!/bin/sh\ncat > /dev/null\n";

/** Runs the commands of a page that call `aws`, and gives the calls. */
async function callsOf(page: string): Promise<string[][]> {
  using folder = new Folder({ aws: AWS, docker: OTHER, curl: OTHER });
  for (const name of ["aws", "docker", "curl"]) {
    Deno.chmodSync(`${folder.path}/${name}`, 0o755);
  }
  const commands = blocksOf(page).map(({ commands }) => commands)
    .filter((text) => /\baws /.test(text));
  await runToEnd("sh", {
    args: ["-euc", commands.join("")],
    env: {
      PATH: `${folder.path}:/usr/bin:/bin`,
      CALLS: `${folder.path}/calls`,
    },
  });
  return Deno.readTextFileSync(`${folder.path}/calls`)
    .split(/(?:^|\0)aws\0/).slice(1)
    .map((call) => call.replace(/\0$/, "").split("\0"));
}

function valueOf(call: string[], option: string): string | undefined {
  const at = call.indexOf(option);
  return at < 0 ? undefined : call[at + 1];
}

for (const form of CHOICES.form) {
  for (const kind of CHOICES.kind) {
    Deno.test(`the README of --kind ${kind} --form ${form} has commands for the AWS CLI that fit together`, async () => {
      const { "README.md": page } = filesOf({
        name: "my-app",
        choices: { kind, form, infra: "none", isolation: "none", readme: "en" },
      });

      const calls = await callsOf(page);

      const named = (name: string) =>
        calls.filter((call) => call.slice(0, 2).join(" ") === name);
      assertEquals(named("lambda create-function").length, 1);
      assertEquals(named("lambda update-function-code").length, 1);
      const policies = named("iam put-role-policy").map((call) =>
        JSON.parse(valueOf(call, "--policy-document")!).Statement[0].Resource
      );
      assertEquals(policies, [
        "arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/my-app:*",
        ...(kind === "batch"
          ? ["arn:aws:sqs:us-east-1:111111111111:my-app"]
          : []),
      ]);
      // A role can be removed only when its policies are.
      assertEquals(
        named("iam delete-role-policy").map((it) =>
          valueOf(it, "--policy-name")
        ).sort(),
        named("iam put-role-policy").map((it) => valueOf(it, "--policy-name"))
          .sort(),
      );
      const [mapping] = named("lambda create-event-source-mapping");
      assertEquals(mapping !== undefined, kind === "batch");
      const [, queue] = named("sqs create-queue");
      if (mapping) {
        assert(mapping.includes("ReportBatchItemFailures"));
        const { RedrivePolicy } = JSON.parse(valueOf(queue, "--attributes")!);
        assertEquals(JSON.parse(RedrivePolicy), {
          deadLetterTargetArn:
            "arn:aws:sqs:us-east-1:111111111111:my-app-failed",
          maxReceiveCount: "5",
        });
      }
      const [url] = named("lambda create-function-url-config");
      assertEquals(url !== undefined, kind === "fetch" || kind === "stream");
      assertEquals(
        url && valueOf(url, "--invoke-mode"),
        kind === "stream" ? "RESPONSE_STREAM" : undefined,
      );
    });
  }
}

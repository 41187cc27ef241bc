// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Child, runToEnd } from "../../support/child.ts";
import { CHECKOUT } from "../../support/starter.ts";
import { CREATE, Workplace } from "./creation.ts";

/** A git that says that it runs, and then never ends by itself. */
function gitThatHangs(pipe: string): string {
  return `#!/bin/sh\necho $$ > ${pipe}\nexec tail -f /dev/null\n`;
}

/** Ends a process, and tells whether it was still there. */
function stop(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGKILL");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`create leaves nothing when ${signal} comes half-way`, async () => {
    using place = new Workplace();
    using tools = new Workplace();
    const pipe = `${tools.path}/pipe`;
    await runToEnd("mkfifo", { args: [pipe] });
    Deno.writeTextFileSync(`${tools.path}/git`, gitThatHangs(pipe), {
      mode: 0o755,
    });
    await using child = place.start(["my-app", "--infra=none", "--git"], {
      PATH: `${tools.path}:${Deno.env.get("PATH")}`,
    });

    const pid = Number(await child.unlessLost(Deno.readTextFile(pipe)));
    const [work] = place.entries();
    assertMatch(work, /^\.my-app-/);
    assertEquals(place.entries(work), ["my-app"]);
    child.kill(signal);
    // One that goes on waiting for git would do so for ever.
    const limit = setTimeout(() => child.kill(), 10_000);
    const { code, stdout, stderr } = await child.ended();
    clearTimeout(limit);
    const isRunning = stop(pid);

    assertEquals([code, stdout, stderr], [
      exitCode,
      "",
      "Nothing is made: interrupted\n",
    ]);
    assertEquals([place.entries(), isRunning], [[], false]);
  });
}

Deno.test("create leaves nothing when git fails", async () => {
  using place = new Workplace();
  using tools = new Workplace();
  Deno.writeTextFileSync(
    `${tools.path}/git`,
    "#!/bin/sh\necho 'fatal: no' >&2\nexit 128\n",
    { mode: 0o755 },
  );

  const { code, stderr } = await place.create(
    ["my-app", "--infra=none", "--git"],
    { PATH: `${tools.path}:${Deno.env.get("PATH")}` },
  );

  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot run "git .*init --quiet":\nfatal: no\n$/);
  assertEquals(place.entries(), []);
});

// What is printed in a test that passes may not be shown; its name is.
const HAS_SCRIPT = await runToEnd("script", { args: ["--version"] })
  .then(() => true, () => false);
const WHERE = HAS_SCRIPT ? "" : ": ignored without script of util-linux";

/** Runs the command in a terminal of its own. */
function startInTerminal(place: Workplace, args: string[]): Child {
  const command = [Deno.execPath(), ...CREATE, ...args]
    .map((word) => `'${word}'`).join(" ");
  return new Child("script", {
    args: ["--quiet", "--return", "--command", command, "/dev/null"],
    cwd: place.path,
    env: { NO_COLOR: "1", TERM: "dumb" },
    stdin: "piped",
  });
}

/** Types a line when a question is shown. */
async function answer(
  terminal: Child,
  question: string,
  text: string,
): Promise<void> {
  await terminal.until(({ stdout }) => stdout.includes(question));
  const writer = terminal.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

Deno.test({
  name: `create asks for what no option says${WHERE}`,
  ignore: !HAS_SCRIPT,
  fn: async () => {
    using place = new Workplace();
    await using terminal = startInTerminal(place, [
      `--package=${CHECKOUT}`,
      "--readme=ja",
    ]);

    await answer(terminal, "Name of the function", "My_App\n");
    await answer(terminal, 'such as "my-app"', "my-app\n");
    await answer(terminal, "event, fetch, stream, batch [event]", "http\n");
    await answer(terminal, 'Cannot use "http"', "fetch\n");
    await answer(terminal, "none, worker [none]", "\n");
    await answer(terminal, "cdk, none [cdk]", "none\n");
    await answer(terminal, "image, zip [image]", "zip\n");
    await answer(terminal, "git repository: yes, no [no]", "yes\n");
    const { code, stdout } = await terminal.ended();
    await terminal.stdin.close();

    assertEquals(code, 0, stdout);
    assertStringIncludes(stdout, "Made my-app.");
    const { lambda } = JSON.parse(place.files("my-app")["deno.json"]);
    assertEquals(lambda, { handler: "./handler.ts" });
    assertStringIncludes(
      place.files("my-app")["README.md"],
      "create my-app --yes --kind fetch --infra none --form zip --readme ja\n",
    );
    assertEquals(place.entries("my-app").includes(".git"), true);
    assertEquals(place.entries("my-app").includes("Dockerfile"), false);
  },
});

for (const [name, key] of [["Ctrl-C", "\x03"], ["Ctrl-D", "\x04"]]) {
  Deno.test({
    name: `create leaves nothing after ${name} at a question${WHERE}`,
    ignore: !HAS_SCRIPT,
    fn: async () => {
      using place = new Workplace();
      await using terminal = startInTerminal(place, ["my-app"]);

      await answer(terminal, "[event]", key);
      const { code } = await terminal.ended();
      await terminal.stdin.close();

      assertEquals(code === 0, false);
      assertEquals(place.entries(), []);
    },
  });
}

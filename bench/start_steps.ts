// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what each step of the start of a bundle costs, from the start of the
 * process to its first request for an invocation, by leaving steps out: the
 * shell of `bootstrap`, the heap flag, V8's code cache, the runtime, `fetch`.
 *
 * ```sh
 * deno run -A bench/start_steps.ts --core=0
 * ```
 *
 * `--core` keeps all that is measured on one core, with `taskset`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { BuildProject } from "../tests/support/build_project.ts";
import { type Form, timeToFirstNext } from "./first_next.ts";
import { median } from "./median.ts";

const ROUNDS = 41;
const WARM_UP_ROUNDS = 3;
const FOLDER = "/proc/self/cwd";

/** What a bundle is run with. */
const RUN = [
  ...["run", "--quiet", "--no-config", "--no-lock", "--no-prompt"],
  ...["--no-check", "--cached-only", "--allow-net", "--allow-env"],
];

const NEXT = "/2018-06-01/runtime/invocation/next";
const API = 'Deno.env.get("AWS_LAMBDA_RUNTIME_API")';

/** Programs that ask for an invocation and have no runtime. */
const PROGRAMS = {
  "fetch.js": `await fetch("http://" + ${API} + "${NEXT}");\n`,
  "socket.js": `const [hostname, port] = ${API}.split(":");
const connection = await Deno.connect({ hostname, port: Number(port) });
const request = "GET ${NEXT} HTTP/1.1\\r\\nHost: api\\r\\n\\r\\n";
await connection.write(new TextEncoder().encode(request));
await connection.read(new Uint8Array(99));
`,
  "empty.js": "",
};

const { core } = parseArgs(Deno.args, { string: ["core"] });

using project = new BuildProject();
const { code, stderr } = await project.build(["--bundle"]);
if (code !== 0) throw new Error(`Cannot build: ${stderr}`);
const dist = `${project.directory}/dist`;
for (const [name, text] of Object.entries(PROGRAMS)) {
  project.write(`dist/${name}`, text);
}

const forms: Form[] = [
  { ...run("empty.js"), name: "an empty module, to its end", isEmpty: true },
  { ...run("socket.js"), name: "a request over a socket, no runtime" },
  { ...run("fetch.js"), name: "a request by fetch, no runtime" },
  { ...run("main.js"), name: "main.js" },
  { ...run("main.js", "--no-code-cache"), name: "main.js, no code cache" },
  {
    ...run("main.js", "--v8-flags=--max-heap-size=384"),
    name: "main.js, with a heap",
  },
  {
    name: "bootstrap: the shell, and all of that",
    command: `${dist}/bootstrap`,
    args: [],
    directory: dist,
  },
];

const timesMs = new Map(forms.map(({ name }) => [name, [] as number[]]));
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const form of forms) {
    const ms = await timeToFirstNext(form, core);
    if (round >= 0) timesMs.get(form.name)!.push(ms);
  }
}
const emptyMs = median(timesMs.get(forms[0].name)!);
console.log(`| start, ${ROUNDS} rounds | median | over empty |`);
console.log("| --- | ---: | ---: |");
for (const [name, times] of timesMs) {
  const ms = median(times);
  console.log(
    `| ${name} | ${ms.toFixed(1)} ms | ${(ms - emptyMs).toFixed(1)} ms |`,
  );
}

function run(main: string, ...flags: string[]): Omit<Form, "name"> {
  return {
    command: Deno.execPath(),
    args: [...RUN, ...flags, `${FOLDER}/${main}`],
    directory: dist,
    env: { DENO_DIR: `${dist}/deno_dir` },
  };
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Validates documents of `@toukon/lambda/metrics` by the JSON schema that AWS
 * has published, with Python, which has a package with it.
 *
 * ```sh
 * deno run -A tests/emf_schema/main.ts
 * ```
 *
 * The schema is older than CloudWatch's limit of 30 dimensions: it has 9.
 *
 * @module
 */

import {
  add,
  addDimensions,
  addProperty,
  configure,
} from "../../runtime/metrics/mod.ts";
import { type MetricUnit, UNITS } from "../../runtime/metrics/units.ts";
import { createRandom } from "../support/random.ts";
import { linesOfInvocation } from "../support/emf.ts";

const INVOCATIONS = 1_000;
const PACKAGES = ["aws-lambda-powertools==1.0.0", "fastjsonschema==2.21.1"];

const seed = Math.floor(Math.random() * 2 ** 31);
console.log(`seed ${seed}`);
const random = createRandom(seed);
const below = (limit: number) => Math.floor(random() * limit);

/** Adds so much of everything that a document can have. */
function addSomething(): void {
  for (let i = below(5); i > 0; i--) addDimensions({ [`dimension ${i}`]: "x" });
  for (let i = below(5); i > 0; i--) addProperty(`property ${i}`, [i, { i }]);
  for (let i = 1 + below(below(10) === 0 ? 400 : 10); i > 0; i--) {
    const unit = [...UNITS][i % UNITS.size] as MetricUnit;
    const resolution = i % 3 === 0 ? 1 : 60;
    const dimensions = i % 5 === 0 ? { own: `value ${i % 10}` } : undefined;
    add(
      `metric ${i % 150}${unit}${resolution}`,
      random() * 10 ** (i % 100),
      unit,
      {
        resolution,
        dimensions,
      },
    );
  }
}

async function run(command: string, args: string[], stdin = ""): Promise<void> {
  const child = new Deno.Command(command, { args, stdin: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code } = await child.status;
  if (code !== 0) throw new Error(`${command} has failed with code ${code}`);
}

configure({ namespace: "Shop", service: "orders" });
const lines = Array.from(
  { length: INVOCATIONS },
  () => linesOfInvocation(addSomething),
).flat();
const folder = await Deno.makeTempDir();
try {
  const target = [`--target=${folder}`, "--no-deps", "--quiet"];
  await run("python3", ["-m", "pip", "install", ...target, ...PACKAGES]);
  Deno.env.set("PYTHONPATH", folder);
  const script = `${import.meta.dirname}/validate.py`;
  await run("python3", [script, folder], lines.join(""));
} finally {
  await Deno.remove(folder, { recursive: true });
}

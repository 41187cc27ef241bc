// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { git } from "../../../tools/git.ts";
import { publishedFiles } from "../../../tools/sbom/published_files.ts";
import { createSbom, type Sbom } from "../../../tools/sbom/sbom.ts";
import config from "../../../deno.json" with { type: "json" };
import { Folder } from "../../support/folder.ts";

const ROOT = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");
const TIMESTAMP = "2026-05-31T12:00:00+00:00";

/** The document of this package as it is now. */
function createOurs(): Promise<Sbom> {
  const files = publishedFiles(ROOT)
    .map((path) => [path, Deno.readFileSync(`${ROOT}/${path}`)] as const);
  return createSbom({
    configText: Deno.readTextFileSync(`${ROOT}/deno.json`),
    files: new Map(files),
    timestamp: TIMESTAMP,
  });
}

Deno.test("publishedFiles() are those of git that publish.include names", () => {
  const listed = git(
    ROOT,
    ...["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    ...["--", ...config.publish.include],
  ).split("\0")
    // Deno reads these and publishes none.
    .filter((path) => path !== "" && !path.endsWith(".gitignore"));
  assertEquals(publishedFiles(ROOT), [...new Set(listed)].sort());
});

Deno.test("publishedFiles() reads paths with other characters than those of URLs", () => {
  using folder = new Folder({
    "deno.json": JSON.stringify({
      name: "@example/package",
      version: "1.0.0",
      license: "MIT",
      exports: "./mod.ts",
    }),
    "mod.ts": "export const one: number = 1;\n",
    "docs/a@b.md": "",
    "docs/(a).md": "",
  });
  assertEquals(publishedFiles(folder.path), [
    "deno.json",
    "docs/(a).md",
    "docs/a@b.md",
    "mod.ts",
  ]);
});

Deno.test("publishedFiles() throws what Deno says if that would not publish", () => {
  using folder = new Folder({ "deno.json": '{ "name": "@example/package" }' });
  assertThrows(() => publishedFiles(folder.path), Error, "exports");
});

Deno.test("createSbom() has every published file with its SHA-256", async () => {
  const { components } = await createOurs();
  const files = components.filter((it) => it.type === "file");
  assertEquals(files.map((it) => it.name), publishedFiles(ROOT));
  for (const { name, hashes } of files) {
    const bytes = Deno.readFileSync(`${ROOT}/${name}`);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const content = new Uint8Array(digest).toHex();
    assertEquals(hashes, [{ alg: "SHA-256", content }], name);
  }
});

Deno.test("createSbom() has every package that deno.json imports", async () => {
  const { metadata, components, dependencies } = await createOurs();
  const packages = components.filter((it) => it.type === "library");
  assertEquals(
    packages.map((it) => it.properties?.[0].value),
    Object.values(config.imports),
  );
  for (const { purl, group, name, version } of packages) {
    assertEquals(purl, `pkg:jsr/%40${group?.slice(1)}/${name}@${version}`);
  }
  const [ours] = dependencies;
  assertEquals(ours.ref, metadata.component["bom-ref"]);
  assertEquals(ours.dependsOn, packages.map((it) => it["bom-ref"]));
});

Deno.test("createSbom() has what CycloneDX 1.6 asks for, and no reference to nothing", async () => {
  const { bomFormat, specVersion, serialNumber, version, ...rest } =
    await createOurs();
  assertEquals([bomFormat, specVersion, version], ["CycloneDX", "1.6", 1]);
  assertMatch(
    serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const { metadata, components, dependencies, compositions } = rest;
  assertEquals(metadata.timestamp, TIMESTAMP);
  const all = [metadata.component, ...components];
  const refs = new Set(all.map((it) => it["bom-ref"]));
  assertEquals(refs.size, all.length);
  for (const { name } of all) assertNotEquals(name, "");
  const referred = [
    ...dependencies.flatMap((it) => [it.ref, ...it.dependsOn ?? []]),
    ...compositions.flatMap((it) => it.dependencies),
  ];
  for (const ref of referred) assert(refs.has(ref), ref);
});

Deno.test("createSbom() has another serial number only when a file has changed", async () => {
  const create = (text: string) =>
    createSbom({
      configText: '{ "name": "@a/b", "version": "1.0.0", "license": "MIT" }',
      files: new Map([["mod.ts", new TextEncoder().encode(text)]]),
      timestamp: TIMESTAMP,
    });
  const { serialNumber } = await create("one");
  assertEquals((await create("one")).serialNumber, serialNumber);
  assertNotEquals((await create("two")).serialNumber, serialNumber);
});

Deno.test("createSbom() throws on a dependency that is no package of JSR", async () => {
  await assertRejects(
    () =>
      createSbom({
        configText: JSON.stringify({
          name: "@a/b",
          version: "1.0.0",
          imports: { a: "npm:a@1.0.0" },
        }),
        files: new Map(),
        timestamp: TIMESTAMP,
      }),
    SyntaxError,
    'Cannot name the package of "npm:a@1.0.0"',
  );
});

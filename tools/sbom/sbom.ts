// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A software bill of materials in the form of CycloneDX 1.6. */
export interface Sbom {
  readonly $schema: string;
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: number;
  readonly metadata: {
    readonly timestamp: string;
    readonly component: Component;
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly compositions: readonly Composition[];
}

/** The package, one of its files, or a package that it needs. */
export interface Component {
  readonly type: "library" | "file";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly {
    readonly alg: "SHA-256";
    readonly content: string;
  }[];
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  readonly properties?: readonly {
    readonly name: string;
    readonly value: string;
  }[];
}

/** What a component needs, by their references. */
export interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

/** How much the document says about some of its components. */
export interface Composition {
  readonly aggregate: "complete" | "incomplete";
  readonly dependencies: readonly string[];
}

/** What a document is made of. */
export interface SbomOptions {
  /** The text of deno.json. */
  readonly configText: string;
  /** The bytes of each published file, by its path. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** When what is published was committed, as in RFC 3339. */
  readonly timestamp: string;
}

/**
 * Says what is published and what that needs. The same files give the same
 * document.
 *
 * @throws {SyntaxError} If a dependency of deno.json is no package of JSR.
 */
export async function createSbom(options: SbomOptions): Promise<Sbom> {
  const { configText, files, timestamp } = options;
  const config = JSON.parse(configText);
  const [group, name] = config.name.split("/");
  const root = purlOf(config.name, config.version);
  const packages = Object.values<string>(config.imports ?? {}).map(toPackage);
  const contents = await Promise.all(
    [...files].map(([path, bytes]) => toFile(path, bytes)),
  );
  const needed = packages.map((item) => item["bom-ref"]);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: await serialNumberOf(root, contents),
    version: 1,
    metadata: {
      timestamp,
      component: {
        type: "library",
        "bom-ref": root,
        group,
        name,
        version: config.version,
        purl: root,
        licenses: [{ license: { id: config.license } }],
      },
    },
    components: [...packages, ...contents],
    dependencies: [
      { ref: root, dependsOn: needed },
      ...needed.map((ref) => ({ ref })),
    ],
    // What the packages need themselves is for their own documents to say.
    compositions: [
      { aggregate: "complete", dependencies: [root] },
      { aggregate: "incomplete", dependencies: needed },
    ],
  };
}

/** The package URL of a package on JSR. */
function purlOf(name: string, version: string): string {
  return `pkg:jsr/${name.replace("@", "%40")}@${version}`;
}

/** A package by the lowest version that will do: a user's Deno chooses one. */
function toPackage(specifier: string): Component {
  const groups = specifier.match(
    /^jsr:(?<group>@[a-z0-9-]+)\/(?<name>[a-z0-9-]+)@\^(?<version>\d+\.\d+\.\d+)$/,
  )?.groups;
  if (groups === undefined) {
    throw new SyntaxError(
      `Cannot name the package of "${specifier}" in deno.json: ` +
        `expected the form "jsr:@scope/name@^1.2.3"`,
    );
  }
  const { group, name, version } = groups;
  const purl = purlOf(`${group}/${name}`, version);
  return {
    type: "library",
    "bom-ref": purl,
    group,
    name,
    version,
    purl,
    properties: [{ name: "deno:specifier", value: specifier }],
  };
}

async function toFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Component> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return {
    type: "file",
    "bom-ref": `file:${path}`,
    name: path,
    hashes: [{ alg: "SHA-256", content: new Uint8Array(digest).toHex() }],
  };
}

/** A UUID of version 8, which is for digests. */
async function serialNumberOf(
  root: string,
  files: readonly Component[],
): Promise<string> {
  const text = JSON.stringify([root, files]);
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  const bytes = new Uint8Array(digest, 0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const uuid = bytes.toHex()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return `urn:uuid:${uuid}`;
}

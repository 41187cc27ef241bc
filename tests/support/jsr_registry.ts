// Copyright 2026 the Toukon Lambda authors. MIT license.

import { stdPackages } from "../../tools/offline/packages.ts";
import { CHECKOUT } from "./starter.ts";

const CONFIG_TEXT = Deno.readTextFileSync(`${CHECKOUT}/deno.json`);
const CONFIG = JSON.parse(CONFIG_TEXT);
const PACKAGES = stdPackages(CONFIG_TEXT);

/**
 * A registry that speaks JSR's protocol, on loopback: it has this checkout as it
 * would be published, and the packages that are in `vendor/`.
 */
export class JsrRegistry implements AsyncDisposable {
  readonly #files: Map<string, string>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(files: Map<string, string>) {
    this.#files = files;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** Starts it. */
  static async start(): Promise<JsrRegistry> {
    const files = new Map<string, string>();
    await publish(files, CONFIG, ["mod.ts", "runtime", "local"], CHECKOUT);
    for (const { name } of PACKAGES) {
      const vendored = `${CHECKOUT}/vendor/jsr.io/@std/${name}`;
      const { versions } = readJson(`${vendored}/meta.json`);
      const [version] = Object.keys(versions);
      const { exports } = readJson(`${vendored}/${version}_meta.json`);
      await publish(
        files,
        { name: `@std/${name}`, version, exports },
        [...Deno.readDirSync(`${vendored}/${version}`)].map(({ name }) => name),
        `${vendored}/${version}`,
      );
    }
    return new JsrRegistry(files);
  }

  /** The URL for `JSR_URL`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  #answer(path: string): Response {
    const text = this.#files.get(path);
    if (text === undefined) return new Response(null, { status: 404 });
    return new Response(text, {
      headers: {
        "content-type": path.endsWith(".json")
          ? "application/json"
          : "application/typescript",
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** What deno.json says of a package. */
interface Package {
  name: string;
  version: string;
  exports: Record<string, string>;
}

/** Adds the files of a package, by the paths that Deno asks for. */
async function publish(
  files: Map<string, string>,
  { name, version, exports }: Package,
  paths: string[],
  root: string,
): Promise<void> {
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const path of paths.flatMap((path) => filesIn(root, path))) {
    const text = withFullSpecifiers(Deno.readTextFileSync(`${root}/${path}`));
    const bytes = new TextEncoder().encode(text);
    const hash = await crypto.subtle.digest("SHA-256", bytes);
    manifest[`/${path}`] = {
      size: bytes.length,
      checksum: `sha256-${new Uint8Array(hash).toHex()}`,
    };
    files.set(`/${name}/${version}/${path}`, text);
  }
  files.set(
    `/${name}/meta.json`,
    JSON.stringify({ latest: version, versions: { [version]: {} } }),
  );
  files.set(
    `/${name}/${version}_meta.json`,
    JSON.stringify({ exports, manifest }),
  );
}

function filesIn(root: string, path: string): string[] {
  if (!Deno.statSync(`${root}/${path}`).isDirectory) return [path];
  return [...Deno.readDirSync(`${root}/${path}`)].flatMap(({ name }) =>
    filesIn(root, `${path}/${name}`)
  );
}

function readJson(path: string) {
  return JSON.parse(Deno.readTextFileSync(path));
}

/** JSR writes what the import map says into the modules. */
function withFullSpecifiers(text: string): string {
  return PACKAGES.reduce(
    (result, { name, version }) =>
      result.replaceAll(
        new RegExp(`"@std/${name}(/[^"]+)?"`, "g"),
        `"jsr:@std/${name}@^${version}$1"`,
      ),
    text,
  );
}

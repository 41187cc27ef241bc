// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Builds the documentation site from the guides and the API.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { serveSite } from "./serve.ts";
import { buildSite, SiteError } from "./site.ts";

/** Where the site links to if nothing says otherwise. */
const REPOSITORY = "https://github.com/toukon/lambda";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

const HELP = `Builds the documentation site into the folder site/.

  --repository URL  The repository on GitHub that pages link to,
                    ${REPOSITORY} if not given
  --serve           Serves the site on this machine afterwards
  -h, --help        Shows this help`;

async function main(args: string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    console.error(HELP);
    return 2;
  }
  const { repository, serve, help } = options;
  if (help) {
    console.log(HELP);
    return 0;
  }
  const output = `${ROOT}/site`;
  try {
    const count = await buildSite({ root: ROOT, output, repository });
    console.log(`${count} pages in site/`);
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    console.error(error.message);
    return 1;
  }
  if (serve) {
    const server = serveSite(output);
    console.log(`http://127.0.0.1:${server.addr.port}/, until Ctrl+C`);
    await server.finished;
  }
  return 0;
}

/** @throws {Error} If an option is unknown or wrong. */
function parseOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      repository: { type: "string", default: REPOSITORY },
      serve: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(values.repository)) {
    throw new Error(
      `Cannot use --repository: expected the address of a repository such as "${REPOSITORY}", found "${values.repository}"`,
    );
  }
  return values;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

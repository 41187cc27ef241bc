// Copyright 2026 the Toukon Lambda authors. MIT license.

import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { serveSite } from "../../tools/docs/serve.ts";

/** Where a browser may be; `CHROMIUM` names another place. */
const PLACES = [
  Deno.env.get("CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
];

type Axe = typeof axe;

/** What a page has done that a reader would not want. */
export interface Faults {
  /** Errors and warnings of the console, and what was thrown. */
  console: string[];
  /** Requests to another server than the site's, and those that failed. */
  requests: string[];
}

/** How a page is looked at. */
export interface View {
  path: string;
  theme?: "dark" | "light";
  width?: number;
  height?: number;
}

/** A page that is open. */
export interface OpenPage {
  page: Page;
  faults: Faults;
  /** Opens another page of the site instead. */
  goTo(path: string): Promise<void>;
}

/** The site in a browser. */
export class SiteBrowser implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #browser: Browser;

  private constructor(
    server: Deno.HttpServer<Deno.NetAddr>,
    browser: Browser,
  ) {
    this.#server = server;
    this.#browser = browser;
  }

  /**
   * Serves a site and starts a browser.
   *
   * @throws {Error} If there is no Chromium.
   */
  static async start(folder: string): Promise<SiteBrowser> {
    const executablePath = PLACES.find((path) => path && isFile(path));
    if (!executablePath) {
      throw new Error(
        `There is no Chromium: expected one of ${
          PLACES.filter(Boolean).join(", ")
        }; install it, or name it in CHROMIUM`,
      );
    }
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox"],
    });
    return new SiteBrowser(serveSite(folder), browser);
  }

  /** Opens a page, and gives what goes wrong in it as it happens. */
  async open(
    { path, theme = "light", width = 1280, height = 900 }: View,
  ): Promise<OpenPage> {
    const origin = `http://127.0.0.1:${this.#server.addr.port}`;
    const page = await this.#browser.newPage({
      colorScheme: theme,
      viewport: { width, height },
    });
    const faults: Faults = { console: [], requests: [] };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        faults.console.push(message.text());
      }
    });
    page.on("pageerror", (error) => faults.console.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${origin}/`)) {
        faults.requests.push(request.url());
      }
    });
    page.on("response", (response) => {
      if (!response.ok()) {
        faults.requests.push(`${response.status()} ${response.url()}`);
      }
    });
    const goTo = async (path: string) => {
      await page.goto(`${origin}/${path}`);
    };
    await goTo(path);
    return { page, faults, goTo };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#server.shutdown();
  }
}

/** What axe finds in a page that is serious or worse, each with its place. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, html }) => `${id}: ${target} ${html}`)
      );
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

import assert from "node:assert/strict";
import { SECTIONS } from "../../tools/docs/pages.ts";
import { buildSite } from "../../tools/docs/site.ts";
import { findBarriers, SiteBrowser } from "./browser.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const SITE = `${ROOT}/site`;
const REPOSITORY = "https://github.com/example/lambda";

/** Pages of each kind. */
const PAGES = [
  "index.html",
  "configuration.html",
  "ja/build.html",
  "api/index.html",
  "api/http/index.html",
  "api/http/~/toResult.html",
  "api/~/Context.html",
];

await buildSite({ root: ROOT, output: SITE, repository: REPOSITORY });

/** The pages in a folder of the site, by their paths in it. */
function pagesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) {
      return pagesIn(`${folder}/${name}`).map((path) => `${name}/${path}`);
    }
    return name.endsWith(".html") ? [name] : [];
  });
}

Deno.test("every page links to its source", () => {
  for (const path of pagesIn(SITE)) {
    const html = Deno.readTextFileSync(`${SITE}/${path}`);
    assert(html.includes(`<p><a href="${REPOSITORY}/blob/main/`), path);
  }
});

Deno.test("the site in Chromium", async (t) => {
  await using browser = await SiteBrowser.start(SITE);

  await t.step("no guide has an error or asks another server", async () => {
    const guides = pagesIn(SITE).filter((path) => !path.startsWith("api/"));
    assert(guides.length > 40, String(guides.length));
    const { page, faults, goTo } = await browser.open({ path: "index.html" });
    for (const path of [...guides, ...PAGES]) {
      await goTo(path);
      assert.deepEqual(faults, { console: [], requests: [] }, path);
    }
    await page.close();
  });

  await t.step(
    "the navigation leads from page to page, and shows where one is",
    async () => {
      const { page, faults } = await browser.open({ path: "index.html" });
      const labels = await page.locator("#pages h2").allTextContents();
      assert.deepEqual(labels, [
        ...SECTIONS.map(({ title }) => title.en),
        "API",
      ]);

      await page.click("#pages a:text-is('Streaming')");
      assert.equal(await page.textContent("h1"), "Streaming #");
      assert.equal(
        await page.textContent('#pages [aria-current="page"]'),
        "Streaming",
      );
      await page.click('a[rel="next"]');
      assert.match(await page.title(), /^Batches · /);

      await page.click("#pages a:text-is('@toukon/lambda/http')");
      await page.click("article a:has-text('toResult')");
      assert.match(await page.textContent("h1") ?? "", /toResult/);
      assert.deepEqual(faults, { console: [], requests: [] });
    },
  );

  await t.step("the other language is that of the same place", async () => {
    const { page } = await browser.open({ path: "build.html#the-bundle" });
    await page.click("#language");
    await page.waitForURL("**/ja/build.html#the-bundle");
    assert.equal(await page.textContent("h2#the-bundle"), "バンドル #");
    assert.equal(await page.getAttribute("html", "lang"), "ja");
  });

  for (
    const { path, query, title, url } of [
      {
        path: "index.html",
        query: "dead letter",
        title: "Dead letters",
        url: /\/dead_letters\.html$/,
      },
      {
        path: "ja/index.html",
        query: "権限",
        title: "ハンドラーの権限",
        url: /\/ja\/permissions\.html$/,
      },
      {
        path: "ja/http.html",
        query: "ストリーミング",
        title: "ストリーミング",
        url: /\/ja\/streaming\.html$/,
      },
      {
        path: "api/http/index.html",
        query: "toResult",
        title: "toResult",
        url: /\/api\/http\/~\/toResult\.html$/,
      },
    ]
  ) {
    await t.step(
      `the search for "${query}" from ${path} leads to it`,
      async () => {
        const { page, faults } = await browser.open({ path });
        await page.keyboard.press("/");
        await page.keyboard.type(query);
        const first = page.locator("#results a").first();
        await first.waitFor();
        assert.equal(await first.locator("strong").textContent(), title);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.waitForURL(url);
        assert.deepEqual(faults, { console: [], requests: [] });
      },
    );
  }

  await t.step("a search for nothing that is there says so", async () => {
    const { page } = await browser.open({ path: "index.html" });
    await page.fill("#search", "xyzzyplugh");
    await page.locator("#results").waitFor();
    assert.equal(await page.textContent("#results p"), "Nothing found");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#results").isVisible(), false);
  });

  for (
    const { theme, width } of [
      { theme: "dark", width: 390 },
      { theme: "light", width: 1280 },
    ] as const
  ) {
    await t.step(
      `axe finds nothing serious, ${theme}, ${width} px wide`,
      async () => {
        const { page, goTo } = await browser.open({ path: "", theme, width });
        for (const path of PAGES) {
          await goTo(path);
          assert.deepEqual(await findBarriers(page), [], path);
        }
        await page.close();
      },
    );
  }

  await t.step(
    "a phone shows every page without scrolling sideways, and its menu on demand",
    async () => {
      const view = { path: "", width: 360, height: 740 };
      const { page, goTo } = await browser.open(view);
      for (const path of PAGES) {
        await goTo(path);
        const [width, shown] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.equal(width, shown, path);
        assert.equal(await page.locator("#pages").isVisible(), false);
        await page.click("#menu");
        assert.equal(await page.locator("#pages").isVisible(), true);
      }
      await page.close();
    },
  );

  await t.step(
    "the theme is the system's until another one is chosen, and then stays",
    async () => {
      const { page } = await browser.open({
        path: "index.html",
        theme: "dark",
      });
      const background = () =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await background();
      await page.click("#theme");
      const light = await background();
      assert.notEqual(light, dark);
      await page.reload();
      assert.equal(await background(), light);
    },
  );
});

import type { Case } from "../case.ts";

export const handler = async (event: { html: string }) => {
  const { JSDOM } = await import("jsdom");
  return new JSDOM(event.html).window.document.title;
};

export const test: Case = {
  invoked: "an event whose handler parses a page",
  event: { html: "<title>Orders</title>" },
  answer: "Orders",
  cannot: {
    reason:
      "Looks for a file of its own package, by its path, while it is imported",
    error: "Cannot find module './xhr-sync-worker.js'",
  },
};

import type { Case } from "../case.ts";
import ejs from "ejs";

export const handler = (event: { names: string[] }) =>
  ejs.render("<% for (const it of names) { %><li><%= it %></li><% } %>", event);

export const test: Case = {
  invoked: "an event that is rendered",
  event: { names: ["a", "<b>"] },
  answer: "<li>a</li><li>&lt;b&gt;</li>",
};

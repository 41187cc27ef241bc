// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Payload } from "./builders/payload.ts";

/** What can be set of an event, as the command line names it. */
export interface EventFlags {
  attributes?: Record<string, unknown>;
  body?: Payload;
  from?: string;
  header?: Record<string, string[]>;
  key?: string;
  method?: string;
  "multi-value"?: boolean;
  name?: string;
  old?: Record<string, unknown>;
  path?: string;
  record?: string[];
  route?: string;
  source?: string;
  subject?: string;
  time?: Date;
  to?: string[];
  type?: string;
  user?: string;
}

/** The name of an option. */
export type OptionName = keyof EventFlags;

/** Each option, with its value, if it takes one, and what it sets. */
export const OPTIONS: Readonly<
  Record<OptionName, { value?: string; text: string }>
> = {
  method: { value: "METHOD", text: "The method: GET, or POST with a body" },
  path: { value: "PATH", text: "The path with its query, percent-encoded" },
  route: {
    value: "ROUTE",
    text: "The resource or route, such as /orders/{id}",
  },
  header: {
    value: "'NAME: VALUE'",
    text: "A header; again for more",
  },
  body: {
    value: "TEXT",
    text: "The body, message, detail or input",
  },
  "multi-value": { text: "Multi-value headers are turned on" },
  record: {
    value: "TEXT",
    text: "A text, key of S3 or item in JSON; again for more",
  },
  key: { value: "KEY", text: "The partition key, key or message group" },
  name: {
    value: "NAME",
    text: "The queue, topic, stream, table, bucket, rule…",
  },
  type: {
    value: "TYPE",
    text: "The event name, detail-type or trigger source",
  },
  old: { value: "JSON", text: "The attributes before the item was modified" },
  source: { value: "SOURCE", text: "Who has sent the event" },
  user: { value: "NAME", text: "The name of the user" },
  attributes: { value: "JSON", text: "The attributes of user or messages" },
  subject: { value: "TEXT", text: "The subject" },
  from: { value: "ADDRESS", text: "Who has sent the mail" },
  to: { value: "ADDRESS", text: "Who gets the mail; again for more" },
  time: {
    value: "TIME",
    text: "When it happened, such as 2026-01-02T03:04:05Z",
  },
};

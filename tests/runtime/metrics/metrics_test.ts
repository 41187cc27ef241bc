// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { Slot } from "../../../runtime/handler/slot.ts";
import { findSlotsBy } from "../../../runtime/handler/slot.ts";
import {
  add,
  addDimensions,
  addProperty,
  configure,
  flush,
} from "../../../runtime/metrics/mod.ts";
import { documentsOf, type EmfDocument } from "../../support/emf.ts";
import { recordsOf } from "../../support/records.ts";

/** The dimensions and the metrics of a document, with their values. */
function summaryOf(document: EmfDocument): [unknown, unknown] {
  const [{ Dimensions: [names], Metrics }] = document._aws.CloudWatchMetrics;
  const values = (keys: string[]) =>
    Object.fromEntries(keys.map((key) => [key, document[key]]));
  return [values(names), values(Metrics.map(({ Name }) => Name))];
}

Deno.test("add() puts values with dimensions of their own into other documents", () => {
  const documents = documentsOf(() => {
    add("Orders", 1, "Count");
    add("Paid", 1, "Count", { dimensions: { bank: "A" } });
    add("Paid", 2, "Count", { dimensions: { bank: "B" } });
    add("Paid", 3, "Count", { dimensions: { bank: "A" } });
    addDimensions({ country: "JP" });
  });
  assertEquals(documents.map(summaryOf), [
    [{ country: "JP" }, { Orders: 1 }],
    [{ country: "JP", bank: "A" }, { Paid: [1, 3] }],
    [{ country: "JP", bank: "B" }, { Paid: 2 }],
  ]);
});

Deno.test("flush() writes what was added, and what comes later is in a further document", () => {
  const documents = documentsOf(() => {
    add("Orders", 1, "Count");
    flush();
    flush();
    add("Orders", 2, "Count");
  });
  assertEquals(documents.map(({ Orders }) => Orders), [1, 2]);
});

Deno.test("configure() gives the namespace and dimensions of every document", () => {
  configure({ namespace: "Shop", service: "orders" });
  configure({ dimensions: { stage: "test" } });
  const [document] = documentsOf(() => add("Orders", 1, "Count"));
  assertEquals(document._aws.CloudWatchMetrics[0].Namespace, "Shop");
  assertEquals(summaryOf(document), [
    { service: "orders", stage: "test" },
    { Orders: 1 },
  ]);
});

Deno.test("add() writes at once when the invocation is answered already", () => {
  const slot = new Slot({ requestId: "id-1", headers: new Map(), body: "" });
  findSlotsBy(() => slot);
  const records = recordsOf("line", () => {
    addProperty("orderId", "A-1");
    add("Orders", 1, "Count");
    slot.close();
    add("Late", 1, "Count");
  });
  findSlotsBy(() => undefined);
  const documents = records.map((record) => JSON.parse(record));
  assertEquals(
    documents.map(({ Orders, Late, orderId }) => [Orders, Late, orderId]),
    [[1, undefined, "A-1"], [undefined, 1, "A-1"]],
  );
});

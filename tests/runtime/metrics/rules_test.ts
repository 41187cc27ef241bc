// Copyright 2026 the Toukon Lambda authors. MIT license.

// One test for each rule of CloudWatch's embedded metric format.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  add,
  addDimensions,
  addProperty,
  configure,
} from "../../../runtime/metrics/mod.ts";
import { type MetricUnit, UNITS } from "../../../runtime/metrics/units.ts";
import { documentsOf, linesOfInvocation, valuesOf } from "../../support/emf.ts";

const KIB = 1024;

configure({ namespace: "Shop" });

/** Asserts that an invocation in which something is refused goes on. */
function assertRefused(
  run: () => void,
  type: ErrorConstructor,
  expected: string,
): void {
  const documents = documentsOf(() => {
    assertThrows(run, type, expected);
    add("After", 1);
  });
  assertEquals(documents.map((document) => valuesOf(document, "After")), [[1]]);
}

/** Some options for as long as a function runs. */
function withOptions(
  options: Parameters<typeof configure>[0],
  run: () => void,
) {
  const before = { namespace: "Shop", service: undefined, dimensions: {} };
  try {
    configure(options);
    run();
  } finally {
    configure(before);
  }
}

Deno.test("a document is one line, and one JSON object with nothing around it", () => {
  const lines = linesOfInvocation(() => {
    add("Orders", 1, "Count");
    addProperty("note", "two\nlines \ud800 \u2028");
    add("注文\u2028", 1, "Count");
  });
  assertEquals(lines.length, 1);
  assert(lines[0].endsWith("}\n"));
  assertEquals(lines[0].slice(0, -1).split(/[\n\u2028]/).length, 1);
  assertEquals(JSON.parse(lines[0]).note, "two\nlines \ufffd \u2028");
});

Deno.test("a document has the members of the specification, and those of a log record", () => {
  const before = Date.now();
  const [document] = documentsOf(() => {
    addDimensions({ country: "JP" });
    add("Orders", 1, "Count");
    add("Latency", 12.5, "Milliseconds", { resolution: 1 });
    addProperty("order", { id: "A-1" });
  });
  const { _aws: { Timestamp, ...directives }, timestamp, ...members } =
    document;
  assert(before <= Timestamp && Timestamp <= Date.now());
  assertEquals(timestamp, new Date(Timestamp).toISOString());
  assertEquals(directives, {
    CloudWatchMetrics: [{
      Namespace: "Shop",
      Dimensions: [["country"]],
      Metrics: [
        { Name: "Orders", Unit: "Count" },
        { Name: "Latency", Unit: "Milliseconds", StorageResolution: 1 },
      ],
    }],
  });
  assertEquals(members, {
    level: "INFO",
    requestId: "id-1",
    tenantId: "tenant-1",
    traceId: "1-5e9f0c65-1de4d666d4dd26aced652b6c",
    Orders: 1,
    Latency: 12.5,
    country: "JP",
    order: { id: "A-1" },
  });
});

Deno.test("the timestamp is a whole number of milliseconds", () => {
  const [document] = documentsOf(() => add("Orders", 1));
  assert(Number.isSafeInteger(document._aws.Timestamp));
});

Deno.test("an invocation without metrics writes no document", () => {
  assertEquals(documentsOf(() => addProperty("orderId", "A-1")), []);
});

Deno.test("a metric without dimensions has an empty set of them", () => {
  const [document] = documentsOf(() => add("Orders", 1));
  assertEquals(document._aws.CloudWatchMetrics[0].Dimensions, [[]]);
});

Deno.test("a metric has the unit None where none is given", () => {
  const [document] = documentsOf(() => add("Orders", 1));
  assertEquals(document._aws.CloudWatchMetrics[0].Metrics, [
    { Name: "Orders", Unit: "None" },
  ]);
});

Deno.test("values of one name are a list in the order in which they came", () => {
  const [document] = documentsOf(() => {
    for (const value of [3, 1, 2]) add("Latency", value, "Milliseconds");
  });
  assertEquals(document.Latency, [3, 1, 2]);
});

Deno.test("a document is written before it has more than 100 values of a metric", () => {
  const documents = documentsOf(() => {
    for (let value = 0; value < 250; value++) add("Latency", value);
  });
  const values = documents.map((document) => valuesOf(document, "Latency"));
  assertEquals(values.map(({ length }) => length), [100, 100, 50]);
  assertEquals(values.flat(), Array.from({ length: 250 }, (_, value) => value));
});

Deno.test("a document is written before it has more than 100 metrics", () => {
  const documents = documentsOf(() => {
    for (let metric = 0; metric < 201; metric++) add(`Metric ${metric}`, 1);
  });
  assertEquals(
    documents.map((document) =>
      document._aws.CloudWatchMetrics[0].Metrics.length
    ),
    [100, 100, 1],
  );
});

Deno.test("a document that is larger than an event of the log is split", () => {
  const names = Array.from(
    { length: 100 },
    (_, i) => `${"あ".repeat(250)}${i}`,
  );
  const lines = linesOfInvocation(() => {
    addProperty("note", "x".repeat(60 * KIB));
    for (const name of names) {
      for (let i = 0; i < 60; i++) add(name, 1 / 3 + i);
    }
  });
  assert(lines.length > 1);
  for (const line of lines) {
    assert(new TextEncoder().encode(line).length <= 256 * KIB);
  }
  const documents = lines.map((line) => JSON.parse(line));
  for (const name of names) {
    const values = documents.flatMap((document) => valuesOf(document, name));
    assertEquals(values.length, 60);
  }
});

Deno.test("a metric takes every unit of CloudWatch, and no other", () => {
  assertEquals(UNITS.size, 27);
  const documents = documentsOf(() => {
    for (const unit of UNITS) add(unit, 1, unit as MetricUnit);
  });
  assertEquals(
    documents[0]._aws.CloudWatchMetrics[0].Metrics,
    [...UNITS].map((unit) => ({ Name: unit, Unit: unit })),
  );
  for (const unit of ["count", "Counts", "ms", "", null, 1]) {
    assertRefused(
      () => add("Orders", 1, unit as MetricUnit),
      TypeError,
      'Cannot add metric "Orders": expected a unit of Seconds, Microseconds, ',
    );
  }
});

Deno.test("a metric keeps its unit and its resolution within a document", () => {
  const documents = documentsOf(() => {
    add("Size", 1, "Bytes");
    assertThrows(
      () => add("Size", 1, "Bits"),
      TypeError,
      'Cannot add metric "Size": expected its unit to be Bytes, as it was before in this invocation, found Bits',
    );
    assertThrows(
      () => add("Size", 1, "Bytes", { resolution: 1 }),
      TypeError,
      'Cannot add metric "Size": expected its resolution to be 60, as it was before in this invocation, found 1',
    );
  });
  assertEquals(documents.map(({ Size }) => Size), [1]);
});

Deno.test("a resolution is 1 or 60 seconds", () => {
  for (const resolution of [1, 60] as const) {
    documentsOf(() => add("Orders", 1, "Count", { resolution }));
  }
  for (
    const [resolution, shown] of [[0, "0"], [30, "30"], ["1", '"1"'], [
      NaN,
      "NaN",
    ]]
  ) {
    assertRefused(
      () => add("Orders", 1, "Count", { resolution: resolution as 1 }),
      RangeError,
      `expected a resolution of 1 or 60 seconds, found ${shown}`,
    );
  }
});

Deno.test("a metric has a name of 1 to 255 characters", () => {
  documentsOf(() => add("x".repeat(255), 1));
  for (const name of ["", " ", "x".repeat(256), "a\nb", 1, undefined]) {
    assertRefused(
      () => add(name as string, 1),
      TypeError,
      "Cannot add a metric: expected a name of 1 to 255 characters",
    );
  }
});

Deno.test("a value is a finite number from -2^360 to 2^360", () => {
  const [document] = documentsOf(() => {
    for (const value of [0, -0, 1e-300, 2 ** 360, -(2 ** 360)]) add("V", value);
  });
  assertEquals(document.V, [0, 0, 1e-300, 2 ** 360, -(2 ** 360)]);
  for (const value of [NaN, Infinity, -Infinity, 2 ** 361]) {
    assertRefused(
      () => add("V", value),
      RangeError,
      `Cannot add metric "V": expected a finite value from -2^360 to 2^360, found ${value}`,
    );
  }
  for (
    const [value, shown] of [
      ["1", '"1"'],
      [1n, "a value of type bigint"],
      [null, "null"],
      [[1], "a value of type object"],
    ]
  ) {
    assertRefused(
      () => add("V", value as unknown as number),
      TypeError,
      `Cannot add metric "V": expected a number as value, found ${shown}`,
    );
  }
});

Deno.test("a namespace has 1 to 255 of certain characters, and is not one of AWS", () => {
  for (const namespace of ["a", "x".repeat(255), "My Shop/orders_1.2-3#:a"]) {
    withOptions({ namespace }, () => {});
  }
  for (const namespace of ["", " ", "x".repeat(256), "shop\n", "猪木", "a,b"]) {
    assertThrows(
      () => configure({ namespace }),
      TypeError,
      "Cannot use the namespace: expected 1 to 255 letters, digits, spaces and . - _ / # :",
    );
  }
  for (const namespace of [":shop", "AWS/Lambda"]) {
    assertThrows(
      () => configure({ namespace }),
      TypeError,
      'expected one that does not begin with ":" or "AWS/"',
    );
  }
});

Deno.test("a metric has at most 30 dimensions", () => {
  const dimensions = (from: number, to: number) =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, i) => [`d${from + i}`, "x"]),
    );
  withOptions({ service: "orders", dimensions: dimensions(0, 9) }, () => {
    const [document] = documentsOf(() => {
      addDimensions(dimensions(10, 30));
      add("Orders", 1);
    });
    assertEquals(document._aws.CloudWatchMetrics[0].Dimensions[0].length, 30);
    assertRefused(
      () => addDimensions(dimensions(10, 31)),
      RangeError,
      "Cannot use dimensions: expected at most 30 of a metric, found 31",
    );
    assertRefused(
      () => add("Orders", 1, "Count", { dimensions: dimensions(10, 31) }),
      RangeError,
      "found 31",
    );
  });
  assertThrows(() => configure({ dimensions: dimensions(0, 31) }), RangeError);
});

Deno.test("a dimension has a name of 1 to 255 characters of ASCII", () => {
  documentsOf(() => addDimensions({ ["x".repeat(255)]: "v" }));
  for (const name of ["", " ", "x".repeat(256), "国", "a\tb", ":a"]) {
    assertRefused(
      () => addDimensions({ [name]: "v" }),
      TypeError,
      "Cannot use a dimension: expected a name of 1 to 255 characters of ASCII",
    );
  }
});

Deno.test("a dimension has a text of 1 to 1,024 characters of ASCII as value", () => {
  documentsOf(() => addDimensions({ a: "x".repeat(1_024) }));
  for (const value of ["", " ", "x".repeat(1_025), "日本", "a\nb", 1, null]) {
    assertRefused(
      () => addDimensions({ country: value as string }),
      TypeError,
      'Cannot use dimension "country": expected a value of 1 to 1,024 characters of ASCII',
    );
  }
});

Deno.test("a name is that of a metric, a dimension or a property, and of one only", () => {
  const adders = {
    metric: () => add("name", 1),
    dimension: () => addDimensions({ name: "x" }),
    property: () => addProperty("name", "x"),
  };
  for (const [first, addFirst] of Object.entries(adders)) {
    for (const [second, addSecond] of Object.entries(adders)) {
      if (first === second) continue;
      documentsOf(() => {
        addFirst();
        assertThrows(
          addSecond,
          TypeError,
          `Cannot add ${second} "name": expected a name of its own, found one that is a ${first} in this invocation`,
        );
      });
    }
  }
  withOptions({ service: "orders" }, () => {
    assertRefused(
      () => add("service", 1),
      TypeError,
      "one that is a dimension",
    );
  });
});

Deno.test("no metric, dimension or property takes the place of a member that documents have", () => {
  const names = [
    "_aws",
    "timestamp",
    "level",
    "requestId",
    "tenantId",
    "traceId",
  ];
  for (const name of names) {
    const expected =
      `named "${name}": every document has a member of that name`;
    assertRefused(() => add(name, 1), TypeError, expected);
    assertRefused(() => addDimensions({ [name]: "x" }), TypeError, expected);
    assertRefused(() => addProperty(name, 1), TypeError, expected);
  }
});

Deno.test("properties take at most 64 KiB, so that a metric has room beside them", () => {
  assertRefused(
    () => addProperty("note", "x".repeat(64 * KIB)),
    RangeError,
    'Cannot add property "note": expected at most 65536 bytes of properties in an invocation, found 65538',
  );
  documentsOf(() => {
    for (let i = 0; i < 9; i++) addProperty("note", "x".repeat(60 * KIB));
  });
});

Deno.test("a property is any value, as it was when it was added", () => {
  const order: Record<string, unknown> = { id: 1n };
  const [document] = documentsOf(() => {
    order.self = order;
    addProperty("order", order);
    order.id = 2n;
    add("Orders", 1);
  });
  assertEquals(document.order, { id: "1", self: "[Circular]" });
});

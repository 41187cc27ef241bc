// Copyright 2026 the Toukon Lambda authors. MIT license.

import { currentLog } from "../log/console.ts";
import { toJson } from "../log/json.ts";
import type { LogLevel, LogOrigin } from "../log/log.ts";
import { MetricDocument } from "./document.ts";
import {
  checkDimensions,
  checkMetricName,
  checkPropertyName,
} from "./rules.ts";
import { currentSettings } from "./settings.ts";
import type { MetricUnit } from "./units.ts";

/** How much all properties of an invocation take, so that metrics have room. */
const MAX_PROPERTY_BYTES = 64 * 1024;
/** The levels at which metrics are as little left out as at INFO. */
const UP_TO_INFO: readonly LogLevel[] = ["TRACE", "DEBUG", "INFO"];

type Kind = "metric" | "dimension" | "property";

/** A metric that is added. */
export interface Addition {
  name: string;
  value: number;
  unit: MetricUnit;
  /** In seconds. */
  resolution: 1 | 60;
  /** Dimensions of its own. */
  dimensions: Record<string, string> | undefined;
}

/** The metrics of an invocation, or of what runs between invocations. */
export class SlotMetrics {
  readonly #origin: LogOrigin | undefined;
  readonly #document = new MetricDocument();
  /** Those with dimensions of their own, which name them. */
  #documents:
    | Map<string, [MetricDocument, Record<string, string>]>
    | undefined;
  #dimensions: Record<string, string> | undefined;
  #properties: Map<string, string> | undefined;
  #propertyBytes = 0;
  /** What each member of a document is. */
  readonly #kinds = new Map<string, Kind>();

  /** @param origin What they are of; undefined where no runtime serves. */
  constructor(origin?: LogOrigin) {
    this.#origin = origin;
  }

  /** Adds a value, after what has no room beside it is written. */
  add({ name, value, unit, resolution, dimensions }: Addition): void {
    if (this.#kinds.get(name) !== "metric") {
      checkMetricName(name);
      this.#claim(name, "metric");
    }
    const document = dimensions
      ? this.#documentWith(dimensions)
      : this.#document;
    if (document.isFullFor(name)) this.#write(document, dimensions);
    document.add(name, value, unit, resolution);
  }

  addDimensions(dimensions: Record<string, string>): void {
    const all = { ...this.#dimensions, ...dimensions };
    checkDimensions({ ...currentSettings().dimensions, ...all });
    for (const name in dimensions) this.#claim(name, "dimension");
    this.#dimensions = all;
  }

  addProperty(name: string, value: unknown): void {
    checkPropertyName(name);
    const json = toJson(value);
    const before = this.#properties?.get(name) ?? "";
    const bytes = this.#propertyBytes + sizeOf(json) - sizeOf(before);
    if (bytes > MAX_PROPERTY_BYTES) {
      throw new RangeError(
        `Cannot add property "${name}": expected at most ${MAX_PROPERTY_BYTES} bytes of properties in an invocation, found ${bytes}`,
      );
    }
    this.#claim(name, "property");
    this.#propertyBytes = bytes;
    (this.#properties ??= new Map()).set(name, json);
  }

  /** Writes what was added since it was last written. */
  flush(): void {
    this.#write(this.#document);
    for (const [document, dimensions] of this.#documents?.values() ?? []) {
      this.#write(document, dimensions);
    }
    this.#documents = undefined;
  }

  #documentWith(dimensions: Record<string, string>): MetricDocument {
    const names = Object.keys(dimensions).sort();
    const key = JSON.stringify(names.map((name) => [name, dimensions[name]]));
    const known = this.#documents?.get(key);
    if (known) return known[0];
    checkDimensions({
      ...currentSettings().dimensions,
      ...this.#dimensions,
      ...dimensions,
    });
    for (const name of names) this.#claim(name, "dimension");
    const document = new MetricDocument();
    (this.#documents ??= new Map()).set(key, [document, { ...dimensions }]);
    return document;
  }

  /** Refuses a name that is already something else: members have one value. */
  #claim(name: string, kind: Kind): void {
    const before = this.#kinds.get(name) ??
      (Object.hasOwn(currentSettings().dimensions, name)
        ? "dimension"
        : undefined);
    if (before !== undefined && before !== kind) {
      throw new TypeError(
        `Cannot add ${kind} "${name}": expected a name of its own, found one that is a ${before} in this invocation`,
      );
    }
    this.#kinds.set(name, kind);
  }

  #write(document: MetricDocument, own?: Record<string, string>): void {
    if (document.isEmpty) return;
    const { namespace, dimensions } = currentSettings();
    const log = currentLog();
    const level = log && !UP_TO_INFO.includes(log.levelName)
      ? log.levelName
      : "INFO";
    const lines = document.take({
      namespace,
      dimensions: { ...dimensions, ...this.#dimensions, ...own },
      properties: this.#properties,
      origin: this.#origin,
      level,
    });
    for (const line of lines) {
      if (log) log.writeLine(line, level);
      else console.log("%s", line);
    }
  }
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

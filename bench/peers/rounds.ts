// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Client } from "./clients.ts";
import { formatSize, type PeersFlags } from "./flags.ts";
import {
  measure,
  type Measurement,
  type Place,
  type Scenario,
} from "./measure.ts";

/** What the clients were measured with, and what came of it. */
export interface Result {
  scenario: Scenario;
  /** The measurement of each round, by the name of the client. */
  measurements: Map<string, Measurement[]>;
}

const MEMORY_INVOCATIONS = 100_000;
const WARM_UP_BYTES = 100 * 1024 * 1024;
const WARM_UP_UNDER_QUOTA = 100;

/** The scenarios that the command line asks for. */
export function scenariosOf(flags: PeersFlags, hasQuota: boolean): Scenario[] {
  const { memory, quick, quota, sizes } = flags;
  if (memory) return [memoryScenario(sizes[0], quick)];
  const free = quota === "with" ? [] : sizes;
  const limited = quota === "with" ? sizes : sizes.slice(0, 1);
  return [
    ...free.map((bytes) => freeScenario(bytes, quick)),
    ...quota === "without" || !hasQuota
      ? []
      : limited.map((bytes) => quotaScenario(bytes, quick)),
  ];
}

/** The name of a scenario in the results. */
export function scenarioTitle({ bytes, hasQuota }: Scenario): string {
  return `${formatSize(bytes)}${hasQuota ? ", 1/14 of a core" : ""}`;
}

/**
 * Measures each client with each scenario, once a round and in turns, so that
 * what else the machine does meets all alike.
 *
 * @throws {Error} If a client fails or replies wrongly.
 */
export async function runRounds(
  clients: Map<string, Client>,
  scenarios: Scenario[],
  { rounds, place, onProgress }: {
    rounds: number;
    place: Place;
    /** Called before each turn. */
    onProgress(text: string): void;
  },
): Promise<Result[]> {
  const results = scenarios.map((scenario) => ({
    scenario,
    measurements: new Map<string, Measurement[]>(
      [...clients.keys()].map((name) => [name, []]),
    ),
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { scenario, measurements } of results) {
      const title = scenarioTitle(scenario);
      onProgress(`Round ${round + 1} of ${rounds}: ${title}`);
      for (const [name, client] of inTurns([...clients], round)) {
        const measurement = await measure(client, scenario, place)
          .catch((cause) => {
            const what = `Cannot measure ${name} (${title})`;
            throw new Error(`${what}: ${cause.message}`, { cause });
          });
        measurements.get(name)!.push(measurement);
      }
    }
  }
  return results;
}

/** So that no client always follows the same one. */
function inTurns<Item>(items: Item[], round: number): Item[] {
  return round % 2 === 0 ? items : items.toReversed();
}

function freeScenario(bytes: number, quick: boolean): Scenario {
  const warmUp = Math.round(WARM_UP_BYTES / bytes);
  return {
    bytes,
    warmUp: quick ? 10 : Math.min(Math.max(warmUp, 20), 1_000),
    invocations: quick ? 100 : 10_000,
    seconds: 1,
    memoryMb: 512,
    hasQuota: false,
  };
}

/** What a small function has from its start on. */
function quotaScenario(bytes: number, quick: boolean): Scenario {
  return {
    bytes,
    warmUp: quick ? 1 : WARM_UP_UNDER_QUOTA,
    invocations: quick ? 10 : 10_000,
    seconds: quick ? 1 : 3,
    memoryMb: 128,
    hasQuota: true,
  };
}

function memoryScenario(bytes: number, quick: boolean): Scenario {
  return {
    bytes,
    warmUp: 0,
    invocations: quick ? 1_000 : MEMORY_INVOCATIONS,
    seconds: 600,
    memoryMb: 128,
    hasQuota: false,
  };
}

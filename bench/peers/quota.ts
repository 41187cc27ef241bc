// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How often Linux gives the group its processor time anew. */
const PERIOD_US = 20_000;

/** Lambda gives a whole core at 1,769 MB, so 1/14 of one at 128 MB. */
export const CORES = 1 / 14;

/**
 * A control group whose processes share a part of one core. It is removed when
 * it is disposed of, and has to be empty then.
 */
export class Quota implements Disposable {
  readonly #folder: string;

  /** @throws {Error} If this machine lets nobody make such a group. */
  constructor() {
    const { folder, isV2 } = findHierarchy();
    this.#folder = `${folder}/toukon_bench_${Deno.pid}`;
    const quotaUs = Math.round(PERIOD_US * CORES);
    if (isV2) enableProcessor(folder);
    Deno.mkdirSync(this.#folder);
    try {
      if (isV2) this.#write("cpu.max", `${quotaUs} ${PERIOD_US}`);
      else {
        this.#write("cpu.cfs_period_us", `${PERIOD_US}`);
        this.#write("cpu.cfs_quota_us", `${quotaUs}`);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The file that a process writes 0 to for entering the group. */
  get processes(): string {
    return `${this.#folder}/cgroup.procs`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder);
  }

  #write(name: string, value: string): void {
    Deno.writeTextFileSync(`${this.#folder}/${name}`, value, { create: false });
  }
}

/** Finds where control groups for processor time are mounted. */
function findHierarchy(): { folder: string; isV2: boolean } {
  const mounts = Deno.readTextFileSync("/proc/mounts").split("\n")
    .map((line) => line.split(" "));
  const v1 = mounts.find(([, , type, options]) =>
    type === "cgroup" && options.split(",").includes("cpu")
  );
  if (v1) return { folder: v1[1], isV2: false };
  const v2 = mounts.find(([, folder, type]) =>
    type === "cgroup2" && hasProcessor(`${folder}/cgroup.controllers`)
  );
  if (v2) return { folder: v2[1], isV2: true };
  throw new Error("no control groups for processor time are mounted");
}

function hasProcessor(file: string): boolean {
  return Deno.readTextFileSync(file).trim().split(" ").includes("cpu");
}

function enableProcessor(folder: string): void {
  const file = `${folder}/cgroup.subtree_control`;
  if (!hasProcessor(file)) Deno.writeTextFileSync(file, "+cpu");
}

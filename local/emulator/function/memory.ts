// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A process is looked at no more often than this, in milliseconds. */
const INTERVAL_MS = 500;

/** The most memory that a process has used, as far as it was looked at. */
export class MemoryGauge {
  readonly #pid: number;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #maxMb = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** In megabytes. */
  get maxMb(): number {
    return this.#maxMb;
  }

  /** Looks at the process, which another process has to do. */
  look(): void {
    const now = performance.now();
    if (this.#looking || now - this.#lookedAt < INTERVAL_MS) return;
    this.#lookedAt = now;
    this.#looking = this.#look().finally(() => this.#looking = undefined);
  }

  /** Waits for the look that is under way. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async #look(): Promise<void> {
    const isLinux = Deno.build.os === "linux";
    // To read /proc by itself, Deno would need every permission there is.
    const command = new Deno.Command(isLinux ? "cat" : "ps", {
      args: isLinux
        ? [`/proc/${this.#pid}/status`]
        : ["-o", "rss=", "-p", String(this.#pid)],
      stdin: "null",
      stderr: "null",
    });
    try {
      const text = new TextDecoder().decode((await command.output()).stdout);
      const kilobytes = Number(
        (isLinux ? /^VmHWM:\s+(\d+) kB/m : /^\s*(\d+)/).exec(text)?.[1] ?? 0,
      );
      this.#maxMb = Math.max(this.#maxMb, Math.ceil(kilobytes / 1024));
    } catch (error) {
      const isUnavailable = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotCapable;
      if (!isUnavailable) throw error;
    }
  }
}

// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Who has written a part of the log. */
export type LogSource = "function" | "platform" | "emulator";

/** Something that happens in an emulator, for whoever watches it. */
export type Happening =
  & {
    /** When, in milliseconds since the epoch. */
    readonly atMs: number;
  }
  & (
    | {
      /** The process of the function has been started. */
      readonly type: "starting";
      readonly pid: number;
    }
    | {
      /** The function has asked for its first invocation. */
      readonly type: "ready";
      readonly pid: number;
      readonly initMs: number;
    }
    | {
      /** The process of the function has ended. */
      readonly type: "ended";
      readonly pid: number;
    }
    | {
      /** The function cannot be used until a file changes. */
      readonly type: "problem";
      readonly problem: string;
    }
    | {
      /** Files have changed, and the function is started again. */
      readonly type: "changed";
      readonly paths: readonly string[];
    }
    | {
      /** An invocation has arrived. */
      readonly type: "invoked";
      readonly requestId: string;
      readonly payload: Uint8Array;
      /** What it came by, such as `RequestResponse` or `function URL`. */
      readonly by: string;
    }
    | {
      /** An invocation has its outcome. */
      readonly type: "answered";
      readonly requestId: string;
      readonly payload: Uint8Array;
      readonly contentType: string;
      readonly errorType: string | undefined;
      /** From its arrival, the wait for the function included. */
      readonly durationMs: number;
    }
    | {
      /** A part of the log, of whole lines. */
      readonly type: "log";
      readonly source: LogSource;
      readonly text: string;
      /** The invocation that runs, where only one does. */
      readonly requestId: string | undefined;
    }
  );

/** A {@linkcode Happening} before it has its time. */
export type NewHappening = Happening extends infer One
  ? One extends Happening ? Omit<One, "atMs"> : never
  : never;

/** Tells whoever watches what happens, in order. */
export class Happenings {
  readonly #watchers = new Set<(happening: Happening) => void>();

  /** Tells all that watch. */
  tell(happening: NewHappening): void {
    if (this.#watchers.size === 0) return;
    const told = { atMs: Date.now(), ...happening } as Happening;
    for (const watcher of this.#watchers) watcher(told);
  }

  /** Calls a function with what happens from now on, until it is told to stop. */
  watch(watcher: (happening: Happening) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * What happens from now on, as a stream. Who reads it too slowly misses what
   * happens while `capacity` are waiting.
   */
  stream(capacity = 10_000): ReadableStream<Happening> {
    let stop: () => void;
    return new ReadableStream<Happening>({
      start: (controller) => {
        stop = this.watch((happening) => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(happening);
        });
      },
      cancel: () => stop(),
    }, { highWaterMark: capacity });
  }
}

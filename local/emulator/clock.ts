// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Tells the time and waits; a test gives one that it moves itself. */
export interface Clock {
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Calls a function later, unless what it returns is called before. */
  after(ms: number, call: () => void): () => void;
}

/** The clock of the machine. */
export const SYSTEM_CLOCK: Clock = {
  // To parts of a millisecond, which durations are logged in.
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

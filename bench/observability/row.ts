// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The same work twice. */
export interface Row {
  name: string;
  ours: Work;
  theirs: Work;
  /** How often it is done before it is the other one's turn. */
  callsATurn: number;
}

/** What is measured, until it has settled. */
export type Work = () => Promise<void> | void;

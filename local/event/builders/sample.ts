// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What events carry that are given nothing else. */
export const SAMPLE_ORDER = {
  orderId: "A-1001",
  item: "闘魂",
  quantity: 2,
} as const;

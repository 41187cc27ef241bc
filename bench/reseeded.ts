// Copyright 2026 the Toukon Lambda authors. MIT license.

import { reseed } from "../runtime/snap_start/reseed.ts";

// What has been used before the snapshot is what has to be renewed.
await crypto.subtle.generateKey({ name: "AES-KW", length: 128 }, false, [
  "wrapKey",
]);
const start = performance.now();
await reseed();
console.log(performance.now() - start);

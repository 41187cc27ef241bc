// Copyright 2026 the Toukon Lambda authors. MIT license.

import assert from "node:assert/strict";
import { tokenize } from "../../tools/docs/client/tokenize.ts";

Deno.test("tokenize() gives words, the parts of names, and pairs where there are no spaces", () => {
  assert.deepEqual(tokenize("Dead letters"), ["dead", "letters"]);
  assert.deepEqual(tokenize("handleEvent()"), [
    "handleevent",
    "handle",
    "event",
  ]);
  assert.deepEqual(tokenize("snap_start"), ["snap_start", "snap", "start"]);
  assert.deepEqual(tokenize("期限"), ["期限"]);
  assert.deepEqual(tokenize("同時の Lambda"), ["同時", "時の", "lambda"]);
  assert.deepEqual(tokenize("サーバーをSQSへ"), [
    "サー",
    "ーバ",
    "バー",
    "ーを",
    "へ",
    "sqs",
  ]);
});

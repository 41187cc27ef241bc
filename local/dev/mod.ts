// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Runs the handler that `deno.json` names once, with an event from stdin or a
 * file.
 *
 * ```sh
 * echo '{"name":"Deno"}' | deno run -P=dev jsr:@toukon/lambda/dev
 * ```
 *
 * @module
 */

import { serve } from "../../mod.ts";

await serve();

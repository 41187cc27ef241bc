// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Writes `local/create/templates.ts` from the starter, and from the kinds and
 * parts of READMEs beside this module.
 *
 * @module
 */

import { templatesText } from "./templates_text.ts";

Deno.writeTextFileSync(
  new URL("../../local/create/templates.ts", import.meta.url),
  templatesText(),
);

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UsageError } from "../cli/usage_error.ts";
import { type ChoiceName, type Choices, defaultOf } from "./choices.ts";
import { askChoice } from "./questions.ts";

/**
 * Chooses what is not chosen yet: asks for it, or takes the default.
 *
 * @throws {UsageError} If what is chosen does not go together.
 */
export function chooseAll(chosen: Partial<Choices>, isAsked: boolean): Choices {
  const choose = <Name extends ChoiceName>(name: Name): Choices[Name] =>
    chosen[name] ?? (isAsked ? askChoice(name) : defaultOf(name));
  const kind = choose("kind");
  const isolation = choose("isolation");
  // The CDK app deploys an image.
  const infra = chosen.form === "zip"
    ? chosen.infra ?? "none"
    : choose("infra");
  const form = infra === "cdk" ? chosen.form ?? "image" : choose("form");
  if (infra === "cdk" && form === "zip") {
    throw new UsageError(
      'Cannot use --form zip with --infra cdk: expected "image", which the CDK app deploys, or --infra none, whose README has the commands for a zip',
    );
  }
  return { kind, isolation, infra, form, readme: choose("readme") };
}

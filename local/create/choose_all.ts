// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type ChoiceName, type Choices, defaultOf } from "./choices.ts";
import { askChoice } from "./questions.ts";

/** Chooses what is not chosen yet: asks for it, or takes the default. */
export function chooseAll(chosen: Partial<Choices>, isAsked: boolean): Choices {
  const choose = <Name extends ChoiceName>(name: Name): Choices[Name] =>
    chosen[name] ?? (isAsked ? askChoice(name) : defaultOf(name));
  const kind = choose("kind");
  const isolation = choose("isolation");
  // The CDK app deploys an image, so that either may settle the other.
  const infra = chosen.form === "zip" ? "none" : choose("infra");
  const form = infra === "cdk" ? "image" : choose("form");
  return { kind, isolation, infra, form, readme: choose("readme") };
}

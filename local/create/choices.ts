// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What a person can choose between, the default first. */
export const CHOICES = {
  kind: ["event", "fetch", "stream", "batch"],
  isolation: ["none", "worker"],
  infra: ["cdk", "none"],
  form: ["image", "zip"],
  readme: ["en", "ja", "both"],
} as const;

/** What can be chosen by its name. */
export type ChoiceName = keyof typeof CHOICES;

/** What is chosen, each by its name. */
export type Choices = {
  [Name in ChoiceName]: (typeof CHOICES)[Name][number];
};

/** Whether a value can be chosen. */
export function isChoice<Name extends ChoiceName>(
  name: Name,
  value: string,
): value is Choices[Name] {
  return (CHOICES[name] as readonly string[]).includes(value);
}

/** What can be chosen, as a person reads it. */
export function listOf(name: ChoiceName): string {
  return CHOICES[name].map((value) => `"${value}"`).join(" or ");
}

/** What is chosen where nobody says otherwise. */
export function defaultOf<Name extends ChoiceName>(name: Name): Choices[Name] {
  return CHOICES[name][0] as Choices[Name];
}

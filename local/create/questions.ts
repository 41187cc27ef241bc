// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type ChoiceName,
  CHOICES,
  type Choices,
  isChoice,
  listOf,
} from "./choices.ts";
import { CreateError } from "./create_error.ts";
import { problemOf } from "./project_name.ts";

const QUESTIONS: Record<ChoiceName, string> = {
  kind: "What shall it answer",
  isolation: "Shall a worker isolate the handler",
  infra: "How shall it get to AWS",
  form: "What shall Lambda get",
  readme: "In which language is the README",
};

/** Asks for the name of the project until it is one that will do. */
export function askName(): string {
  return ask("Name of the function and its folder", "hello-lambda", problemOf);
}

/** Asks for one of the values that can be chosen. */
export function askChoice<Name extends ChoiceName>(name: Name): Choices[Name] {
  const values: readonly string[] = CHOICES[name];
  const question = `${QUESTIONS[name]}: ${values.join(", ")}`;
  return ask(
    question,
    values[0],
    (answer) => isChoice(name, answer) ? undefined : `expected ${listOf(name)}`,
  ) as Choices[Name];
}

/** Asks whether to begin a git repository. */
export function askGit(): boolean {
  const answer = ask(
    "Begin a git repository: yes, no",
    "no",
    (answer) =>
      /^(?:y|yes|n|no)$/i.test(answer) ? undefined : 'expected "yes" or "no"',
  );
  return /^y/i.test(answer);
}

function ask(
  question: string,
  defaultAnswer: string,
  problemOf: (answer: string) => string | undefined,
): string {
  for (;;) {
    const given = prompt(`${question} [${defaultAnswer}]`);
    // The end of the input is no answer: nobody is asked for ever.
    if (given === null) {
      throw new CreateError("Nothing is made: the questions were ended");
    }
    const answer = given.trim() || defaultAnswer;
    const problem = problemOf(answer);
    if (problem === undefined) return answer;
    console.error(`Cannot use "${answer}": ${problem}`);
  }
}

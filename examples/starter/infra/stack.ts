// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { App } from "aws-cdk-lib";
import { FunctionStack } from "./function_stack.ts";
import { GitHubStack } from "./github_stack.ts";
import { RepositoryStack } from "./repository_stack.ts";

/** What an app was made of. */
export interface Stacks {
  /** Always there. */
  repository: RepositoryStack;
  /** There when the context has `imageTag`. */
  function?: FunctionStack;
  /** There when the context has `github`. */
  github?: GitHubStack;
}

/**
 * Adds the stacks that the app's context asks for; the context is what
 * `-c KEY=VALUE` and `cdk.json` say, and README.md lists the keys.
 *
 * @throws {RangeError} If a value is not one of those allowed, naming key and
 * value.
 */
export function addStacks(app: App): Stacks {
  const name = read(app, "name", /^[a-z][a-z0-9-]{1,39}$/) ?? "hello-lambda";
  const stacks: Stacks = {
    repository: new RepositoryStack(app, `${name}-repository`, {
      repositoryName: name,
    }),
  };

  const imageTag = read(app, "imageTag", /^(sha256:)?\w[\w.-]{0,127}$/);
  const options = {
    architecture: read(app, "architecture", /^(arm64|x86_64)$/) as
      | "arm64"
      | "x86_64"
      | undefined,
    functionUrl: toUrlForm(read(app, "functionUrl", /^(true|false|buffered)$/)),
    queue: isTrue(app, "queue"),
    snapStart: isTrue(app, "snapStart"),
    alarmTopicArn: read(app, "alarmTopicArn", /^arn:[\w-]+:sns:/),
  };
  if (imageTag === undefined) {
    console.error(
      "No imageTag in the context: the stack of the function is left out",
    );
  } else {
    stacks.function = new FunctionStack(app, `${name}-function`, {
      functionName: name,
      imageTag,
      ...options,
    });
  }

  // Repositories made since July 2026 prove themselves with their numbers.
  const github = read(app, "github", /^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/);
  if (github !== undefined) {
    stacks.github = new GitHubStack(app, `${name}-github`, {
      repository: github,
      imageRepositoryName: name,
      providerExists: isTrue(app, "githubProviderExists"),
    });
  }
  return stacks;
}

function toUrlForm(
  value: string | undefined,
): "streamed" | "buffered" | undefined {
  if (value === "buffered") return value;
  return value === "true" ? "streamed" : undefined;
}

function isTrue(app: App, key: string): boolean {
  return read(app, key, /^(true|false)$/) === "true";
}

/** A value of the context; `cdk.json` may hold other types than text. */
function read(app: App, key: string, allowed: RegExp): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined) return undefined;
  if (allowed.test(String(value))) return String(value);
  throw new RangeError(
    `Cannot use the context "${key}": expected a match of ${allowed}, found ${
      JSON.stringify(value)
    }`,
  );
}

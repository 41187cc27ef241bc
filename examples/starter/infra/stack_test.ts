// Copyright 2026 the Toukon Lambda authors. MIT license.

import assert from "node:assert/strict";
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { addStacks, type Stacks } from "./stack.ts";

const TOPIC_ARN = "arn:aws:sns:us-east-1:111111111111:alarms";

type Statement = Record<"Action" | "Resource", unknown> & {
  Effect: string;
  Sid?: string;
};

function synthesize(context: Record<string, unknown>): Stacks {
  return addStacks(new App({ context, outdir: "cdk.out/test" }));
}

function functionTemplate(context: Record<string, unknown> = {}): Template {
  const stacks = synthesize({ imageTag: "v1", ...context });
  assert(stacks.function);
  return Template.fromStack(stacks.function);
}

function gitHubTemplate(context: Record<string, unknown> = {}): Template {
  const stacks = synthesize({ github: "toukon/hello", ...context });
  assert(stacks.github);
  return Template.fromStack(stacks.github);
}

/** The one resource of a type: its id and its properties. */
// deno-lint-ignore no-explicit-any
function only(template: Template, type: string): [string, any] {
  const found = Object.entries(template.findResources(type));
  assert.equal(found.length, 1, `found ${found.length} of ${type}`);
  return [found[0][0], found[0][1].Properties];
}

/** What is allowed by any policy of a template, wherever it stands. */
function allowed(template: Template): Statement[] {
  const found: Statement[] = [];
  JSON.stringify(template.toJSON(), (_key, value) => {
    if (value?.Effect === "Allow") found.push(value);
    return value;
  });
  return found;
}

function withWildcard(statements: Statement[]): Statement[] {
  return statements.filter(({ Action, Resource }) =>
    [Action, Resource].flat().some((value) =>
      JSON.stringify(value ?? "").includes("*")
    )
  );
}

Deno.test("addStacks() leaves the function out until there is an image tag", () => {
  assert.deepEqual(Object.keys(synthesize({})), ["repository"]);
});

Deno.test("addStacks() names everything after the context", () => {
  const stacks = synthesize({ name: "other", imageTag: "v1", github: "a/b" });

  assert.equal(stacks.repository.stackName, "other-repository");
  assert.equal(stacks.function?.stackName, "other-function");
  assert.equal(stacks.github?.stackName, "other-github");
  Template.fromStack(stacks.repository).hasResourceProperties(
    "AWS::ECR::Repository",
    { RepositoryName: "other" },
  );
});

Deno.test("addStacks() refuses a value that it does not know", () => {
  for (
    const [key, value] of [
      ["name", "Hello Lambda"],
      ["imageTag", "with space"],
      ["architecture", "arm"],
      ["functionUrl", "yes"],
      ["queue", "orders"],
      ["snapStart", 1],
      ["alarmTopicArn", "alarms"],
      ["github", "no-owner"],
    ] as const
  ) {
    assert.throws(
      () => synthesize({ imageTag: "v1", [key]: value }),
      (error: Error) =>
        error instanceof RangeError && error.message.includes(`"${key}"`) &&
        error.message.includes(JSON.stringify(value)),
    );
  }
});

Deno.test("RepositoryStack keeps tags, scans, and forgets old images", () => {
  const template = Template.fromStack(synthesize({}).repository);

  const [, repository] = only(template, "AWS::ECR::Repository");
  assert.equal(repository.ImageTagMutability, "IMMUTABLE");
  assert.deepEqual(repository.ImageScanningConfiguration, { ScanOnPush: true });
  const { rules } = JSON.parse(repository.LifecyclePolicy.LifecyclePolicyText);
  assert.equal(rules[0].selection.countNumber, 10);
  assert.equal(rules[0].action.type, "expire");
  template.hasOutput("RepositoryUri", {});
});

Deno.test("RepositoryStack lets Lambda read images and nothing else", () => {
  const template = Template.fromStack(synthesize({}).repository);

  assert.deepEqual(allowed(template), [{
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Sid: "LambdaECRImageRetrievalPolicy",
  }]);
});

Deno.test("FunctionStack runs the tagged image of the repository", () => {
  const [, lambda] = only(functionTemplate(), "AWS::Lambda::Function");

  assert.equal(lambda.PackageType, "Image");
  assert.deepEqual(lambda.Code, {
    ImageUri: {
      "Fn::Join": ["", [
        { Ref: "AWS::AccountId" },
        ".dkr.ecr.",
        { Ref: "AWS::Region" },
        ".",
        { Ref: "AWS::URLSuffix" },
        "/hello-lambda:v1",
      ]],
    },
  });
});

Deno.test("FunctionStack runs an image by digest", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const template = functionTemplate({ imageTag: digest });

  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.equal(
    lambda.Code.ImageUri["Fn::Join"][1].at(-1),
    `/hello-lambda@${digest}`,
  );
});

Deno.test("FunctionStack has 30 seconds, 512 MB and an arm64 processor", () => {
  const [, lambda] = only(functionTemplate(), "AWS::Lambda::Function");

  assert.equal(lambda.Timeout, 30);
  assert.equal(lambda.MemorySize, 512);
  assert.deepEqual(lambda.Architectures, ["arm64"]);
});

Deno.test("FunctionStack takes an x86_64 image when asked", () => {
  const template = functionTemplate({ architecture: "x86_64" });

  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.deepEqual(lambda.Architectures, ["x86_64"]);
});

Deno.test("FunctionStack sends what fails for good to an encrypted queue", () => {
  const template = functionTemplate();

  const [queueId, queue] = only(template, "AWS::SQS::Queue");
  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.deepEqual(lambda.DeadLetterConfig, {
    TargetArn: { "Fn::GetAtt": [queueId, "Arn"] },
  });
  assert.equal(queue.SqsManagedSseEnabled, true);
  assert.equal(queue.MessageRetentionPeriod, 14 * 24 * 60 * 60);
  template.hasResourceProperties("AWS::SQS::QueuePolicy", {
    PolicyDocument: {
      Statement: [Match.objectLike({
        Effect: "Deny",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      })],
    },
  });
});

Deno.test("FunctionStack traces every sampled invocation", () => {
  const [, lambda] = only(functionTemplate(), "AWS::Lambda::Function");

  assert.deepEqual(lambda.TracingConfig, { Mode: "Active" });
});

Deno.test("FunctionStack logs JSON to its own group, kept for two weeks", () => {
  const template = functionTemplate();

  const [groupId, group] = only(template, "AWS::Logs::LogGroup");
  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.deepEqual(lambda.LoggingConfig, {
    LogFormat: "JSON",
    LogGroup: { Ref: groupId },
  });
  assert.equal(group.LogGroupName, "/aws/lambda/hello-lambda");
  assert.equal(group.RetentionInDays, 14);
});

Deno.test("FunctionStack's role may do three things and no more", () => {
  const template = functionTemplate({ functionUrl: "true", snapStart: "true" });

  const [roleId, role] = only(template, "AWS::IAM::Role");
  const [, policy] = only(template, "AWS::IAM::Policy");
  const [groupId] = only(template, "AWS::Logs::LogGroup");
  const [queueId] = only(template, "AWS::SQS::Queue");
  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.deepEqual(lambda.Role, { "Fn::GetAtt": [roleId, "Arn"] });
  assert.equal(role.ManagedPolicyArns, undefined);
  assert.deepEqual(policy.Roles, [{ Ref: roleId }]);
  assert.deepEqual(policy.PolicyDocument.Statement, [
    {
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Effect: "Allow",
      Resource: { "Fn::GetAtt": [groupId, "Arn"] },
    },
    {
      Action: "sqs:SendMessage",
      Effect: "Allow",
      Resource: { "Fn::GetAtt": [queueId, "Arn"] },
    },
    {
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      Effect: "Allow",
      Resource: "*",
    },
  ]);
});

Deno.test("the templates allow no wildcard that a service does not require", () => {
  const stacks = synthesize({
    imageTag: "v1",
    functionUrl: "true",
    queue: "true",
    snapStart: "true",
    alarmTopicArn: TOPIC_ARN,
    github: "toukon/hello",
  });

  const found = Object.values(stacks).flatMap((stack) =>
    withWildcard(allowed(Template.fromStack(stack)))
  );
  // Neither X-Ray's two actions nor this one of ECR can name a resource.
  assert.deepEqual(found.map(({ Action }) => Action), [
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "ecr:GetAuthorizationToken",
  ]);
});

Deno.test("FunctionStack alarms on errors, throttles, dead letters and unknown events", () => {
  const template = functionTemplate({ alarmTopicArn: TOPIC_ARN });

  const [functionId] = only(template, "AWS::Lambda::Function");
  const alarms = Object.values(
    template.findResources("AWS::CloudWatch::Alarm"),
  ).map(({ Properties }) => Properties);
  assert.deepEqual(
    alarms.map(({ Namespace, MetricName }) => [Namespace, MetricName]),
    [
      ["AWS/Lambda", "Errors"],
      ["AWS/Lambda", "Throttles"],
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible"],
      [{ Ref: functionId }, "UnknownEvents"],
    ],
  );
  for (const alarm of alarms) {
    assert.equal(alarm.Threshold, 1);
    assert.equal(alarm.ComparisonOperator, "GreaterThanOrEqualToThreshold");
    assert.equal(alarm.TreatMissingData, "notBreaching");
    assert.deepEqual(alarm.AlarmActions, [TOPIC_ARN]);
  }
});

Deno.test("FunctionStack's alarms tell nobody when there is no topic", () => {
  const alarms = functionTemplate().findResources("AWS::CloudWatch::Alarm");

  for (const { Properties } of Object.values(alarms)) {
    assert.equal(Properties.AlarmActions, undefined);
  }
});

Deno.test("FunctionStack has no function URL unless asked", () => {
  functionTemplate().resourceCountIs("AWS::Lambda::Url", 0);
});

Deno.test("FunctionStack streams from a function URL for signed callers", () => {
  const template = functionTemplate({ functionUrl: "true" });

  const [, url] = only(template, "AWS::Lambda::Url");
  assert.equal(url.InvokeMode, "RESPONSE_STREAM");
  assert.equal(url.AuthType, "AWS_IAM");
  // A permission for everyone would stand here.
  template.resourceCountIs("AWS::Lambda::Permission", 0);
  template.hasOutput("FunctionUrl", {});
});

Deno.test("FunctionStack sends whole replies from a function URL when asked", () => {
  const template = functionTemplate({ functionUrl: "buffered" });

  const [, url] = only(template, "AWS::Lambda::Url");
  assert.equal(url.InvokeMode, "BUFFERED");
  assert.equal(url.AuthType, "AWS_IAM");
});

Deno.test("FunctionStack has no queue but that of dead letters unless asked", () => {
  const template = functionTemplate();

  template.resourceCountIs("AWS::SQS::Queue", 1);
  template.resourceCountIs("AWS::Lambda::EventSourceMapping", 0);
});

Deno.test("FunctionStack reads from a queue, and is told which messages failed", () => {
  const template = functionTemplate({ queue: "true" });

  const [, mapping] = only(template, "AWS::Lambda::EventSourceMapping");
  const [queueId] = mapping.EventSourceArn["Fn::GetAtt"];
  const queue = template.findResources("AWS::SQS::Queue")[queueId].Properties;
  const [, lambda] = only(template, "AWS::Lambda::Function");
  const [, policy] = only(template, "AWS::IAM::Policy");
  assert.deepEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"]);
  assert.equal(queue.SqsManagedSseEnabled, true);
  assert.equal(queue.VisibilityTimeout, 6 * lambda.Timeout);
  assert.deepEqual(
    queue.RedrivePolicy.deadLetterTargetArn,
    lambda.DeadLetterConfig.TargetArn,
  );
  const statements: Statement[] = policy.PolicyDocument.Statement;
  assert.deepEqual(
    statements.filter(({ Resource }) =>
      JSON.stringify(Resource) === JSON.stringify(mapping.EventSourceArn)
    ).map(({ Action }) => Action),
    [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]],
  );
  template.hasOutput("QueueUrl", {});
});

Deno.test("FunctionStack publishes no version unless asked", () => {
  const template = functionTemplate();

  template.resourceCountIs("AWS::Lambda::Version", 0);
  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.equal(lambda.SnapStart, undefined);
});

Deno.test("FunctionStack restores versions from a snapshot behind an alias", () => {
  const template = functionTemplate({ snapStart: true, functionUrl: true });

  const [versionId] = only(template, "AWS::Lambda::Version");
  const [, lambda] = only(template, "AWS::Lambda::Function");
  const [, alias] = only(template, "AWS::Lambda::Alias");
  const [, url] = only(template, "AWS::Lambda::Url");
  assert.deepEqual(lambda.SnapStart, { ApplyOn: "PublishedVersions" });
  assert.equal(alias.Name, "live");
  assert.deepEqual(alias.FunctionVersion, {
    "Fn::GetAtt": [versionId, "Version"],
  });
  assert.equal(url.Qualifier, "live");
});

Deno.test("FunctionStack publishes a new version for a new image", () => {
  const [first] = only(
    functionTemplate({ snapStart: true }),
    "AWS::Lambda::Version",
  );
  const [second] = only(
    functionTemplate({ snapStart: true, imageTag: "v2" }),
    "AWS::Lambda::Version",
  );

  assert.notEqual(first, second);
});

Deno.test("FunctionStack says what it made", () => {
  const outputs = functionTemplate().findOutputs("*");

  assert.deepEqual(Object.keys(outputs), [
    "FunctionName",
    "FunctionArn",
    "LogGroupName",
    "DeadLetterQueueUrl",
  ]);
});

Deno.test("GitHubStack trusts one environment of one repository", () => {
  for (const github of ["toukon/hello", "toukon@12/hello@345"]) {
    const template = gitHubTemplate({ github });

    const [providerId] = only(template, "AWS::IAM::OIDCProvider");
    const [, role] = only(template, "AWS::IAM::Role");
    assert.deepEqual(role.AssumeRolePolicyDocument.Statement, [{
      Action: "sts:AssumeRoleWithWebIdentity",
      Effect: "Allow",
      Principal: { Federated: { Ref: providerId } },
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub":
            `repo:${github}:environment:production`,
        },
      },
    }]);
    template.hasOutput("DeployRoleArn", {});
  }
});

Deno.test("GitHubStack uses the identity provider that is there", () => {
  const template = gitHubTemplate({ githubProviderExists: "true" });

  template.resourceCountIs("AWS::IAM::OIDCProvider", 0);
  const [, role] = only(template, "AWS::IAM::Role");
  const { Federated } = role.AssumeRolePolicyDocument.Statement[0].Principal;
  assert.equal(
    Federated["Fn::Join"][1].at(-1),
    ":oidc-provider/token.actions.githubusercontent.com",
  );
});

Deno.test("GitHubStack may push to one repository and deploy by CDK", () => {
  const [, policy] = only(gitHubTemplate(), "AWS::IAM::Policy");

  const statements: Statement[] = policy.PolicyDocument.Statement;
  assert.deepEqual(statements.map(({ Sid }) => Sid), [
    "DeployWithCdk",
    "PushImage",
    "LogInToRegistry",
  ]);
  const text = JSON.stringify(statements[1].Resource);
  assert(text.includes(":repository/hello-lambda"), text);
});

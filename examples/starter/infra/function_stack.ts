// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
} from "aws-cdk-lib";
import { Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Repository } from "aws-cdk-lib/aws-ecr";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  type Alias,
  Architecture,
  type CfnFunction,
  DockerImageCode,
  DockerImageFunction,
  FunctionUrlAuthType,
  type IFunction,
  InvokeMode,
  LoggingFormat,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** What a {@linkcode FunctionStack} is made from. */
export interface FunctionStackProps extends StackProps {
  /** The name of the function, and of its repository. */
  functionName: string;
  /** The tag of the image in the repository. */
  imageTag: string;
  /**
   * What the image was built for.
   *
   * @default {"arm64"}
   */
  architecture?: "arm64" | "x86_64";
  /**
   * Adds a function URL whose replies are streamed, or sent whole. Callers sign
   * with IAM.
   */
  functionUrl?: "streamed" | "buffered";
  /**
   * Adds a queue whose messages the function is invoked with, in batches.
   *
   * @default {false}
   */
  queue?: boolean;
  /**
   * Publishes each deployment as a version, restored from a snapshot, behind
   * the alias `live`.
   *
   * @default {false}
   */
  snapStart?: boolean;
  /** The SNS topic that alarms are sent to; left out, they only change colour. */
  alarmTopicArn?: string;
}

const TIMEOUT = Duration.seconds(30);

/** The function, and all that it needs to be run and watched. */
export class FunctionStack extends Stack {
  constructor(scope: Construct, id: string, props: FunctionStackProps) {
    super(scope, id, props);
    const { functionName } = props;

    const deadLetterQueue = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });

    // Made here, not by Lambda at the first line, so that it has a retention
    // and goes with the stack.
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // A role that is given is not widened by the managed policy that CDK would
    // attach, which allows writing to every log group of the account.
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);

    // By name, not as a reference between the stacks: CloudFormation would
    // refuse to change what another stack uses.
    const repository = Repository.fromRepositoryName(
      this,
      "Repository",
      functionName,
    );

    const lambda = new DockerImageFunction(this, "Function", {
      functionName,
      code: DockerImageCode.fromEcr(repository, {
        tagOrDigest: props.imageTag,
      }),
      architecture: props.architecture === "x86_64"
        ? Architecture.X86_64
        : Architecture.ARM_64,
      timeout: TIMEOUT,
      memorySize: 512,
      role,
      deadLetterQueue,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
    });

    const live = props.snapStart ? publishWithSnapStart(lambda) : lambda;
    if (props.functionUrl) addFunctionUrl(this, live, props.functionUrl);
    if (props.queue) addQueue(this, live, role, deadLetterQueue);
    addAlarms(this, lambda, deadLetterQueue, props.alarmTopicArn);

    new CfnOutput(this, "FunctionName", { value: lambda.functionName });
    new CfnOutput(this, "FunctionArn", { value: live.functionArn });
    new CfnOutput(this, "LogGroupName", { value: logGroup.logGroupName });
    new CfnOutput(this, "DeadLetterQueueUrl", {
      value: deadLetterQueue.queueUrl,
    });
  }
}

function publishWithSnapStart(lambda: DockerImageFunction): Alias {
  // The construct's own option knows managed runtimes only.
  const resource = lambda.node.defaultChild as CfnFunction;
  resource.snapStart = { applyOn: "PublishedVersions" };
  return lambda.addAlias("live");
}

function addFunctionUrl(
  stack: Stack,
  lambda: IFunction,
  form: "streamed" | "buffered",
): void {
  const url = lambda.addFunctionUrl({
    authType: FunctionUrlAuthType.AWS_IAM,
    invokeMode: form === "buffered"
      ? InvokeMode.BUFFERED
      : InvokeMode.RESPONSE_STREAM,
  });
  new CfnOutput(stack, "FunctionUrl", { value: url.url });
}

function addQueue(
  stack: Stack,
  lambda: IFunction,
  role: Role,
  deadLetterQueue: Queue,
): void {
  const queue = new Queue(stack, "Queue", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    // So that no message is handed out again while it is tried.
    visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
  });
  // What CDK would grant is more than Lambda needs to read.
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
      ],
      resources: [queue.queueArn],
    }),
  );
  lambda.addEventSourceMapping("Queue", {
    eventSourceArn: queue.queueArn,
    // Without it every answer is taken for a success, and failures are lost.
    reportBatchItemFailures: true,
  });
  new CfnOutput(stack, "QueueUrl", { value: queue.queueUrl });
}

function addAlarms(
  stack: Stack,
  lambda: DockerImageFunction,
  deadLetterQueue: Queue,
  topicArn: string | undefined,
): void {
  const period = Duration.minutes(5);
  const metrics: Record<string, Metric> = {
    Errors: lambda.metricErrors({ period }),
    Throttles: lambda.metricThrottles({ period }),
    // What arrives here was given up by Lambda, and is lost after 14 days.
    DeadLetters: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      period,
    }),
    // What handler.ts counts, in the namespace that it has by default.
    UnknownEvents: new Metric({
      namespace: lambda.functionName,
      metricName: "UnknownEvents",
      statistic: "Sum",
      period,
    }),
  };
  const topic = topicArn && Topic.fromTopicArn(stack, "AlarmTopic", topicArn);
  for (const [name, metric] of Object.entries(metrics)) {
    const alarm = metric.createAlarm(stack, `${name}Alarm`, {
      alarmName: `${lambda.functionName} ${name}`,
      threshold: 1,
      evaluationPeriods: 1,
      // No invocation, no data: all is well.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
  }
}

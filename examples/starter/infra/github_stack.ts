// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  CfnOutput,
  DefaultStackSynthesizer,
  Duration,
  Stack,
  type StackProps,
} from "aws-cdk-lib";
import {
  OidcProviderNative,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

const ISSUER = "token.actions.githubusercontent.com";

/** What a {@linkcode GitHubStack} is made from. */
export interface GitHubStackProps extends StackProps {
  /**
   * The GitHub repository that may deploy, as its tokens name it: `owner/name`,
   * or `owner@id/name@id` if it was made or renamed since July 15, 2026.
   */
  repository: string;
  /** The ECR repository that it may push to. */
  imageRepositoryName: string;
  /**
   * Whether the account knows GitHub as an identity provider already. There is
   * only one in an account.
   *
   * @default {false}
   */
  providerExists?: boolean;
}

/**
 * The role that the GitHub workflow deploys with. GitHub proves by OpenID
 * Connect which repository and environment a job belongs to, so that no key
 * need be stored there.
 */
export class GitHubStack extends Stack {
  constructor(scope: Construct, id: string, props: GitHubStackProps) {
    super(scope, id, props);

    const providerArn = props.providerExists
      ? `arn:${this.partition}:iam::${this.account}:oidc-provider/${ISSUER}`
      : new OidcProviderNative(this, "Provider", {
        url: `https://${ISSUER}`,
        clientIds: ["sts.amazonaws.com"],
      }).oidcProviderArn;

    const role = new Role(this, "DeployRole", {
      assumedBy: new WebIdentityPrincipal(providerArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          // Jobs of another environment, and pull requests, have another one.
          [`${ISSUER}:sub`]: `repo:${props.repository}:environment:production`,
        },
      }),
      maxSessionDuration: Duration.hours(1),
    });

    role.addToPolicy(
      new PolicyStatement({
        sid: "DeployWithCdk",
        actions: ["sts:AssumeRole"],
        resources: ["deploy", "file-publishing", "lookup"].map((name) =>
          this.#bootstrapRoleArn(name)
        ),
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: "PushImage",
        actions: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        resources: [
          this.formatArn({
            service: "ecr",
            resource: "repository",
            resourceName: props.imageRepositoryName,
          }),
        ],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: "LogInToRegistry",
        actions: ["ecr:GetAuthorizationToken"],
        // The service has no resource for it.
        resources: ["*"],
      }),
    );

    new CfnOutput(this, "DeployRoleArn", { value: role.roleArn });
  }

  /** One of the roles that `cdk bootstrap` has made. */
  #bootstrapRoleArn(name: string): string {
    const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    return `arn:${this.partition}:iam::${this.account}:role/` +
      `cdk-${qualifier}-${name}-role-${this.account}-${this.region}`;
  }
}

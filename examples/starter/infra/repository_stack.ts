// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { Repository, TagMutability } from "aws-cdk-lib/aws-ecr";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** What a {@linkcode RepositoryStack} is made from. */
export interface RepositoryStackProps extends StackProps {
  /** The name of the repository. */
  repositoryName: string;
}

/**
 * The image repository, in a stack of its own: a function can be created only
 * when its image is there, and an image can be pushed only when the repository
 * is there.
 */
export class RepositoryStack extends Stack {
  constructor(scope: Construct, id: string, props: RepositoryStackProps) {
    super(scope, id, props);

    const repository = new Repository(this, "Repository", {
      repositoryName: props.repositoryName,
      // A tag that has been deployed keeps its meaning for ever.
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [{
        description: "Keep the newest 10 images",
        maxImageCount: 10,
      }],
      // So that `cdk destroy` leaves nothing behind that costs money. Take both
      // lines out where images must outlive the stack.
      removalPolicy: RemovalPolicy.DESTROY,
      emptyOnDelete: true,
    });

    // Lambda fetches the image in its own name, not in the function's.
    repository.addToResourcePolicy(
      new PolicyStatement({
        sid: "LambdaECRImageRetrievalPolicy",
        principals: [new ServicePrincipal("lambda.amazonaws.com")],
        actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      }),
    );

    new CfnOutput(this, "RepositoryUri", { value: repository.repositoryUri });
  }
}

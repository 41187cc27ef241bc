// Copyright 2026 the Toukon Lambda authors. MIT license.

import { App } from "aws-cdk-lib";
import { addStacks } from "./stack.ts";

// Where the CDK command line wants the templates; alone, it is cdk.out/.
const app = new App({ outdir: Deno.env.get("CDK_OUTDIR") ?? "cdk.out" });
addStacks(app);
app.synth();

// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Prints the commands that make the image of the function with Docker, and that
 * try it with AWS's Runtime Interface Emulator.
 *
 * @module
 */

const IMAGE = "toukon-lambda";
const EMULATOR =
  "https://github.com/aws/aws-lambda-runtime-interface-emulator/releases/latest/download/aws-lambda-rie";

const isArm = Deno.build.arch === "aarch64";

console.log(
  `# Make the image, for the architecture of this machine. For the other one, give
# --platform linux/${
    isArm ? "amd64" : "arm64"
  }; for Deno and the function in layers of their own,
# --target bundled. Lambda takes no image with attestations.
docker buildx build --platform linux/${isArm ? "arm64" : "amd64"} \\
  --provenance=false --sbom=false --tag ${IMAGE} --load .

# Fetch the emulator, once.
mkdir -p ~/.aws-lambda-rie
curl -fLo ~/.aws-lambda-rie/aws-lambda-rie \\
  ${EMULATOR}${isArm ? "-arm64" : ""}
chmod +x ~/.aws-lambda-rie/aws-lambda-rie

# Run the function under it, with nothing but /tmp to write to, as on Lambda.
docker run --rm --read-only --tmpfs /tmp --publish 9000:8080 \\
  --volume ~/.aws-lambda-rie:/aws-lambda:ro \\
  --entrypoint /aws-lambda/aws-lambda-rie ${IMAGE} /app/bootstrap

# Invoke it, from another terminal.
curl http://localhost:9000/2015-03-31/functions/function/invocations \\
  --data '{"action":"hello","name":"Deno"}'`,
);

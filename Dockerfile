# The image of the function that deno.json names, with the runtime from this
# folder. A project that takes the runtime from JSR has the Dockerfile of
# examples/starter/.
#
# Two images can be built from this file:
#
#   docker buildx build .                    the compiled function (the last stage)
#   docker buildx build --target bundled .   Deno and the function, apart
#
# The compiled one holds a single program on the smallest base that can run it.
# Deno is within that program: a change of the handler changes one layer, of some
# tens of megabytes. The bundled one has Deno in a layer of its own, which stays
# as it is: a change of the handler changes one layer, of some kilobytes.
#
# The compiled one is the default. When to take the other one is said by one table,
# "Which form to take", in docs/build.md.

# Compiling is done on the architecture of the machine that builds, for the one
# that is asked for: nothing is emulated.
FROM --platform=$BUILDPLATFORM denoland/deno:2.9.6 AS builder
WORKDIR /src

# The program that Deno compiles into is downloaded here, so that the layer
# changes with the version of Deno only. TARGETARCH is set by Docker.
ARG TARGETARCH
RUN case "$TARGETARCH" in \
      arm64) target=aarch64-unknown-linux-gnu ;; \
      amd64) target=x86_64-unknown-linux-gnu ;; \
      *) echo "Lambda runs arm64 and amd64, not $TARGETARCH" >&2; exit 1 ;; \
    esac \
    && echo "$target" > /target \
    && echo > /tmp/empty.ts \
    && deno compile --quiet --target "$target" --output /tmp/empty /tmp/empty.ts \
    && rm /tmp/empty /tmp/empty.ts

# The dependencies, in a layer that changes with these files only. Stand-ins for
# them do not belong in an image.
COPY deno.json ./
COPY tools/offline/ tools/offline/
RUN deno task setup --require-real && deno install

COPY . .

FROM builder AS compiler
RUN deno task build --target "$(cat /target)"

# V8 takes a code cache only from the very Deno that made it, so this is done on
# the architecture of the image, emulated if need be.
FROM denoland/deno:2.9.6 AS bundler
WORKDIR /src
COPY --from=builder /src/ ./
COPY --from=builder /deno-dir/ /deno-dir/
RUN deno task build --bundle

FROM denoland/deno:2.9.6 AS bundled
# Lambda publishes a snapshot only of an image that says that it may.
LABEL com.amazonaws.lambda.feature.snapstart="Allow"
WORKDIR /app
# Lambda uses a user of its own; this one is for wherever else the image runs.
USER 65532:65532
COPY --from=bundler /src/dist/ ./
# Replaces the base image's, which would put an init process in between.
ENTRYPOINT ["/app/bootstrap"]

# glibc and libgcc, which Deno needs, and no shell. Its tags have no versions:
# the digest, of the index of all architectures, is the version.
FROM gcr.io/distroless/cc-debian13:nonroot@sha256:e792ab3d241a468a4fd7519ddbbebe66b49b5f365771716ea688ad40b6c6f1c2
LABEL com.amazonaws.lambda.feature.snapstart="Allow"
WORKDIR /app
USER 65532:65532
# Last, so that it is the only layer that a change of the handler changes. It
# belongs to root and the user may read and run it, not change it.
COPY --from=compiler --chmod=0555 /src/bootstrap ./
ENTRYPOINT ["/app/bootstrap"]

// Copyright 2026 the Toukon Lambda authors. MIT license.

// `deno task templates` writes this file.
// deno-fmt-ignore-file

/** The files of the starter, by their paths in it. */
export const STARTER = {
".dockerignore": `# What does not change the function must not change a layer either.
.git
.github
.gitignore
.dockerignore
Dockerfile
README*.md
events
infra
**/*_test.ts
**/node_modules
bootstrap
bootstrap.zip
.toukon_build
dist
# Secrets do not belong in an image.
.env*
`,
".github/workflows/deploy.yml": `# Tests each push, and deploys what is on main. README.md, step 11, says what to
# set up first: two variables, no secret. The actions are pinned to commits,
# since a tag can be moved.
name: Deploy

on:
  push:
    branches: [main]
  pull_request:
  workflow_dispatch:

permissions: {}

env:
  DENO_VERSION: "2.9.6"

jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3
        with:
          persist-credentials: false
      - uses: denoland/setup-deno@667a34cdef165d8d2b2e98dde39547c9daac7282 # v2.0.4
        with:
          deno-version: \${{ env.DENO_VERSION }}
      - run: deno fmt --check
      - run: deno lint
      - run: deno task test
      - run: deno task test
        working-directory: infra
      - run: deno task cdk synth --quiet -c imageTag="$GITHUB_SHA"
        working-directory: infra

  deploy:
    needs: test
    if: github.ref == 'refs/heads/main' && github.event_name != 'pull_request'
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    # The role can be assumed from this environment only; who may use it, and
    # who must approve, is set in the repository's settings.
    environment: production
    # One at a time and to the end: a deployment that is cut off leaves a stack
    # that has to roll back.
    concurrency:
      group: deploy
      cancel-in-progress: false
    permissions:
      contents: read
      # To prove to AWS which repository this is, in place of a stored key.
      id-token: write
    steps:
      - uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3
        with:
          persist-credentials: false
      - uses: denoland/setup-deno@667a34cdef165d8d2b2e98dde39547c9daac7282 # v2.0.4
        with:
          deno-version: \${{ env.DENO_VERSION }}
      - id: aws
        uses: aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0
        with:
          role-to-assume: \${{ vars.AWS_DEPLOY_ROLE_ARN }}
          aws-region: \${{ vars.AWS_REGION }}

      - name: Build the image for arm64 and push it
        env:
          REGISTRY: \${{ steps.aws.outputs.aws-account-id }}.dkr.ecr.\${{ vars.AWS_REGION }}.amazonaws.com
        run: |
          name=$(jq -r .context.name infra/cdk.json)
          # A tag cannot be pushed twice, and a job can be run twice.
          if aws ecr describe-images --repository-name "$name" \\
            --image-ids "imageTag=$GITHUB_SHA" > /dev/null 2>&1; then
            echo "The image of $GITHUB_SHA is there already"
            exit 0
          fi
          aws ecr get-login-password |
            docker login --username AWS --password-stdin "$REGISTRY"
          docker buildx build --platform linux/arm64 --provenance=false \\
            --sbom=false --tag "$REGISTRY/$name:$GITHUB_SHA" --push .

      - name: Deploy it
        working-directory: infra
        run: |
          name=$(jq -r .context.name cdk.json)
          deno task cdk deploy "$name-function" --exclusively \\
            --require-approval never -c imageTag="$GITHUB_SHA"
`,
".gitignore": `/bootstrap
/dist/
node_modules/
cdk.out/
/bootstrap.zip
/.toukon_build/
/dead_letters/
`,
"Dockerfile": `# Two images can be built from this file:
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
# "Which form to take", in docs/build.md of @toukon/lambda.

# Compiling is done on the architecture of the machine that builds, for the one
# that is asked for: nothing is emulated.
FROM --platform=$BUILDPLATFORM denoland/deno:2.9.6 AS builder
WORKDIR /src

# The program that Deno compiles into is downloaded here, so that the layer
# changes with the version of Deno only. TARGETARCH is set by Docker.
ARG TARGETARCH
RUN case "$TARGETARCH" in \\
      arm64) target=aarch64-unknown-linux-gnu ;; \\
      amd64) target=x86_64-unknown-linux-gnu ;; \\
      *) echo "Lambda runs arm64 and amd64, not $TARGETARCH" >&2; exit 1 ;; \\
    esac \\
    && echo "$target" > /target \\
    && echo > /tmp/empty.ts \\
    && deno compile --quiet --target "$target" --output /tmp/empty /tmp/empty.ts \\
    && rm /tmp/empty /tmp/empty.ts

# The dependencies, in a layer that changes with these files only. The star
# makes the lock file optional.
COPY deno.json deno.lock* ./
RUN deno install

COPY . .

# The heap is fitted to the memory that infra/function_stack.ts gives.
FROM builder AS compiler
RUN deno task build --target "$(cat /target)" --memory 512

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
`,
"README.ja.md": `# hello-lambda

_[English](README.md)_

Deno の TypeScript で書いた関数を AWS Lambda
で動かすまで、そして片付けるまでの全手順です。プロジェクトを作り、動かし、テストし、ビルドし、プッシュし、デプロイし、呼び出し、ログ・メトリクス・トレースを見て、更新し、削除します。

\`\`\`text
handler.ts            関数本体。書き換えるのはここ
handler_test.ts       そのテスト
events/               試すためのイベント
deno.json             ハンドラーの指定と、タスク dev・test・build
Dockerfile            Lambda が動かすイメージ
infra/                AWS CDK アプリ。AWS に何を作るか
.github/workflows/    プッシュごとにテストし、main をデプロイする
\`\`\`

このページのコマンドは Toukon Lambda
のテストが取り出して実行しています。ただし、手順 6 から 13 のうち
Docker・AWS・GitHub が必要なものは除きます。

## 必要なもの

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6
  以降。手順 5 まではこれだけで足ります。
- buildx の付いた
  [Docker](https://docs.docker.com/get-started/get-docker/)。手順 6
  から使います。
- AWS アカウントと、サインイン済みの
  [AWS CLI](https://docs.aws.amazon.com/ja_jp/cli/latest/userguide/getting-started-install.html)
  バージョン 2。手順 6 から使います。AWS CDK のインストールは不要です。Deno が
  npm から実行します。

## 費用

手順 1 から 5 は無料です。AWS
でも時間課金のものはありません。呼び出しがなければ、かかるのはイメージとアラームの分、月に約
0.45 USD です。次の前提での例を示します。リージョンは us-east-1、月 100
万回の呼び出しが均等に届き、1 回は arm64・512 MB で 100 ms、ログは 1 回 1 KB、50
MB のイメージが 10 個。

| 項目              | 数え方                                   | USD/月 |
| ----------------- | ---------------------------------------- | -----: |
| Lambda リクエスト | 1,000,000 回、100 万回あたり 0.20        |   0.20 |
| Lambda 実行時間   | 50,000 GB 秒、1 GB 秒あたり 0.0000133334 |   0.67 |
| CloudWatch Logs   | 1 GB、1 GB あたり 0.50、保存 2 週間      |   0.52 |
| X-Ray             | 最大 1,000,000 トレース、100 万あたり 5  |   5.00 |
| アラーム          | 4 個、1 個あたり 0.10                    |   0.40 |
| メトリクス        | 独自のものが 1 個、1 個あたり 0.30       |   0.30 |
| ECR               | 0.5 GB、1 GB あたり 0.10                 |   0.05 |
| SQS デッドレター  | 失敗したものだけ                         |   0.00 |

X-Ray は毎秒最初のリクエストと、残りの 5 % を記録します。そのため、毎秒 1
回に満たない一定の呼び出しはほぼすべて記録され、この表で最も高いのはトレースになります。多くは
AWS
無料利用枠に収まります。料金はリージョンごとに異なり、変わります。数字に頼る前に
[Lambda](https://aws.amazon.com/jp/lambda/pricing/)、[CloudWatch](https://aws.amazon.com/jp/cloudwatch/pricing/)、[X-Ray](https://aws.amazon.com/jp/xray/pricing/)、[ECR](https://aws.amazon.com/jp/ecr/pricing/)、[SQS](https://aws.amazon.com/jp/sqs/pricing/)
の料金ページを確かめ、[予算](https://aws.amazon.com/jp/aws-cost-management/aws-budgets/)の通知を設定してください。

## 1. プロジェクトを作る

\`--yes\` を付けなければ、何が欲しいかを尋ねます。オプションの一覧は \`--help\`
で見られます。

\`\`\`sh
deno run -A jsr:@toukon/lambda/create hello-lambda --yes --readme both
cd hello-lambda
\`\`\`

関数の名前 \`hello-lambda\` は \`infra/cdk.json\`
に一度だけ書いてあります。変えるときは、以下のコマンドの名前も変えてください。

**つまずきやすい点。**
同じ名前の空でないフォルダーがあると作られません。何かを上書きすることはありません。新しいフォルダーは、ここで（\`--git\`
でも）バージョン管理に入れておきましょう。次の手順で作られる \`deno.lock\`
も一緒に入れると、全員が同じ依存関係を使えます。

## 2. 動かす

\`handler.ts\` は \`handleEvent(event, context)\` をエクスポートし、\`deno.json\`
がそのファイルを指します。配線はこれだけです。

\`\`\`sh
echo '{"action":"hello","name":"Deno"}' | deno task dev
\`\`\`

応答は標準出力の 1 行です。ログは標準エラーに出ます。

\`\`\`text
{"statusCode":200,"body":"{\\"message\\":\\"🔥 こんにちは、Denoさん！\\",\\"request_id\\":\\"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11\\",\\"timestamp\\":\\"2026-01-02T03:04:05.678Z\\"}"}
\`\`\`

ハンドラーには分岐が 3 つあります。ファイルのイベントで 2 つ目を通ります。

\`\`\`sh
deno task dev --event events/api_gateway.json
\`\`\`

\`\`\`text
{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\\"message\\":\\"🔥 API Gateway 経由\\",\\"method\\":\\"GET\\",\\"path\\":\\"/hello\\",\\"request_id\\":\\"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11\\"}"}
\`\`\`

どちらでもないイベントは、そのまま返ってきて、数えられます。ログにメトリクス
\`UnknownEvents\` の行が出ます。

\`\`\`sh
deno task dev --event events/default.json
\`\`\`

\`\`\`text
{"message":"🔥 Toukon Lambda で処理しました","event":{"any":"thing"},"request_id":"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11","timestamp":"2026-01-02T03:04:05.678Z"}
\`\`\`

\`deno task local\` は動き続けます。SDK、AWS CLI、ブラウザーから Lambda
と同じように関数を呼び出せ、変更のたびに起動し直します。

**つまずきやすい点。**

- _終了コード 1_：ハンドラーが失敗しました。エラーは標準エラーに出ています。
- _終了コード 2_：イベントが JSON でないか、ファイルがありません。
- _\`NotCapable: Requires net access\`、または Deno
  が尋ねてくる_：ハンドラーが読めるのはこのフォルダーと環境変数だけです。必要なものは
  \`deno.json\` の \`permissions.dev\` で許可します。

## 3. テストする

\`\`\`sh
deno task test
\`\`\`

ハンドラーはただの関数なので、テストはそれを呼ぶだけです。エミュレーターも AWS
のモックも要りません。

**つまずきやすい点。**
テストには何の権限も与えていません。ファイルやネットワークが必要なテストはそう告げて止まるので、\`deno.json\`
の \`permissions.test\` で許可します。

## 4. ビルドする

\`\`\`sh
deno task build --target aarch64-unknown-linux-gnu
ls -l bootstrap
\`\`\`

ハンドラーを型検査し、依存関係と Deno ごと 1 つのプログラム \`bootstrap\`
にコンパイルします。Lambda の arm64 プロセッサー用です。手順 6 のイメージは
Docker の中で同じことをします。ここでは、うまくいくかどうかを早めに確かめます。

これが既定の形です。もう一つの形はバンドルです。関数を \`dist/\` に書き出し、Deno
を独立したレイヤーに持つイメージに入れます。

\`\`\`sh
deno task build --bundle
ls dist
\`\`\`

[いつどちらを選ぶか](https://github.com/toukon/lambda/blob/main/docs/ja/build.md#どの形を選ぶか)は、一つの表にあります。

**つまずきやすい点。**

- _終了コード 3_：プログラムの土台を Deno
  がダウンロードできませんでした。届かないネットワークでは、手元にある土台のパスを
  \`DENORT_BIN\` に入れるか、\`deno task build --bundle\` を使います。後者は、Deno
  の入ったイメージ向けに関数を \`dist/\` へ書き出します。

## 5. 作られるものを見る

\`infra/\` は AWS CDK のアプリです。自分の \`deno.json\` を持って Deno
で動き、許されているのは自分のフォルダーを読むことと \`cdk.out/\`
に書くことだけです。それを起動してデプロイする CDK
のコマンドは、すべての権限で動きます。

\`\`\`sh
deno task --cwd infra test
deno task --cwd infra cdk synth --quiet -c imageTag=v1
\`\`\`

1 つ目のコマンドはテンプレートを検査し、2 つ目はそれを \`infra/cdk.out/\`
に書き出します。AWS アカウントは要りません。スタックは 2
つあります。関数を作るにはイメージが、イメージをプッシュするにはリポジトリが、先に必要だからです。

- \`hello-lambda-repository\`：イメージのリポジトリ。タグは動かせず、イメージはスキャンされ、新しい
  10 個が残ります。
- \`hello-lambda-function\`：関数（30 秒、512
  MB、arm64）と、そのロール、ロググループ（JSON、2
  週間）、デッドレターキュー（暗号化、2 週間）、X-Ray
  トレース、そしてエラー・スロットル・デッドレター・未知のイベントのアラーム。

ロールに許されているのは、このロググループに書くこと、このキューに送ること、トレースを送ることです。\`*\`
に対する許可は最後の 1 つだけです。X-Ray には名指しできるリソースがありません。

**つまずきやすい点。**

- _最初の実行が遅い_：CDK をダウンロードしています。ディスク上で 215 MB です。
- _"… feature flags are not configured"_：古いプロジェクトに向けた CDK
  の助言です。ここでは関係ありません。
- _"No imageTag in the
  context"_：関数のスタックには、どのイメージかを知らせる必要があります。黙って
  \`latest\` を使うことはありません。

## 6. イメージをプッシュする

ここからは、あなたの AWS
アカウントに物が作られます。リージョンとタグを決めます。

\`\`\`sh
export AWS_REGION=us-east-1
export IMAGE_TAG=v1
\`\`\`

思ったとおりのアカウントにいるか確かめます。

\`\`\`sh
aws sts get-caller-identity
\`\`\`

アカウントとリージョンごとに一度だけ CDK
の準備（バケットといくつかのロール）をし、続けてリポジトリを作ります。

\`\`\`sh
deno task --cwd infra cdk bootstrap
deno task --cwd infra cdk deploy hello-lambda-repository
\`\`\`

イメージをビルドしてプッシュします。

\`\`\`sh
export REPOSITORY=$(aws ecr describe-repositories \\
  --repository-names hello-lambda \\
  --query 'repositories[0].repositoryUri' --output text)
aws ecr get-login-password |
  docker login --username AWS --password-stdin "\${REPOSITORY%%/*}"
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REPOSITORY:$IMAGE_TAG" --push .
\`\`\`

イメージは、シェルのない土台の上のプログラム 1 つで、\`/tmp\`
にしか書けないユーザーが動かします。各行の理由は \`Dockerfile\` に書いてあります。

代わりにバンドルをプッシュするなら、最後のコマンドは、ここでも更新のたびにも次のとおりです。

\`\`\`sh
docker buildx build --target bundled --platform linux/arm64 \\
  --provenance=false --sbom=false --tag "$REPOSITORY:$IMAGE_TAG" --push .
\`\`\`

**費用。** イメージ 1 GB あたり月 0.10 USD。CDK
のバケットに入るのは数キロバイトです。

**つまずきやすい点。**

- _"The image manifest, config or layer media type … is not supported"_（手順
  7）：\`--provenance=false\` なしでビルドしたイメージです。Lambda
  が受け取るのは単一のイメージで、複数をまとめた索引ではありません。
- _"tag … already exists … and cannot be overwritten"_：1
  つのタグは一度しかプッシュできません。新しいタグにします。
- _"no basic auth credentials"_：ログインは 12
  時間有効です。もう一度ログインします。
- _"exec format error" や \`Runtime.InvalidEntrypoint\`_（手順
  8）：関数と違うアーキテクチャ用のイメージです。\`--platform\` とオプション
  \`architecture\` を揃えます。
- _\`cdk bootstrap\`
  が拒否される_：ロールを作るので管理者の権限が要ります。なお、既定ではこれらのロールを使える人はアカウントで何でもできます。\`--cloudformation-execution-policies\`
  で狭められます。

## 7. デプロイする

\`\`\`sh
deno task --cwd infra cdk deploy hello-lambda-function -c imageTag="$IMAGE_TAG"
\`\`\`

CDK
は、これから作られる権限を示して確認を求めます。最後に出力として、関数の名前と
ARN、ロググループ、デッドレターキューを表示します。

**費用。** アラーム 4 個で月 0.40 USD。無料の 10
個に収まっていればかかりません。

**つまずきやすい点。**

- _"Source image … does not
  exist"_：デプロイの前に、同じタグ・同じリージョンでプッシュします。
- _"SSM parameter /cdk-bootstrap/hnb659fds/version not
  found"_：このアカウントとリージョンは準備されていません。手順 6
  を見てください。
- _"/aws/lambda/hello-lambda already
  exists"_：以前の同名の関数がロググループを残しています。それを削除するか、別の名前にします。
- 失敗したスタックは自動で元に戻ります。原因は、一覧の最初のエラーです。

## 8. 呼び出す

\`\`\`sh
aws lambda invoke --function-name hello-lambda \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/hello.json /dev/stdout
\`\`\`

最初の呼び出しが関数を起動し、次からは動いている関数が答えます。イベントソースと同じように、応答を待たずに呼び出すには次のようにします。

\`\`\`sh
aws lambda invoke --function-name hello-lambda --invocation-type Event \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/default.json /dev/stdout
\`\`\`

**費用。** 呼び出しごとに 1 リクエストと、起動を含む実行時間が数えられます。

**つまずきやすい点。**

- _\`"FunctionError": "Unhandled"\`_：ハンドラーが失敗しました。理由は応答にもログにもあります。
- _"Task timed out after 30.00 seconds"_：制限は \`infra/function_stack.ts\`
  にあります。
- 失敗した非同期の呼び出しはあと 2
  回試され、それからデッドレターキューに入ります。手順 9 を見てください。

## 9. ログ・メトリクス・トレースを見る

\`\`\`sh
aws logs tail /aws/lambda/hello-lambda --since 10m
\`\`\`

各行は、時刻・レベル・リクエスト ID・メッセージを持つ JSON
オブジェクトで、項目ごとに検索できます。\`--follow\`
を付けると続きを待ちます。CloudWatch のコンソールの「Logs
Insights」と同じ検索は、次のとおりです。

\`\`\`sh
export QUERY_ID=$(aws logs start-query \\
  --log-group-name /aws/lambda/hello-lambda \\
  --start-time "$(($(date +%s) - 600))" --end-time "$(date +%s)" \\
  --query-string 'fields @timestamp, level, requestId, message, UnknownEvents
    | filter ispresent(level) | sort @timestamp desc | limit 20' \\
  --query queryId --output text)
sleep 5
aws logs get-query-results --query-id "$QUERY_ID"
\`\`\`

手順 8 で応答を待たずに送ったイベントの記録には \`UnknownEvents\`
があります。\`handler.ts\` は知らないイベントを数えます。CloudWatch
はそれをメトリクスにします。

\`\`\`sh
aws cloudwatch get-metric-statistics --namespace hello-lambda \\
  --metric-name UnknownEvents --statistics Sum --period 300 \\
  --start-time "$(($(date +%s) - 3600))" --end-time "$(date +%s)" \\
  --query 'Datapoints[].[Timestamp,Sum]' --output table
\`\`\`

それをアラームが見ています。そのイベントから数分のあいだは \`ALARM\`
の状態になり、ほかは \`OK\` のはずです。

\`\`\`sh
aws cloudwatch describe-alarms --alarm-name-prefix hello-lambda \\
  --query 'MetricAlarms[].[AlarmName,StateValue]' --output table
\`\`\`

直近 10 分のトレースです。

\`\`\`sh
aws xray get-trace-summaries \\
  --start-time "$(($(date +%s) - 600))" --end-time "$(date +%s)" \\
  --filter-expression 'service("hello-lambda")'
\`\`\`

CloudWatch
のコンソールでは、同じものが「トレース」に、地図としては「トレースマップ」に表示されます。挨拶のトレースには、\`handler.ts\`
が \`trace()\` で記録するサブセグメント \`greet\`
があります。最終的に失敗したものと、その理由は次のとおりです。

\`\`\`sh
aws sqs receive-message --message-attribute-names All --queue-url "$(
  aws cloudformation describe-stacks --stack-name hello-lambda-function \\
    --query "Stacks[0].Outputs[?OutputKey=='DeadLetterQueueUrl'].OutputValue" \\
    --output text
)"
\`\`\`

**費用。**
冒頭の表のとおりです。自分で決められるのは、何をログに書くかです。ログとデッドレターは
2 週間で消えます。

**つまずきやすい点。**

- _トレースがない_：現れるまでに 1
  分ほどかかります。すべてのリクエストが記録されるわけでもありません。
- _トレースに \`greet\` がない_：理由はログに一度だけ出ます。"Cannot send spans to
  X-Ray" に続けて、\`deno.json\` の \`permissions.default\`
  に足りないものを告げます。
- _メトリクスがない_：ハンドラーの知らないイベントが最初に来てから、数分で現れます。
- _ログがない_：まだ呼び出していないか、別のリージョンを見ています。
- _誰にも知らせが来ない_：トピックを渡さなければ、アラームは状態を変えるだけです。手順
  12 のオプションを見てください。

## 10. 更新する

\`handler.ts\` を変え、新しいタグを決め、手順 6
のビルド（プログラムかバンドルか、選んだほう）と手順 7
のコマンドを繰り返します。

\`\`\`sh
export IMAGE_TAG=v2
\`\`\`

\`\`\`sh
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REPOSITORY:$IMAGE_TAG" --push .
deno task --cwd infra cdk diff hello-lambda-function -c imageTag="$IMAGE_TAG"
deno task --cwd infra cdk deploy hello-lambda-function -c imageTag="$IMAGE_TAG"
\`\`\`

戻すには、前のタグをデプロイします。新しい 10
個のうちなら、イメージは残っています。

**つまずきやすい点。**

- _古いコードが答える_：タグが同じなので、CloudFormation
  にとっては何も変わっていません。
- _オプションが消えた_：\`-c\` はそのコマンドだけに効きます。続けたいものは
  \`infra/cdk.json\` の \`context\` に書きます。

## 11. GitHub からデプロイする

\`.github/workflows/deploy.yml\` は、プッシュごとにテストし、\`main\`
をデプロイします。GitHub
に鍵は置きません。ジョブは、どのリポジトリのどの環境のものかを OpenID Connect
で証明し、1 時間だけロールを受け取ります。そのロールを作ります。

\`\`\`sh
deno task --cwd infra cdk deploy hello-lambda-github -c github=OWNER/NAME
\`\`\`

\`OWNER/NAME\` は、GitHub のトークンの中でのリポジトリの呼び名です。2026 年 7 月
15
日以降に作られたか改名されたリポジトリでは番号も含みます。次のコマンドで分かります。

\`\`\`sh
gh api repos/OWNER/NAME \\
  --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'
\`\`\`

リージョンと、デプロイが表示したロールをワークフローに教えます。

\`\`\`sh
gh variable set AWS_REGION --body "$AWS_REGION"
gh variable set AWS_DEPLOY_ROLE_ARN --body "arn:aws:iam::…"
\`\`\`

ジョブは環境 \`production\` を使います。Settings の Environments で、ブランチ
\`main\` だけに許し、承認する人を決めておきます。

**費用。** AWS ではかかりません。GitHub
は、非公開リポジトリの実行時間を数えます。

**つまずきやすい点。**

- _"Not authorized to perform sts:AssumeRoleWithWebIdentity"_：\`github\`
  がトークンの内容と違います。上を見てください。
- _"Provider … already exists"_：アカウントが知る GitHub は 1
  つだけです。\`-c githubProviderExists=true\` を加えます。
- _最初のプッシュが失敗する_：手順 6 のリポジトリが先に必要です。

## 12. オプション

\`-c KEY=VALUE\` で渡すか、続けて使うなら \`infra/cdk.json\` の \`context\`
に書きます。

| キー                   | 値                    | はたらき                                                                    |
| ---------------------- | --------------------- | --------------------------------------------------------------------------- |
| \`name\`                 | \`hello-lambda\`        | 関数・リポジトリ・スタックの名前                                            |
| \`imageTag\`             | タグまたは \`sha256:…\` | 関数が動かすイメージ                                                        |
| \`architecture\`         | \`arm64\` か \`x86_64\`   | イメージのアーキテクチャ。\`linux/arm64\` か \`linux/amd64\`                    |
| \`functionUrl\`          | \`true\` か \`buffered\`  | 応答をストリーミングする URL、またはしない URL。呼び出す側は IAM で署名する |
| \`queue\`                | \`true\`                | メッセージをまとめて関数に渡し、失敗したものを渡し直すキュー                |
| \`snapStart\`            | \`true\`                | スナップショットから起動するバージョンを発行し、エイリアス \`live\` で指す    |
| \`alarmTopicArn\`        | トピックの ARN        | アラームの送り先                                                            |
| \`github\`               | \`OWNER/NAME\`          | 手順 11 のスタックを加える                                                  |
| \`githubProviderExists\` | \`true\`                | ID プロバイダーを作らず、アカウントにあるものを使う                         |

ストリーミングする関数 URL
は、応答をそのまま本文として送ります。スターターのハンドラーは API Gateway
の形で答えるので、呼び出した側には \`statusCode\`
が本文の文字として見えます。ストリーミングするハンドラーは、何を送るかを自分で決めます。

\`snapStart\` では \`hello-lambda:live\` を呼び出します。\`hello-lambda\`
だけではスナップショットから起動しません。スナップショットの保存と復元の費用は
Lambda
の料金ページにあります。この関数のように起動の速いものでは、得になるかどうかをまず測ってください。

## 13. 削除する

\`\`\`sh
deno task --cwd infra cdk destroy hello-lambda-function -c imageTag="$IMAGE_TAG"
deno task --cwd infra cdk destroy hello-lambda-repository
deno task --cwd infra cdk destroy hello-lambda-github -c github=OWNER/NAME
\`\`\`

関数とそのログとデッドレター、リポジトリとそのイメージ、そしてロールが消えます。\`cdk bootstrap\`
が作ったものは、同じアカウントとリージョンのすべての CDK
アプリが使うので残ります。スタック \`CDKToolkit\`
で、そのバケットにテンプレートが入っています。ほかにアプリがなくなったら削除します。

手元のフォルダーも消します。

\`\`\`sh
cd ..
rm -r hello-lambda
\`\`\`

**費用。** 費用のかかるものは、バケットの数キロバイトのほかに残りません。

**つまずきやすい点。**

- _"No stacks match the
  name(s)"_：キーがないと、そのスタックは省かれます。値は何でもよいので
  \`-c imageTag\` や \`-c github\` を渡します。
- _リポジトリを先に削除する_：関数はしばらく Lambda
  の持つ写しで動き、やがて失敗します。上の順に行ってください。
`,
"README.md": `# hello-lambda

_[日本語](README.ja.md)_

A function on AWS Lambda in TypeScript under Deno, from an empty folder to
production and back: make the project, run it, test it, build it, push it,
deploy it, invoke it, look at its logs, metrics and traces, update it, remove
it.

\`\`\`text
handler.ts            the function: what you change
handler_test.ts       its test
events/               events to try it with
deno.json             names the handler; the tasks dev, test and build
Dockerfile            the image that Lambda runs
infra/                the AWS CDK app: what is made on AWS
.github/workflows/    tests every push, deploys what is on main
\`\`\`

The tests of Toukon Lambda take the commands out of this page and execute them,
all but those of steps 6 to 13 that need Docker, AWS or GitHub.

## What you need

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6 or
  newer, for everything up to step 5.
- [Docker](https://docs.docker.com/get-started/get-docker/) with buildx, from
  step 6 on.
- An AWS account, and the
  [AWS CLI](https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)
  version 2 signed in to it, from step 6 on. The AWS CDK need not be installed:
  Deno runs it from npm.

## What it costs

Steps 1 to 5 cost nothing. On AWS nothing here is paid by the hour: with no
invocation, the starter costs its images and alarms, some 0.45 USD a month. An
example with these assumptions: region us-east-1, a million invocations a month
spread evenly, each 100 ms at 512 MB on arm64, 1 KB of logs each, ten images of
50 MB.

| What              | How it is counted                       | USD a month |
| ----------------- | --------------------------------------- | ----------: |
| Lambda, requests  | 1,000,000 at 0.20 a million             |        0.20 |
| Lambda, time      | 50,000 GB-seconds at 0.0000133334       |        0.67 |
| CloudWatch Logs   | 1 GB at 0.50, kept for two weeks        |        0.52 |
| X-Ray             | at most 1,000,000 traces at 5 a million |        5.00 |
| Alarms            | 4 at 0.10                               |        0.40 |
| Metric            | 1 of your own at 0.30                   |        0.30 |
| ECR               | 0.5 GB at 0.10                          |        0.05 |
| SQS, dead letters | only what fails                         |        0.00 |

X-Ray records the first request of every second and 5 % of the others, so that
steady traffic of less than one a second is traced nearly whole, and tracing is
the dearest line of the table. The AWS Free Tier covers much of the rest. Prices
differ between regions and change: before you rely on a figure, look at the
pages for [Lambda](https://aws.amazon.com/lambda/pricing/),
[CloudWatch](https://aws.amazon.com/cloudwatch/pricing/),
[X-Ray](https://aws.amazon.com/xray/pricing/),
[ECR](https://aws.amazon.com/ecr/pricing/) and
[SQS](https://aws.amazon.com/sqs/pricing/), and set up a
[budget](https://aws.amazon.com/aws-cost-management/aws-budgets/) that warns
you.

## 1. Make the project

Without \`--yes\` it asks what you want, and \`--help\` lists the options:

\`\`\`sh
deno run -A jsr:@toukon/lambda/create hello-lambda --yes --readme both
cd hello-lambda
\`\`\`

The function's name, \`hello-lambda\`, is said once, in \`infra/cdk.json\`. If you
change it there, change it in the commands below as well.

**What can go wrong.** A folder of that name that is not empty: nothing is ever
overwritten. Do put the new one under version control now, as \`--git\` does:
\`deno.lock\`, which the next step writes, belongs in it, so that everyone gets
the same dependencies.

## 2. Run it

\`handler.ts\` exports \`handleEvent(event, context)\`, and \`deno.json\` names the
file. That is all there is to wire.

\`\`\`sh
echo '{"action":"hello","name":"Deno"}' | deno task dev
\`\`\`

The reply is one line on stdout, and logs go to stderr:

\`\`\`text
{"statusCode":200,"body":"{\\"message\\":\\"🔥 こんにちは、Denoさん！\\",\\"request_id\\":\\"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11\\",\\"timestamp\\":\\"2026-01-02T03:04:05.678Z\\"}"}
\`\`\`

The handler has three branches; an event from a file reaches the second:

\`\`\`sh
deno task dev --event events/api_gateway.json
\`\`\`

\`\`\`text
{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\\"message\\":\\"🔥 API Gateway 経由\\",\\"method\\":\\"GET\\",\\"path\\":\\"/hello\\",\\"request_id\\":\\"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11\\"}"}
\`\`\`

And whatever is neither comes back as it is, and is counted: the log has a line
with the metric \`UnknownEvents\`.

\`\`\`sh
deno task dev --event events/default.json
\`\`\`

\`\`\`text
{"message":"🔥 Toukon Lambda で処理しました","event":{"any":"thing"},"request_id":"local-0d5a4b0e-6ff8-4c2a-9b5e-5f0e6c8f2d11","timestamp":"2026-01-02T03:04:05.678Z"}
\`\`\`

\`deno task local\` goes on: SDKs, the AWS CLI and a browser invoke the function
as on Lambda, and it starts again at each change.

**What can go wrong.**

- _Exit code 1_: the handler has failed; the error is on stderr.
- _Exit code 2_: the event is not JSON, or the file is not there.
- _\`NotCapable: Requires net access\`_, or Deno asks: the handler may read this
  folder and the environment, and nothing else. Grant what it needs in
  \`permissions.dev\` of \`deno.json\`.

## 3. Test it

\`\`\`sh
deno task test
\`\`\`

A handler is a function, so its test calls it: no emulator, no mock of AWS.

**What can go wrong.** The tests are granted no permission at all. One that
needs a file or the network says so, and gets it in \`permissions.test\` of
\`deno.json\`.

## 4. Build it

\`\`\`sh
deno task build --target aarch64-unknown-linux-gnu
ls -l bootstrap
\`\`\`

This type-checks the handler and compiles it, with its dependencies and Deno,
into one program, \`bootstrap\`, for Lambda's arm64 processors. The image of step
6 does the same within Docker; here you see early whether it works.

That is the default form. The other one is a bundle: the function in \`dist/\`,
for an image that has Deno in a layer of its own.

\`\`\`sh
deno task build --bundle
ls dist
\`\`\`

One table says
[when to take which](https://github.com/toukon/lambda/blob/main/docs/build.md#which-form-to-take).

**What can go wrong.**

- _Exit code 3_: Deno could not download the base for the program. On a network
  without access to it, put the path of a base that you have into \`DENORT_BIN\`,
  or use \`deno task build --bundle\`, which writes the function to \`dist/\` for an
  image that has Deno.

## 5. Look at what will be made

\`infra/\` is an app of the AWS CDK. It runs under Deno with its own \`deno.json\`,
and may read its folder, write \`cdk.out/\`, and nothing else. The command line of
the CDK, which starts it and deploys, runs with all permissions.

\`\`\`sh
deno task --cwd infra test
deno task --cwd infra cdk synth --quiet -c imageTag=v1
\`\`\`

The first command checks the templates, and the second writes them to
\`infra/cdk.out/\`, without an AWS account. There are two stacks, since a function
can be created only when its image is there, and an image can be pushed only
when the repository is there:

- \`hello-lambda-repository\`: the image repository. Tags cannot be moved, images
  are scanned, and the newest ten are kept.
- \`hello-lambda-function\`: the function (30 s, 512 MB, arm64), its role, its log
  group (JSON, two weeks), its dead-letter queue (encrypted, two weeks), X-Ray
  tracing, and alarms on errors, throttles, dead letters and unknown events.

The role may write to this log group, send to this queue, and send traces. Only
the last is granted on \`*\`: X-Ray has no resource that could be named.

**What can go wrong.**

- _The first run is slow_: it downloads the CDK, 215 MB on disk.
- _"… feature flags are not configured"_: advice of the CDK to old projects; it
  does not matter here.
- _"No imageTag in the context"_: the stack of the function needs to know which
  image. There is no silent \`latest\`.

## 6. Push an image

From here on things are made in your AWS account. Choose the region and the tag:

\`\`\`sh
export AWS_REGION=us-east-1
export IMAGE_TAG=v1
\`\`\`

See that you are who you think you are:

\`\`\`sh
aws sts get-caller-identity
\`\`\`

Once for an account and region, prepare it for the CDK (a bucket and some
roles), then make the repository:

\`\`\`sh
deno task --cwd infra cdk bootstrap
deno task --cwd infra cdk deploy hello-lambda-repository
\`\`\`

Build the image and push it:

\`\`\`sh
export REPOSITORY=$(aws ecr describe-repositories \\
  --repository-names hello-lambda \\
  --query 'repositories[0].repositoryUri' --output text)
aws ecr get-login-password |
  docker login --username AWS --password-stdin "\${REPOSITORY%%/*}"
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REPOSITORY:$IMAGE_TAG" --push .
\`\`\`

The image is one program on a base with no shell, run by a user who may write
nothing but \`/tmp\`. \`Dockerfile\` says why each line is there.

To push the bundle instead, the last command is this, now and at each update:

\`\`\`sh
docker buildx build --target bundled --platform linux/arm64 \\
  --provenance=false --sbom=false --tag "$REPOSITORY:$IMAGE_TAG" --push .
\`\`\`

**What it costs.** 0.10 USD a month for each GB of images. The bucket of the CDK
holds a few kilobytes.

**What can go wrong.**

- _"The image manifest, config or layer media type … is not supported"_ (in step
  7): the image was built without \`--provenance=false\`. Lambda wants one image,
  not an index of several things.
- _"tag … already exists … and cannot be overwritten"_: a tag is pushed once.
  Take a new one.
- _"no basic auth credentials"_: the login lasts twelve hours. Log in again.
- _"exec format error" or \`Runtime.InvalidEntrypoint\`_ (in step 8): the image
  was built for another architecture than the function has. Keep \`--platform\`
  and the option \`architecture\` alike.
- _\`cdk bootstrap\` is denied_: it makes roles, which takes an administrator.
  Note that by default whoever may use those roles may do anything in the
  account; \`--cloudformation-execution-policies\` narrows that.

## 7. Deploy it

\`\`\`sh
deno task --cwd infra cdk deploy hello-lambda-function -c imageTag="$IMAGE_TAG"
\`\`\`

The CDK shows which permissions will be made and asks. At the end it prints the
outputs: the name and ARN of the function, its log group, and its dead-letter
queue.

**What it costs.** 0.40 USD a month for four alarms, if your account has more
than the ten free ones.

**What can go wrong.**

- _"Source image … does not exist"_: push before you deploy, with the same tag
  and in the same region.
- _"SSM parameter /cdk-bootstrap/hnb659fds/version not found"_: this account and
  region have not been prepared; see step 6.
- _"/aws/lambda/hello-lambda already exists"_: an earlier function of this name
  has left its log group. Delete it, or choose another name.
- The stack rolls back by itself when it fails; the reason is the first error
  that it lists.

## 8. Invoke it

\`\`\`sh
aws lambda invoke --function-name hello-lambda \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/hello.json /dev/stdout
\`\`\`

The first call starts the function, the next ones find it running. Without
waiting for a reply, as an event source would:

\`\`\`sh
aws lambda invoke --function-name hello-lambda --invocation-type Event \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/default.json /dev/stdout
\`\`\`

**What it costs.** Each call counts as a request and for the time it takes, the
start of the function included.

**What can go wrong.**

- _\`"FunctionError": "Unhandled"\`_: the handler has failed, and the reply says
  why. So does the log.
- _"Task timed out after 30.00 seconds"_: the limit is in
  \`infra/function_stack.ts\`.
- An asynchronous call that fails is tried twice more, and then goes to the
  dead-letter queue; see step 9.

## 9. Look at logs, metrics and traces

\`\`\`sh
aws logs tail /aws/lambda/hello-lambda --since 10m
\`\`\`

Every line is a JSON object with the time, the level, the request id and the
message, so that it can be searched by field. \`--follow\` waits for more. The
same search as under "Logs Insights" in the CloudWatch console:

\`\`\`sh
export QUERY_ID=$(aws logs start-query \\
  --log-group-name /aws/lambda/hello-lambda \\
  --start-time "$(($(date +%s) - 600))" --end-time "$(date +%s)" \\
  --query-string 'fields @timestamp, level, requestId, message, UnknownEvents
    | filter ispresent(level) | sort @timestamp desc | limit 20' \\
  --query queryId --output text)
sleep 5
aws logs get-query-results --query-id "$QUERY_ID"
\`\`\`

The record of the event that step 8 has sent without waiting has
\`UnknownEvents\`: \`handler.ts\` counts what it does not know. CloudWatch makes a
metric of that:

\`\`\`sh
aws cloudwatch get-metric-statistics --namespace hello-lambda \\
  --metric-name UnknownEvents --statistics Sum --period 300 \\
  --start-time "$(($(date +%s) - 3600))" --end-time "$(date +%s)" \\
  --query 'Datapoints[].[Timestamp,Sum]' --output table
\`\`\`

An alarm watches it. For some minutes after that event it is in the state
\`ALARM\`; the others should be \`OK\`:

\`\`\`sh
aws cloudwatch describe-alarms --alarm-name-prefix hello-lambda \\
  --query 'MetricAlarms[].[AlarmName,StateValue]' --output table
\`\`\`

The traces of the last ten minutes:

\`\`\`sh
aws xray get-trace-summaries \\
  --start-time "$(($(date +%s) - 600))" --end-time "$(date +%s)" \\
  --filter-expression 'service("hello-lambda")'
\`\`\`

The CloudWatch console shows the same under "Traces", and under "Trace Map" as a
map. A trace of a greeting has the sub-segment \`greet\`, which \`handler.ts\`
records with \`trace()\`. What has failed for good, and why:

\`\`\`sh
aws sqs receive-message --message-attribute-names All --queue-url "$(
  aws cloudformation describe-stacks --stack-name hello-lambda-function \\
    --query "Stacks[0].Outputs[?OutputKey=='DeadLetterQueueUrl'].OutputValue" \\
    --output text
)"
\`\`\`

**What it costs.** See the table at the top; what you log is the part that you
decide. Logs and dead letters are deleted after two weeks.

**What can go wrong.**

- _No traces_: they take up to a minute to appear, and not every request is
  traced.
- _A trace without \`greet\`_: the log says why, once: "Cannot send spans to
  X-Ray", with what is missing in \`permissions.default\` of \`deno.json\`.
- _No metric_: it appears some minutes after the first event that the handler
  does not know.
- _No logs_: the function has not been invoked, or you look at another region.
- _Nobody was told_: an alarm only changes its state unless it is given a topic;
  see the options in step 12.

## 10. Update it

Change \`handler.ts\`, take a new tag, and repeat the build of step 6, that of the
program or that of the bundle, and the command of step 7:

\`\`\`sh
export IMAGE_TAG=v2
\`\`\`

\`\`\`sh
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REPOSITORY:$IMAGE_TAG" --push .
deno task --cwd infra cdk diff hello-lambda-function -c imageTag="$IMAGE_TAG"
deno task --cwd infra cdk deploy hello-lambda-function -c imageTag="$IMAGE_TAG"
\`\`\`

To go back, deploy the old tag; its image is there among the newest ten.

**What can go wrong.**

- _The old code still answers_: the tag is the same, so nothing has changed for
  CloudFormation.
- _An option is gone_: \`-c\` holds for one command. What shall last belongs in
  \`context\` of \`infra/cdk.json\`.

## 11. Deploy from GitHub

\`.github/workflows/deploy.yml\` tests every push and deploys what is on \`main\`.
No key is stored at GitHub: a job proves which repository and environment it
belongs to by OpenID Connect, and is given a role for an hour. Make that role:

\`\`\`sh
deno task --cwd infra cdk deploy hello-lambda-github -c github=OWNER/NAME
\`\`\`

\`OWNER/NAME\` is how GitHub names the repository in its tokens. For repositories
made or renamed since July 15, 2026 that includes their numbers, and this says
it:

\`\`\`sh
gh api repos/OWNER/NAME \\
  --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'
\`\`\`

Tell the workflow the region, and the role that the deployment has printed:

\`\`\`sh
gh variable set AWS_REGION --body "$AWS_REGION"
gh variable set AWS_DEPLOY_ROLE_ARN --body "arn:aws:iam::…"
\`\`\`

The jobs use the environment \`production\`. Under Settings, Environments, allow
it for the branch \`main\` only, and name who must approve.

**What it costs.** Nothing on AWS. GitHub counts minutes for private
repositories.

**What can go wrong.**

- _"Not authorized to perform sts:AssumeRoleWithWebIdentity"_: \`github\` is not
  what the token says. See above.
- _"Provider … already exists"_: an account knows GitHub only once. Add
  \`-c githubProviderExists=true\`.
- _The first run fails to push_: the repository of step 6 must be there.

## 12. Options

Given with \`-c KEY=VALUE\`, or for good in \`context\` of \`infra/cdk.json\`:

| Key                    | Value                | What it does                                                             |
| ---------------------- | -------------------- | ------------------------------------------------------------------------ |
| \`name\`                 | \`hello-lambda\`       | Names the function, the repository and the stacks                        |
| \`imageTag\`             | a tag or \`sha256:…\`  | The image that the function runs                                         |
| \`architecture\`         | \`arm64\` or \`x86_64\`  | What the image was built for: \`linux/arm64\` or \`linux/amd64\`             |
| \`functionUrl\`          | \`true\` or \`buffered\` | A URL with response streaming, or without, for callers who sign with IAM |
| \`queue\`                | \`true\`               | A queue whose messages the function gets in batches, failed ones again   |
| \`snapStart\`            | \`true\`               | Publishes versions, started from a snapshot, behind the alias \`live\`     |
| \`alarmTopicArn\`        | the ARN of a topic   | Where alarms are sent                                                    |
| \`github\`               | \`OWNER/NAME\`         | Adds the stack of step 11                                                |
| \`githubProviderExists\` | \`true\`               | Uses the account's identity provider instead of making one               |

A function URL that streams sends the reply as the body, as it is. The starter's
handler answers in API Gateway's form, so the caller sees \`statusCode\` as text
in the body; a handler that streams decides for itself.

With \`snapStart\`, invoke \`hello-lambda:live\`: \`hello-lambda\` alone is not
started from a snapshot. What keeping and restoring snapshots costs is on
Lambda's pricing page; for a function that starts as fast as this one, measure
first whether it gains anything.

## 13. Remove it

\`\`\`sh
deno task --cwd infra cdk destroy hello-lambda-function -c imageTag="$IMAGE_TAG"
deno task --cwd infra cdk destroy hello-lambda-repository
deno task --cwd infra cdk destroy hello-lambda-github -c github=OWNER/NAME
\`\`\`

This deletes the function with its logs and dead letters, the repository with
its images, and the role. What \`cdk bootstrap\` has made is shared by all CDK
apps of the account and region and stays: the stack \`CDKToolkit\`, whose bucket
holds the templates. Delete it when no other app is left.

And on your machine:

\`\`\`sh
cd ..
rm -r hello-lambda
\`\`\`

**What it costs.** Nothing is left that costs money but those few kilobytes in
the bucket.

**What can go wrong.**

- _"No stacks match the name(s)"_: the stack is left out when its key is
  missing; give \`-c imageTag\` or \`-c github\`, with any value.
- _Destroying the repository first_: the function keeps running for a while from
  Lambda's copy and then fails. Take the order above.
`,
"deno.json": `{
  "imports": {
    "@std/assert": "jsr:@std/assert@^1.0.19",
    "@toukon/lambda": "jsr:@toukon/lambda@^0.1"
  },
  "lambda": {
    "handler": "./handler.ts"
  },
  "tasks": {
    "dev": {
      "description": "Run the handler once, with the event from stdin or --event FILE",
      "command": "deno run --quiet -P=dev @toukon/lambda/dev"
    },
    "local": {
      "description": "Run the function as Lambda would, for SDKs and browsers, again at each change",
      "command": "deno run --quiet -P=local @toukon/lambda/local"
    },
    "event": {
      "description": "Print an event of AWS, named as \\"deno task event list\\" does",
      "command": "deno run --quiet -P=event @toukon/lambda/event"
    },
    "test": {
      "description": "Run the tests",
      "command": "deno test --quiet -P=test"
    },
    "build": {
      "description": "Compile the function into the file bootstrap",
      "command": "deno run --quiet -P=build @toukon/lambda/build"
    },
    "permissions": {
      "description": "Print the least permissions that the handler needs for the given events",
      "command": "deno run --quiet -P=build @toukon/lambda/permissions"
    }
  },
  "permissions": {
    "default": {
      "net": [
        "169.254.0.0/16:2000",
        "0.0.0.0:0"
      ]
    },
    "dev": {
      "read": [
        "."
      ],
      "env": true
    },
    "local": {
      "read": [
        "."
      ],
      "write": [
        "dead_letters"
      ],
      "env": [
        "AWS_*",
        "DENO_DIR",
        "HOME",
        "INIT_CWD",
        "PATH",
        "XDG_CACHE_HOME"
      ],
      "net": [
        "127.0.0.1",
        "localhost"
      ],
      "run": [
        "deno",
        "cat",
        "ps"
      ]
    },
    "event": {
      "read": [
        "."
      ],
      "env": [
        "INIT_CWD"
      ]
    },
    "test": {},
    "build": {
      "read": [
        "."
      ],
      "write": [
        "bootstrap",
        "bootstrap.zip",
        "dist",
        ".toukon_build"
      ],
      "env": [
        "AWS_LAMBDA_LOG_LEVEL",
        "INIT_CWD"
      ],
      "net": [
        "127.0.0.1"
      ],
      "run": [
        "deno"
      ]
    }
  },
  "exclude": [
    "infra/",
    "dist/",
    "dead_letters/"
  ]
}
`,
"events/api_gateway.json": `{ "httpMethod": "GET", "path": "/hello" }
`,
"events/default.json": `{ "any": "thing" }
`,
"events/hello.json": `{ "action": "hello", "name": "Deno" }
`,
"handler.ts": `import type { Context } from "@toukon/lambda";
import * as log from "@toukon/lambda/log";
import * as metrics from "@toukon/lambda/metrics";
import { trace } from "@toukon/lambda/trace";

/** Answers a greeting, a request from API Gateway, or anything else. */
export function handleEvent(event: unknown, context: Context): unknown {
  log.info("🔥 リクエスト受信", { requestId: context.requestId });
  if (isGreeting(event)) return trace("greet", () => greet(event, context));
  if (isApiRequest(event)) return answerApi(event, context);
  metrics.add("UnknownEvents", 1, "Count");
  return {
    message: "🔥 Toukon Lambda で処理しました",
    event,
    request_id: context.requestId,
    timestamp: context.timestamp,
  };
}

interface Greeting {
  action: "hello";
  name: string;
}

interface ApiRequest {
  httpMethod: string;
  path: string;
}

function greet({ name }: Greeting, context: Context) {
  return {
    statusCode: 200,
    body: JSON.stringify({
      message: \`🔥 こんにちは、\${name}さん！\`,
      request_id: context.requestId,
      timestamp: context.timestamp,
    }),
  };
}

function answerApi({ httpMethod, path }: ApiRequest, context: Context) {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      message: "🔥 API Gateway 経由",
      method: httpMethod,
      path,
      request_id: context.requestId,
    }),
  };
}

function isGreeting(event: unknown): event is Greeting {
  return isObject(event) && event.action === "hello" &&
    typeof event.name === "string";
}

function isApiRequest(event: unknown): event is ApiRequest {
  return isObject(event) && typeof event.httpMethod === "string" &&
    typeof event.path === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
`,
"handler_test.ts": `import { assertEquals } from "@std/assert/equals";
import {
  apiGatewayProxyEvent,
  assertSettled,
  createContext,
} from "@toukon/lambda/testing";
import { handleEvent } from "./handler.ts";

const context = createContext({
  requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
  timestamp: new Date("2026-01-02T03:04:05Z"),
});

interface HttpReply {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** A reply in API Gateway's form, its body parsed. */
function parse(reply: unknown) {
  const { body, ...rest } = reply as HttpReply;
  return { ...rest, body: JSON.parse(body) };
}

Deno.test("handleEvent() greets by name", () => {
  const reply = handleEvent({ action: "hello", name: "Deno" }, context);

  assertEquals(parse(reply), {
    statusCode: 200,
    body: {
      message: "🔥 こんにちは、Denoさん！",
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      timestamp: "2026-01-02T03:04:05.000Z",
    },
  });
});

Deno.test("handleEvent() answers a request from API Gateway", () => {
  const reply = handleEvent(apiGatewayProxyEvent({ path: "/hello" }), context);

  assertEquals(parse(reply), {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: {
      message: "🔥 API Gateway 経由",
      method: "GET",
      path: "/hello",
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    },
  });
});

Deno.test("handleEvent() gives any other event back", () => {
  for (const event of [{ any: "thing" }, { action: "hello" }, [1, 2], null]) {
    assertEquals(handleEvent(event, context), {
      message: "🔥 Toukon Lambda で処理しました",
      event,
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      timestamp: context.timestamp,
    });
  }
});

Deno.test("handleEvent() leaves nothing behind when it has replied", async () => {
  await assertSettled(() => handleEvent(apiGatewayProxyEvent(), context));
});
`,
"infra/cdk.json": `{
  "app": "deno task --quiet synth",
  "context": {
    "name": "hello-lambda",
    "cli-telemetry": false
  },
  "notices": false,
  "versionReporting": false
}
`,
"infra/deno.json": `{
  "imports": {
    "aws-cdk-lib": "npm:aws-cdk-lib@2.276.0",
    "constructs": "npm:constructs@10.8.1"
  },
  "nodeModulesDir": "auto",
  "tasks": {
    "cdk": {
      "description": "The AWS CDK command line, such as: deno task cdk diff",
      "command": "deno run --quiet -A npm:aws-cdk@2.1148.1"
    },
    "synth": {
      "description": "Write the templates to cdk.out/ without the command line",
      "command": "deno run --quiet -P=synth main.ts"
    },
    "test": {
      "description": "Check what is in the templates",
      "command": "deno test --quiet -P=synth"
    }
  },
  "permissions": {
    "synth": {
      "env": true,
      "read": ["."],
      "write": ["cdk.out"]
    }
  },
  "exclude": ["cdk.out/"]
}
`,
"infra/deno.lock": `{
  "version": "5",
  "specifiers": {
    "npm:aws-cdk-lib@2.276.0": "2.276.0_constructs@10.8.1",
    "npm:aws-cdk@2.1148.1": "2.1148.1",
    "npm:constructs@10.8.1": "10.8.1"
  },
  "npm": {
    "@aws-cdk/asset-awscli-v1@2.2.292": {
      "integrity": "sha512-d4aMFsAFj19FtxVyw8IzlUKv5Zu4sIvgnEjI2IU6IWBJgVbJ4aFnadANqYa+6MwB1CQbGOg0jh8WE77M+Nb/9A=="
    },
    "@aws-cdk/asset-node-proxy-agent-v6@2.1.3": {
      "integrity": "sha512-98We1QWfin9vtuuQtNFhIIAEWb8CreyYTAP0Vn8HqSBoNiFJM9nZgifJeQawT9Wq0NX1HCNFlxCyTccIrK1PSA=="
    },
    "@aws-cdk/cloud-assembly-schema@55.6.0": {
      "integrity": "sha512-gvgzQtc0ZEcYc8WXMyCfbwJ1xlGWM/X6rG5gEiCSqT8c7e31c4tVQ5nhdgztKJ+E0UL4BCsVN0s/3YP62NJ/yg=="
    },
    "aws-cdk-lib@2.276.0_constructs@10.8.1": {
      "integrity": "sha512-K+yxURPKRDRDgaPazG4PKFmFHM/igg3kGp6tkPJ6vba8FMEo3DtJ/X6WaY5KvcwrkiKj2K7gFRZB6DO5aPYxxg==",
      "dependencies": [
        "@aws-cdk/asset-awscli-v1",
        "@aws-cdk/asset-node-proxy-agent-v6",
        "@aws-cdk/cloud-assembly-schema",
        "constructs"
      ]
    },
    "aws-cdk@2.1148.1": {
      "integrity": "sha512-K3d02L17IwmAuiBWNuX1DzYhKUs9GrKYI7bZnGJfJ1bKz9ymXFxfudBOL3rUb8JAusDNSULiQU2fsJH7kyY2XA==",
      "bin": true
    },
    "constructs@10.8.1": {
      "integrity": "sha512-98yGXYyhePqPYh3cYu8nzBERmAhC0DONe3UD03okK0nehZ7hYP4wgZuf02a04+uOWxnTJ5Rpp5m0GRNpwyLGGA=="
    }
  },
  "workspace": {
    "dependencies": [
      "npm:aws-cdk-lib@2.276.0",
      "npm:constructs@10.8.1"
    ]
  }
}
`,
"infra/function_stack.ts": `import {
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
   * the alias \`live\`.
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
      logGroupName: \`/aws/lambda/\${functionName}\`,
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
    const alarm = metric.createAlarm(stack, \`\${name}Alarm\`, {
      alarmName: \`\${lambda.functionName} \${name}\`,
      threshold: 1,
      evaluationPeriods: 1,
      // No invocation, no data: all is well.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
  }
}
`,
"infra/github_stack.ts": `import {
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
   * The GitHub repository that may deploy, as its tokens name it: \`owner/name\`,
   * or \`owner@id/name@id\` if it was made or renamed since July 15, 2026.
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
      ? \`arn:\${this.partition}:iam::\${this.account}:oidc-provider/\${ISSUER}\`
      : new OidcProviderNative(this, "Provider", {
        url: \`https://\${ISSUER}\`,
        clientIds: ["sts.amazonaws.com"],
      }).oidcProviderArn;

    const role = new Role(this, "DeployRole", {
      assumedBy: new WebIdentityPrincipal(providerArn, {
        StringEquals: {
          [\`\${ISSUER}:aud\`]: "sts.amazonaws.com",
          // Jobs of another environment, and pull requests, have another one.
          [\`\${ISSUER}:sub\`]: \`repo:\${props.repository}:environment:production\`,
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

  /** One of the roles that \`cdk bootstrap\` has made. */
  #bootstrapRoleArn(name: string): string {
    const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    return \`arn:\${this.partition}:iam::\${this.account}:role/\` +
      \`cdk-\${qualifier}-\${name}-role-\${this.account}-\${this.region}\`;
  }
}
`,
"infra/main.ts": `import { App } from "aws-cdk-lib";
import { addStacks } from "./stack.ts";

// Where the CDK command line wants the templates; alone, it is cdk.out/.
const app = new App({ outdir: Deno.env.get("CDK_OUTDIR") ?? "cdk.out" });
addStacks(app);
app.synth();
`,
"infra/repository_stack.ts": `import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
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
      // So that \`cdk destroy\` leaves nothing behind that costs money. Take both
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
`,
"infra/stack.ts": `import type { App } from "aws-cdk-lib";
import { FunctionStack } from "./function_stack.ts";
import { GitHubStack } from "./github_stack.ts";
import { RepositoryStack } from "./repository_stack.ts";

/** What an app was made of. */
export interface Stacks {
  /** Always there. */
  repository: RepositoryStack;
  /** There when the context has \`imageTag\`. */
  function?: FunctionStack;
  /** There when the context has \`github\`. */
  github?: GitHubStack;
}

/**
 * Adds the stacks that the app's context asks for; the context is what
 * \`-c KEY=VALUE\` and \`cdk.json\` say, and README.md lists the keys.
 *
 * @throws {RangeError} If a value is not one of those allowed, naming key and
 * value.
 */
export function addStacks(app: App): Stacks {
  const name = read(app, "name", /^[a-z][a-z0-9-]{1,39}$/) ?? "hello-lambda";
  const stacks: Stacks = {
    repository: new RepositoryStack(app, \`\${name}-repository\`, {
      repositoryName: name,
    }),
  };

  const imageTag = read(app, "imageTag", /^(sha256:)?\\w[\\w.-]{0,127}$/);
  const options = {
    architecture: read(app, "architecture", /^(arm64|x86_64)$/) as
      | "arm64"
      | "x86_64"
      | undefined,
    functionUrl: toUrlForm(read(app, "functionUrl", /^(true|false|buffered)$/)),
    queue: isTrue(app, "queue"),
    snapStart: isTrue(app, "snapStart"),
    alarmTopicArn: read(app, "alarmTopicArn", /^arn:[\\w-]+:sns:/),
  };
  if (imageTag === undefined) {
    console.error(
      "No imageTag in the context: the stack of the function is left out",
    );
  } else {
    stacks.function = new FunctionStack(app, \`\${name}-function\`, {
      functionName: name,
      imageTag,
      ...options,
    });
  }

  // Repositories made since July 2026 prove themselves with their numbers.
  const github = read(app, "github", /^[\\w.-]+(@\\d+)?\\/[\\w.-]+(@\\d+)?$/);
  if (github !== undefined) {
    stacks.github = new GitHubStack(app, \`\${name}-github\`, {
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

/** A value of the context; \`cdk.json\` may hold other types than text. */
function read(app: App, key: string, allowed: RegExp): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined) return undefined;
  if (allowed.test(String(value))) return String(value);
  throw new RangeError(
    \`Cannot use the context "\${key}": expected a match of \${allowed}, found \${
      JSON.stringify(value)
    }\`,
  );
}
`,
"infra/stack_test.ts": `import assert from "node:assert/strict";
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
  assert.equal(found.length, 1, \`found \${found.length} of \${type}\`);
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
        error instanceof RangeError && error.message.includes(\`"\${key}"\`) &&
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
  const digest = \`sha256:\${"0".repeat(64)}\`;
  const template = functionTemplate({ imageTag: digest });

  const [, lambda] = only(template, "AWS::Lambda::Function");
  assert.equal(
    lambda.Code.ImageUri["Fn::Join"][1].at(-1),
    \`/hello-lambda@\${digest}\`,
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
            \`repo:\${github}:environment:production\`,
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
`,
};

/** The files of each kind that stand for those of the starter. */
export const KINDS = {
"batch": {
"events/one_fails.json": `{
  "Records": [
    {
      "messageId": "4b7b5d0e-1111-4222-8333-444455556661",
      "receiptHandle": "handle",
      "body": "{\\"item\\":\\"闘魂\\"}",
      "attributes": {
        "ApproximateReceiveCount": "1"
      },
      "messageAttributes": {},
      "eventSource": "aws:sqs",
      "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
      "awsRegion": "eu-west-1"
    },
    {
      "messageId": "4b7b5d0e-1111-4222-8333-444455556662",
      "receiptHandle": "handle",
      "body": "{\\"item\\":1}",
      "attributes": {
        "ApproximateReceiveCount": "1"
      },
      "messageAttributes": {},
      "eventSource": "aws:sqs",
      "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
      "awsRegion": "eu-west-1"
    }
  ]
}
`,
"events/orders.json": `{
  "Records": [
    {
      "messageId": "4b7b5d0e-1111-4222-8333-444455556661",
      "receiptHandle": "handle",
      "body": "{\\"item\\":\\"闘魂\\"}",
      "attributes": {
        "ApproximateReceiveCount": "1"
      },
      "messageAttributes": {},
      "eventSource": "aws:sqs",
      "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
      "awsRegion": "eu-west-1"
    },
    {
      "messageId": "4b7b5d0e-1111-4222-8333-444455556662",
      "receiptHandle": "handle",
      "body": "{\\"item\\":\\"元気\\"}",
      "attributes": {
        "ApproximateReceiveCount": "1"
      },
      "messageAttributes": {},
      "eventSource": "aws:sqs",
      "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
      "awsRegion": "eu-west-1"
    }
  ]
}
`,
"handler.ts": `import { batch, type SqsRecord } from "@toukon/lambda/batch";
import * as log from "@toukon/lambda/log";

/** Answers with the messages that failed; SQS hands out those again. */
export const handleEvent = batch(takeOrder);

/** Takes one order, and throws where that cannot be done. */
function takeOrder({ body, messageId }: SqsRecord): void {
  const { item } = JSON.parse(body);
  if (typeof item !== "string") {
    throw new TypeError(\`Cannot take order \${messageId}: it has no item\`);
  }
  log.info("🔥 注文を受け付けました", { messageId });
}
`,
"handler_test.ts": `import { assertEquals } from "@std/assert/equals";
import type { Context } from "@toukon/lambda";
import type { SqsRecord } from "@toukon/lambda/batch";
import { handleEvent } from "./handler.ts";

// What the handler uses of a context; Lambda gives more.
const context = {
  getRemainingTimeInMillis: () => 30_000,
  signal: new AbortController().signal,
} as Context;

// What the handler uses of a message; SQS gives more.
function toRecord(body: unknown, index: number): SqsRecord {
  return {
    messageId: \`message-\${index}\`,
    body: JSON.stringify(body),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders",
  } as SqsRecord;
}

Deno.test("handleEvent() takes every order of a batch", async () => {
  const Records = [{ item: "闘魂" }, { item: "元気" }].map(toRecord);

  assertEquals(await handleEvent({ Records }, context), {
    batchItemFailures: [],
  });
});

Deno.test("handleEvent() answers with the order that failed", async () => {
  const Records = [{ item: "闘魂" }, { item: 1 }].map(toRecord);

  assertEquals(await handleEvent({ Records }, context), {
    batchItemFailures: [{ itemIdentifier: "message-1" }],
  });
});
`,
},
"fetch": {
"events/get_hello.json": `{
  "version": "2.0",
  "rawPath": "/hello",
  "rawQueryString": "name=Deno",
  "headers": { "host": "abc.lambda-url.eu-west-1.on.aws" },
  "requestContext": {
    "domainName": "abc.lambda-url.eu-west-1.on.aws",
    "http": { "method": "GET", "path": "/hello", "sourceIp": "203.0.113.7" }
  },
  "isBase64Encoded": false
}
`,
"handler.ts": `/** Answers HTTP requests, on Lambda as under \`deno serve handler.ts\`. */
export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== "GET" || pathname !== "/hello") {
      const message = \`No route for \${request.method} \${pathname}\`;
      return Response.json({ message }, { status: 404 });
    }
    const name = searchParams.get("name") ?? "Deno";
    return Response.json({ message: \`🔥 こんにちは、\${name}さん！\` });
  },
};
`,
"handler_test.ts": `import { assertEquals } from "@std/assert/equals";
import handler from "./handler.ts";

Deno.test("fetch() greets by name", async () => {
  const request = new Request("http://localhost/hello?name=Deno");

  const response = handler.fetch(request);

  assertEquals(response.status, 200);
  assertEquals(await response.json(), {
    message: "🔥 こんにちは、Denoさん！",
  });
});

Deno.test("fetch() answers 404 to what it has no route for", async () => {
  for (
    const [request, message] of [
      [new Request("http://localhost/"), "No route for GET /"],
      [
        new Request("http://localhost/hello", { method: "PUT" }),
        "No route for PUT /hello",
      ],
    ] as const
  ) {
    const response = handler.fetch(request);

    assertEquals(response.status, 404);
    assertEquals(await response.json(), { message });
  }
});
`,
},
"stream": {
"events/countdown.json": `{
  "version": "2.0",
  "rawPath": "/",
  "rawQueryString": "from=2",
  "headers": { "host": "abc.lambda-url.eu-west-1.on.aws" },
  "requestContext": {
    "domainName": "abc.lambda-url.eu-west-1.on.aws",
    "http": { "method": "GET", "path": "/", "sourceIp": "203.0.113.7" }
  },
  "isBase64Encoded": false
}
`,
"handler.ts": `const PAUSE_MS = 100;
const LONGEST_COUNT = 100;

/** Counts down in server-sent events, each sent when it happens. */
export default {
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url);
    const from = Number(searchParams.get("from") ?? 3);
    if (!(from >= 0 && from <= LONGEST_COUNT)) {
      return new Response(\`from must be from 0 to \${LONGEST_COUNT}\`, {
        status: 400,
      });
    }
    const events = ReadableStream.from(countDown(from, request.signal));
    return new Response(events.pipeThrough(new TextEncoderStream()), {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      },
    });
  },
};

/** Stops when the deadline comes near, or nobody reads any longer. */
async function* countDown(
  from: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (let count = from; count > 0 && !signal.aborted; count--) {
    yield \`data: \${JSON.stringify({ count })}\\n\\n\`;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  yield "event: end\\ndata: 闘魂\\n\\n";
}
`,
"handler_test.ts": `import { assertEquals } from "@std/assert/equals";
import handler from "./handler.ts";

Deno.test("fetch() sends each count when it comes to it", async () => {
  const request = new Request("http://localhost/?from=2");

  const response = handler.fetch(request);

  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const chunks = await Array.fromAsync(
    response.body!.pipeThrough(new TextDecoderStream()),
  );
  assertEquals(chunks, [
    'data: {"count":2}\\n\\n',
    'data: {"count":1}\\n\\n',
    "event: end\\ndata: 闘魂\\n\\n",
  ]);
});

Deno.test("fetch() answers 400 to what is no count", async () => {
  const request = new Request("http://localhost/?from=many");

  const response = handler.fetch(request);

  assertEquals(response.status, 400);
  assertEquals(await response.text(), "from must be from 0 to 100");
});
`,
},
};

/** The parts of READMEs that stand for those of the starter's. */
export const READMES = {
"en": {
"after.md": `## 7. Invoke it

\`\`\`sh
aws lambda invoke --function-name hello-lambda \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/hello.json /dev/stdout
\`\`\`

**What can go wrong.** _\`"FunctionError": "Unhandled"\`_: the handler has failed,
and the reply says why. So does the log.

## 8. Look at its log

\`\`\`sh
aws logs tail /aws/lambda/hello-lambda --since 10m
\`\`\`

## 9. Update it
`,
"build_image.md": `## 4. Build it

\`\`\`sh
deno task build --target aarch64
ls -l bootstrap
\`\`\`

This type-checks the handler and compiles it, with its dependencies and Deno,
into one program, \`bootstrap\`, for Lambda's arm64 processors. The image of the
next step does the same within Docker; here you see early whether it works.

That is the default form. The other one is a bundle: the function in \`dist/\`,
for an image that has Deno in a layer of its own.

\`\`\`sh
deno task build --bundle
ls dist
\`\`\`

One table says
[when to take which](https://github.com/toukon/lambda/blob/main/docs/build.md#which-form-to-take).

**What can go wrong.**

- _Exit code 3_: Deno could not download the base for the program. On a network
  without access to it, put the path of a base that you have into \`DENORT_BIN\`,
  or use \`deno task build --bundle\`, which writes the function to \`dist/\` for an
  image that has Deno.
`,
"build_zip.md": `## 4. Build it

\`\`\`sh
deno task build --target aarch64 --memory 512 --zip
ls -l bootstrap.zip
\`\`\`

This type-checks the handler and compiles it, with its dependencies and Deno,
into one program for Lambda's arm64 processors, its heap fitted to 512 MB, and
packs that into \`bootstrap.zip\`.

**What can go wrong.**

- _Exit code 3_: Deno could not download the base for the program. On a network
  without access to it, put the path of a base that you have into \`DENORT_BIN\`.
`,
"cdk_batch.md": `The stack has a queue too, as the key \`queue\` in \`infra/cdk.json\` says. What is
sent to it comes to the function:

\`\`\`sh
aws sqs send-message --message-body '{"item":"闘魂"}' --queue-url "$(
  aws cloudformation describe-stacks --stack-name hello-lambda-function \\
    --query "Stacks[0].Outputs[?OutputKey=='QueueUrl'].OutputValue" \\
    --output text
)"
\`\`\`
`,
"cdk_fetch.md": `The stack has a function URL too, for callers who sign their requests with IAM:
its replies are sent whole, as the key \`functionUrl\` in \`infra/cdk.json\` says.
With credentials in the environment, \`curl\` signs:

\`\`\`sh
export FUNCTION_URL=$(aws cloudformation describe-stacks \\
  --stack-name hello-lambda-function \\
  --query "Stacks[0].Outputs[?OutputKey=='FunctionUrl'].OutputValue" \\
  --output text)
curl --aws-sigv4 "aws:amz:$AWS_REGION:lambda" \\
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  --header "x-amz-security-token: $AWS_SESSION_TOKEN" \\
  "$FUNCTION_URLhello?name=Deno"
\`\`\`
`,
"cdk_stream.md": `The stack has a function URL too, for callers who sign their requests with IAM:
its replies are streamed, as the key \`functionUrl\` in \`infra/cdk.json\` says.
With credentials in the environment, \`curl\` signs:

\`\`\`sh
export FUNCTION_URL=$(aws cloudformation describe-stacks \\
  --stack-name hello-lambda-function \\
  --query "Stacks[0].Outputs[?OutputKey=='FunctionUrl'].OutputValue" \\
  --output text)
curl --no-buffer --aws-sigv4 "aws:amz:$AWS_REGION:lambda" \\
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  --header "x-amz-security-token: $AWS_SESSION_TOKEN" \\
  "$FUNCTION_URL?from=5"
\`\`\`
`,
"connect_batch.md": `## 6. Give it a queue

Make the queue, and one for what has failed five times, let the role read from
it, and hand its messages to the function:

\`\`\`sh
export ARN=arn:aws:sqs:$AWS_REGION:$ACCOUNT:hello-lambda
aws sqs create-queue --queue-name hello-lambda-failed
aws sqs create-queue --queue-name hello-lambda --attributes '{
  "VisibilityTimeout": "180",
  "RedrivePolicy": "{\\"deadLetterTargetArn\\":\\"'"$ARN"'-failed\\",\\"maxReceiveCount\\":\\"5\\"}"
}'
aws iam put-role-policy --role-name hello-lambda --policy-name queue \\
  --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes"
      ],
      "Resource": "'"$ARN"'"
    }]
  }'
aws lambda create-event-source-mapping --function-name hello-lambda \\
  --event-source-arn "$ARN" --function-response-types ReportBatchItemFailures
\`\`\`

**What can go wrong.** _Failed messages are gone_: without
\`ReportBatchItemFailures\` Lambda takes every answer for a success.

Before the last step, take it away again:

\`\`\`sh
aws lambda delete-event-source-mapping --uuid "$(
  aws lambda list-event-source-mappings --function-name hello-lambda \\
    --query 'EventSourceMappings[0].UUID' --output text
)"
aws iam delete-role-policy --role-name hello-lambda --policy-name queue
for queue in hello-lambda hello-lambda-failed; do
  aws sqs delete-queue --queue-url "$(
    aws sqs get-queue-url --queue-name "$queue" --query QueueUrl --output text
  )"
done
\`\`\`
`,
"connect_fetch.md": `## 6. Give it a URL

\`\`\`sh
aws lambda create-function-url-config --function-name hello-lambda \\
  --auth-type AWS_IAM
\`\`\`

Callers sign their requests with IAM, as \`curl\` does with
\`--aws-sigv4 "aws:amz:$AWS_REGION:lambda"\`.

**What can go wrong.** _403 Forbidden_: the request is not signed, or by someone
who may not \`lambda:InvokeFunctionUrl\` and \`lambda:InvokeFunction\`.
`,
"connect_stream.md": `## 6. Give it a URL

\`\`\`sh
aws lambda create-function-url-config --function-name hello-lambda \\
  --auth-type AWS_IAM --invoke-mode RESPONSE_STREAM
\`\`\`

Callers sign their requests with IAM, as \`curl\` does with
\`--aws-sigv4 "aws:amz:$AWS_REGION:lambda"\`.

**What can go wrong.**

- _403 Forbidden_: the request is not signed, or by someone who may not
  \`lambda:InvokeFunctionUrl\` and \`lambda:InvokeFunction\`.
- _The body begins with a line of JSON_: the URL is not in the mode
  \`RESPONSE_STREAM\`, while \`deno.json\` says that it is.
`,
"deploy.md": `## 5. Deploy it

Once, make the role that the function runs as. It may write to its own log
group, and nothing else:

\`\`\`sh
export AWS_REGION=us-east-1
export ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
aws logs create-log-group --log-group-name /aws/lambda/hello-lambda
aws iam create-role --role-name hello-lambda \\
  --assume-role-policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Principal": { "Service": "lambda.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }]
  }'
aws iam put-role-policy --role-name hello-lambda --policy-name logs \\
  --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": "arn:aws:logs:'"$AWS_REGION:$ACCOUNT"':log-group:/aws/lambda/hello-lambda:*"
    }]
  }'
\`\`\`
`,
"deploy_image.md": `Make the image repository, build the image and push it:

\`\`\`sh
aws ecr create-repository --repository-name hello-lambda \\
  --image-tag-mutability IMMUTABLE
export REGISTRY=$ACCOUNT.dkr.ecr.$AWS_REGION.amazonaws.com
export IMAGE_TAG=v1
aws ecr get-login-password |
  docker login --username AWS --password-stdin "$REGISTRY"
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REGISTRY/hello-lambda:$IMAGE_TAG" --push .
\`\`\`

That is the compiled program. For the bundle add \`--target bundled\` to the
\`docker buildx build\`, now and at each update. Then make the function of it:

\`\`\`sh
aws lambda create-function --function-name hello-lambda \\
  --package-type Image --code "ImageUri=$REGISTRY/hello-lambda:$IMAGE_TAG" \\
  --architectures arm64 --timeout 30 --memory-size 512 \\
  --logging-config LogFormat=JSON \\
  --role "arn:aws:iam::$ACCOUNT:role/hello-lambda"
\`\`\`

**What it costs.** Nothing by the hour: requests, the time that they take, what
is logged, and 0.10 USD a month for each GB of images. See the pages for
[Lambda](https://aws.amazon.com/lambda/pricing/),
[CloudWatch](https://aws.amazon.com/cloudwatch/pricing/) and
[ECR](https://aws.amazon.com/ecr/pricing/).

**What can go wrong.**

- _"The role defined for the function cannot be assumed by Lambda"_: a new role
  takes some seconds. Try again.
- _"The image manifest, config or layer media type … is not supported"_: the
  image was built without \`--provenance=false\`. Lambda wants one image, not an
  index of several things.
- _"tag … already exists … and cannot be overwritten"_: a tag is pushed once.
  Take a new one.
`,
"deploy_zip.md": `Then make the function of the zip:

\`\`\`sh
aws lambda create-function --function-name hello-lambda \\
  --runtime provided.al2023 --handler bootstrap --architectures arm64 \\
  --zip-file fileb://bootstrap.zip --timeout 30 --memory-size 512 \\
  --logging-config LogFormat=JSON \\
  --role "arn:aws:iam::$ACCOUNT:role/hello-lambda"
\`\`\`

**What it costs.** Nothing by the hour: requests, the time that they take, and
what is logged. See the pages for
[Lambda](https://aws.amazon.com/lambda/pricing/) and
[CloudWatch](https://aws.amazon.com/cloudwatch/pricing/).

**What can go wrong.**

- _"The role defined for the function cannot be assumed by Lambda"_: a new role
  takes some seconds. Try again.
- _"Request must be smaller than …"_: a zip of more than 50 MB goes through S3,
  with \`--code S3Bucket=…,S3Key=…\` in place of \`--zip-file\`.
`,
"make.md": `## 1. Make the project

This was done by:

\`\`\`sh
deno run -A jsr:@toukon/lambda/create hello-lambda --yes
cd hello-lambda
\`\`\`

Put \`deno.lock\`, which the next step writes, under version control too, so that
everyone gets the same dependencies.
`,
"run_batch.md": `## 2. Run it

\`handler.ts\` is written for one message of an SQS queue; \`batch()\` makes the
handler of it, and \`deno.json\` names the file.

\`\`\`sh
deno task dev --event events/orders.json
\`\`\`

The reply names the messages that failed, here none:

\`\`\`text
{"batchItemFailures":[]}
\`\`\`

Where one fails, that one alone is handed out again:

\`\`\`sh
deno task dev --event events/one_fails.json
\`\`\`

\`\`\`text
{"batchItemFailures":[{"itemIdentifier":"4b7b5d0e-1111-4222-8333-444455556662"}]}
\`\`\`

**What can go wrong.**

- _Exit code 1_: every message has failed; the errors are on stderr.
- _Exit code 2_: the event is not JSON, or the file is not there.
- _\`NotCapable: Requires net access\`_: the handler may read this folder and the
  environment, and nothing else. Grant what it needs in \`permissions.dev\` of
  \`deno.json\`, and for Lambda in \`permissions.default\`.
`,
"run_fetch.md": `## 2. Run it

\`handler.ts\` exports an object with \`fetch\`, and \`deno.json\` names the file.
Lambda's events of function URLs and API Gateway become requests, and responses
become replies:

\`\`\`sh
deno task dev --event events/get_hello.json
\`\`\`

\`\`\`text
{"statusCode":200,"body":"{\\"message\\":\\"🔥 こんにちは、Denoさん！\\"}","isBase64Encoded":false,"headers":{"content-type":"application/json"}}
\`\`\`

To answer your browser instead, on port 8000 of this machine:

\`\`\`sh
deno serve --host 127.0.0.1 handler.ts
\`\`\`

**What can go wrong.**

- _Exit code 1_: the handler has failed; the error is on stderr.
- _Exit code 2_: the event is not JSON, or the file is not there.
- _\`NotCapable: Requires net access\`_: the handler may read this folder and the
  environment, and nothing else. Grant what it needs in \`permissions.dev\` of
  \`deno.json\`, and for Lambda in \`permissions.default\`.
`,
"run_stream.md": `## 2. Run it

\`handler.ts\` exports an object with \`fetch\`, and \`deno.json\` names the file, and
says with \`invokeMode\` that the body of a response is sent while it is made:

\`\`\`sh
deno task dev --event events/countdown.json
\`\`\`

The first line has status and headers, and after it comes the body, bit by bit:

\`\`\`text
{"statusCode":200,"headers":{"cache-control":"no-store","content-type":"text/event-stream"},"cookies":[]}
data: {"count":2}

data: {"count":1}

event: end
data: 闘魂
\`\`\`

To answer your browser instead, on port 8000 of this machine:

\`\`\`sh
deno serve --host 127.0.0.1 handler.ts
\`\`\`

**What can go wrong.**

- _Exit code 1_: the handler has failed; the error is on stderr.
- _Exit code 2_: the event is not JSON, or the file is not there.
- _\`NotCapable: Requires net access\`_: the handler may read this folder and the
  environment, and nothing else. Grant what it needs in \`permissions.dev\` of
  \`deno.json\`, and for Lambda in \`permissions.default\`.
`,
"start_image.md": `# hello-lambda

_[日本語](README.ja.md)_

A function on AWS Lambda in TypeScript under Deno.

\`\`\`text
handler.ts            the function: what you change
handler_test.ts       its test
events/               events to try it with
deno.json             names the handler; the tasks dev, test and build
Dockerfile            the image that Lambda runs
\`\`\`

## What you need

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6 or
  newer.
- To deploy it, [Docker](https://docs.docker.com/get-started/get-docker/) with
  buildx, an AWS account, and the
  [AWS CLI](https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)
  version 2 signed in to it.
`,
"start_zip.md": `# hello-lambda

_[日本語](README.ja.md)_

A function on AWS Lambda in TypeScript under Deno.

\`\`\`text
handler.ts            the function: what you change
handler_test.ts       its test
events/               events to try it with
deno.json             names the handler; the tasks dev, test and build
\`\`\`

## What you need

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6 or
  newer.
- To deploy it, an AWS account, and the
  [AWS CLI](https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)
  version 2 signed in to it.
`,
"update_image.md": `Change \`handler.ts\`, take a new tag, and:

\`\`\`sh
export IMAGE_TAG=v2
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REGISTRY/hello-lambda:$IMAGE_TAG" --push .
aws lambda update-function-code --function-name hello-lambda \\
  --image-uri "$REGISTRY/hello-lambda:$IMAGE_TAG"
\`\`\`

## 10. Remove it

\`\`\`sh
aws lambda delete-function --function-name hello-lambda
aws ecr delete-repository --repository-name hello-lambda --force
aws logs delete-log-group --log-group-name /aws/lambda/hello-lambda
aws iam delete-role-policy --role-name hello-lambda --policy-name logs
aws iam delete-role --role-name hello-lambda
\`\`\`
`,
"update_zip.md": `Change \`handler.ts\`, repeat step 4, and then:

\`\`\`sh
aws lambda update-function-code --function-name hello-lambda \\
  --zip-file fileb://bootstrap.zip
\`\`\`

## 10. Remove it

\`\`\`sh
aws lambda delete-function --function-name hello-lambda
aws logs delete-log-group --log-group-name /aws/lambda/hello-lambda
aws iam delete-role-policy --role-name hello-lambda --policy-name logs
aws iam delete-role --role-name hello-lambda
\`\`\`
`,
},
"ja": {
"after.md": `## 7. 呼び出す

\`\`\`sh
aws lambda invoke --function-name hello-lambda \\
  --cli-binary-format raw-in-base64-out \\
  --payload file://events/hello.json /dev/stdout
\`\`\`

**つまずきやすい点。**
_\`"FunctionError": "Unhandled"\`_：ハンドラーが失敗しました。理由は応答にもログにもあります。

## 8. ログを見る

\`\`\`sh
aws logs tail /aws/lambda/hello-lambda --since 10m
\`\`\`

## 9. 更新する
`,
"build_image.md": `## 4. ビルドする

\`\`\`sh
deno task build --target aarch64
ls -l bootstrap
\`\`\`

ハンドラーを型検査し、依存関係と Deno ごと 1 つのプログラム \`bootstrap\`
にコンパイルします。Lambda の arm64 プロセッサー用です。次の手順のイメージは
Docker の中で同じことをします。ここでは、うまくいくかどうかを早めに確かめます。

これが既定の形です。もう一つの形はバンドルです。関数を \`dist/\` に書き出し、Deno
を独立したレイヤーに持つイメージに入れます。

\`\`\`sh
deno task build --bundle
ls dist
\`\`\`

[いつどちらを選ぶか](https://github.com/toukon/lambda/blob/main/docs/ja/build.md#どの形を選ぶか)は、一つの表にあります。

**つまずきやすい点。**

- _終了コード 3_：プログラムの土台を Deno
  がダウンロードできませんでした。届かないネットワークでは、手元にある土台のパスを
  \`DENORT_BIN\` に入れるか、\`deno task build --bundle\` を使います。後者は、Deno
  の入ったイメージ向けに関数を \`dist/\` へ書き出します。
`,
"build_zip.md": `## 4. ビルドする

\`\`\`sh
deno task build --target aarch64 --memory 512 --zip
ls -l bootstrap.zip
\`\`\`

ハンドラーを型検査し、依存関係と Deno ごと 1
つのプログラムにコンパイルして、\`bootstrap.zip\` に入れます。Lambda の arm64
プロセッサー用で、ヒープは 512 MB に合わせてあります。

**つまずきやすい点。**

- _終了コード 3_：プログラムの土台を Deno
  がダウンロードできませんでした。届かないネットワークでは、手元にある土台のパスを
  \`DENORT_BIN\` に入れます。
`,
"cdk_batch.md": `\`infra/cdk.json\` のキー \`queue\`
のとおり、スタックにはキューもあります。そこへ送ったものが関数に届きます。

\`\`\`sh
aws sqs send-message --message-body '{"item":"闘魂"}' --queue-url "$(
  aws cloudformation describe-stacks --stack-name hello-lambda-function \\
    --query "Stacks[0].Outputs[?OutputKey=='QueueUrl'].OutputValue" \\
    --output text
)"
\`\`\`
`,
"cdk_fetch.md": `スタックには、IAM で署名するリクエストに答える関数 URL
もあります。\`infra/cdk.json\` のキー \`functionUrl\`
のとおり、応答はまとめて送られます。環境変数に認証情報があれば、\`curl\`
が署名します。

\`\`\`sh
export FUNCTION_URL=$(aws cloudformation describe-stacks \\
  --stack-name hello-lambda-function \\
  --query "Stacks[0].Outputs[?OutputKey=='FunctionUrl'].OutputValue" \\
  --output text)
curl --aws-sigv4 "aws:amz:$AWS_REGION:lambda" \\
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  --header "x-amz-security-token: $AWS_SESSION_TOKEN" \\
  "$FUNCTION_URLhello?name=Deno"
\`\`\`
`,
"cdk_stream.md": `スタックには、IAM で署名するリクエストに答える関数 URL
もあります。\`infra/cdk.json\` のキー \`functionUrl\`
のとおり、応答はストリーミングされます。環境変数に認証情報があれば、\`curl\`
が署名します。

\`\`\`sh
export FUNCTION_URL=$(aws cloudformation describe-stacks \\
  --stack-name hello-lambda-function \\
  --query "Stacks[0].Outputs[?OutputKey=='FunctionUrl'].OutputValue" \\
  --output text)
curl --no-buffer --aws-sigv4 "aws:amz:$AWS_REGION:lambda" \\
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  --header "x-amz-security-token: $AWS_SESSION_TOKEN" \\
  "$FUNCTION_URL?from=5"
\`\`\`
`,
"connect_batch.md": `## 6. キューをつなぐ

キューと、5
回失敗したもののためのキューを作り、ロールに読むことを許し、メッセージを関数に渡します。

\`\`\`sh
export ARN=arn:aws:sqs:$AWS_REGION:$ACCOUNT:hello-lambda
aws sqs create-queue --queue-name hello-lambda-failed
aws sqs create-queue --queue-name hello-lambda --attributes '{
  "VisibilityTimeout": "180",
  "RedrivePolicy": "{\\"deadLetterTargetArn\\":\\"'"$ARN"'-failed\\",\\"maxReceiveCount\\":\\"5\\"}"
}'
aws iam put-role-policy --role-name hello-lambda --policy-name queue \\
  --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes"
      ],
      "Resource": "'"$ARN"'"
    }]
  }'
aws lambda create-event-source-mapping --function-name hello-lambda \\
  --event-source-arn "$ARN" --function-response-types ReportBatchItemFailures
\`\`\`

**つまずきやすい点。** _失敗したメッセージが消える_：\`ReportBatchItemFailures\`
がないと、Lambda はどの応答も成功とみなします。

最後の手順の前に、次のコマンドで片付けます。

\`\`\`sh
aws lambda delete-event-source-mapping --uuid "$(
  aws lambda list-event-source-mappings --function-name hello-lambda \\
    --query 'EventSourceMappings[0].UUID' --output text
)"
aws iam delete-role-policy --role-name hello-lambda --policy-name queue
for queue in hello-lambda hello-lambda-failed; do
  aws sqs delete-queue --queue-url "$(
    aws sqs get-queue-url --queue-name "$queue" --query QueueUrl --output text
  )"
done
\`\`\`
`,
"connect_fetch.md": `## 6. URL を付ける

\`\`\`sh
aws lambda create-function-url-config --function-name hello-lambda \\
  --auth-type AWS_IAM
\`\`\`

呼び出す側はリクエストに IAM で署名します。\`curl\` なら
\`--aws-sigv4 "aws:amz:$AWS_REGION:lambda"\` です。

**つまずきやすい点。** _403 Forbidden_：署名がないか、署名した人に
\`lambda:InvokeFunctionUrl\` と \`lambda:InvokeFunction\` が許されていません。
`,
"connect_stream.md": `## 6. URL を付ける

\`\`\`sh
aws lambda create-function-url-config --function-name hello-lambda \\
  --auth-type AWS_IAM --invoke-mode RESPONSE_STREAM
\`\`\`

呼び出す側はリクエストに IAM で署名します。\`curl\` なら
\`--aws-sigv4 "aws:amz:$AWS_REGION:lambda"\` です。

**つまずきやすい点。**

- _403 Forbidden_：署名がないか、署名した人に \`lambda:InvokeFunctionUrl\` と
  \`lambda:InvokeFunction\` が許されていません。
- _本文が JSON の行で始まる_：\`deno.json\` は \`RESPONSE_STREAM\`
  と言っているのに、URL がそのモードになっていません。
`,
"deploy.md": `## 5. デプロイする

一度だけ、関数が使うロールを作ります。許されているのは、自分のロググループに書くことだけです。

\`\`\`sh
export AWS_REGION=us-east-1
export ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
aws logs create-log-group --log-group-name /aws/lambda/hello-lambda
aws iam create-role --role-name hello-lambda \\
  --assume-role-policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Principal": { "Service": "lambda.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }]
  }'
aws iam put-role-policy --role-name hello-lambda --policy-name logs \\
  --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": "arn:aws:logs:'"$AWS_REGION:$ACCOUNT"':log-group:/aws/lambda/hello-lambda:*"
    }]
  }'
\`\`\`
`,
"deploy_image.md": `イメージのリポジトリを作り、イメージをビルドしてプッシュします。

\`\`\`sh
aws ecr create-repository --repository-name hello-lambda \\
  --image-tag-mutability IMMUTABLE
export REGISTRY=$ACCOUNT.dkr.ecr.$AWS_REGION.amazonaws.com
export IMAGE_TAG=v1
aws ecr get-login-password |
  docker login --username AWS --password-stdin "$REGISTRY"
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REGISTRY/hello-lambda:$IMAGE_TAG" --push .
\`\`\`

これはコンパイルしたプログラムです。バンドルなら、ここでも更新のたびにも
\`docker buildx build\` に \`--target bundled\`
を加えます。続けて、そこから関数を作ります。

\`\`\`sh
aws lambda create-function --function-name hello-lambda \\
  --package-type Image --code "ImageUri=$REGISTRY/hello-lambda:$IMAGE_TAG" \\
  --architectures arm64 --timeout 30 --memory-size 512 \\
  --logging-config LogFormat=JSON \\
  --role "arn:aws:iam::$ACCOUNT:role/hello-lambda"
\`\`\`

**費用。**
時間課金のものはありません。リクエスト、実行時間、ログの分と、イメージ 1 GB
あたり月 0.10 USD
がかかります。[Lambda](https://aws.amazon.com/jp/lambda/pricing/)、[CloudWatch](https://aws.amazon.com/jp/cloudwatch/pricing/)、[ECR](https://aws.amazon.com/jp/ecr/pricing/)の料金ページを見てください。

**つまずきやすい点。**

- _"The role defined for the function cannot be assumed by
  Lambda"_：新しいロールは使えるようになるまで数秒かかります。もう一度試します。
- _"The image manifest, config or layer media type … is not
  supported"_：\`--provenance=false\` なしでビルドしたイメージです。Lambda
  が受け取るのは単一のイメージで、複数をまとめた索引ではありません。
- _"tag … already exists … and cannot be overwritten"_：1
  つのタグは一度しかプッシュできません。新しいタグにします。
`,
"deploy_zip.md": `続けて、zip から関数を作ります。

\`\`\`sh
aws lambda create-function --function-name hello-lambda \\
  --runtime provided.al2023 --handler bootstrap --architectures arm64 \\
  --zip-file fileb://bootstrap.zip --timeout 30 --memory-size 512 \\
  --logging-config LogFormat=JSON \\
  --role "arn:aws:iam::$ACCOUNT:role/hello-lambda"
\`\`\`

**費用。**
時間課金のものはありません。リクエスト、実行時間、ログの分がかかります。[Lambda](https://aws.amazon.com/jp/lambda/pricing/)、[CloudWatch](https://aws.amazon.com/jp/cloudwatch/pricing/)の料金ページを見てください。

**つまずきやすい点。**

- _"The role defined for the function cannot be assumed by
  Lambda"_：新しいロールは使えるようになるまで数秒かかります。もう一度試します。
- _"Request must be smaller than …"_：50 MB を超える zip は S3
  を通します。\`--zip-file\` の代わりに \`--code S3Bucket=…,S3Key=…\` を使います。
`,
"make.md": `## 1. プロジェクトを作る

このプロジェクトは次のコマンドで作られました。

\`\`\`sh
deno run -A jsr:@toukon/lambda/create hello-lambda --yes
cd hello-lambda
\`\`\`

次の手順で作られる \`deno.lock\`
も一緒にバージョン管理に入れると、全員が同じ依存関係を使えます。
`,
"run_batch.md": `## 2. 動かす

\`handler.ts\` には SQS キューのメッセージ 1 件分の処理を書きます。\`batch()\`
がそれをハンドラーにし、\`deno.json\` がそのファイルを指します。

\`\`\`sh
deno task dev --event events/orders.json
\`\`\`

応答は失敗したメッセージの一覧です。ここでは 1 件もありません。

\`\`\`text
{"batchItemFailures":[]}
\`\`\`

1 件が失敗すると、その 1 件だけがもう一度渡されます。

\`\`\`sh
deno task dev --event events/one_fails.json
\`\`\`

\`\`\`text
{"batchItemFailures":[{"itemIdentifier":"4b7b5d0e-1111-4222-8333-444455556662"}]}
\`\`\`

**つまずきやすい点。**

- _終了コード
  1_：すべてのメッセージが失敗しました。エラーは標準エラーに出ています。
- _終了コード 2_：イベントが JSON でないか、ファイルがありません。
- _\`NotCapable: Requires net access\`_：ハンドラーが読めるのはこのフォルダーと環境変数だけです。必要なものは
  \`deno.json\` の \`permissions.dev\` で、Lambda のためには \`permissions.default\`
  で許可します。
`,
"run_fetch.md": `## 2. 動かす

\`handler.ts\` は \`fetch\` を持つオブジェクトをエクスポートし、\`deno.json\`
がそのファイルを指します。関数 URL や API Gateway
のイベントはリクエストになり、レスポンスは応答になります。

\`\`\`sh
deno task dev --event events/get_hello.json
\`\`\`

\`\`\`text
{"statusCode":200,"body":"{\\"message\\":\\"🔥 こんにちは、Denoさん！\\"}","isBase64Encoded":false,"headers":{"content-type":"application/json"}}
\`\`\`

ブラウザーに答えるには次のようにします。このマシンのポート 8000 で待ち受けます。

\`\`\`sh
deno serve --host 127.0.0.1 handler.ts
\`\`\`

**つまずきやすい点。**

- _終了コード 1_：ハンドラーが失敗しました。エラーは標準エラーに出ています。
- _終了コード 2_：イベントが JSON でないか、ファイルがありません。
- _\`NotCapable: Requires net access\`_：ハンドラーが読めるのはこのフォルダーと環境変数だけです。必要なものは
  \`deno.json\` の \`permissions.dev\` で、Lambda のためには \`permissions.default\`
  で許可します。
`,
"run_stream.md": `## 2. 動かす

\`handler.ts\` は \`fetch\` を持つオブジェクトをエクスポートし、\`deno.json\`
がそのファイルを指します。レスポンスの本文を作りながら送ることは、\`deno.json\` の
\`invokeMode\` が決めています。

\`\`\`sh
deno task dev --event events/countdown.json
\`\`\`

最初の行がステータスとヘッダーで、そのあとに本文が少しずつ続きます。

\`\`\`text
{"statusCode":200,"headers":{"cache-control":"no-store","content-type":"text/event-stream"},"cookies":[]}
data: {"count":2}

data: {"count":1}

event: end
data: 闘魂
\`\`\`

ブラウザーに答えるには次のようにします。このマシンのポート 8000 で待ち受けます。

\`\`\`sh
deno serve --host 127.0.0.1 handler.ts
\`\`\`

**つまずきやすい点。**

- _終了コード 1_：ハンドラーが失敗しました。エラーは標準エラーに出ています。
- _終了コード 2_：イベントが JSON でないか、ファイルがありません。
- _\`NotCapable: Requires net access\`_：ハンドラーが読めるのはこのフォルダーと環境変数だけです。必要なものは
  \`deno.json\` の \`permissions.dev\` で、Lambda のためには \`permissions.default\`
  で許可します。
`,
"start_image.md": `# hello-lambda

_[English](README.md)_

Deno の TypeScript で書いた、AWS Lambda の関数です。

\`\`\`text
handler.ts            関数本体。書き換えるのはここ
handler_test.ts       そのテスト
events/               試すためのイベント
deno.json             ハンドラーの指定と、タスク dev・test・build
Dockerfile            Lambda が動かすイメージ
\`\`\`

## 必要なもの

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6
  以降。
- デプロイには、buildx の付いた
  [Docker](https://docs.docker.com/get-started/get-docker/)、AWS
  アカウントと、サインイン済みの
  [AWS CLI](https://docs.aws.amazon.com/ja_jp/cli/latest/userguide/getting-started-install.html)
  バージョン 2。
`,
"start_zip.md": `# hello-lambda

_[English](README.md)_

Deno の TypeScript で書いた、AWS Lambda の関数です。

\`\`\`text
handler.ts            関数本体。書き換えるのはここ
handler_test.ts       そのテスト
events/               試すためのイベント
deno.json             ハンドラーの指定と、タスク dev・test・build
\`\`\`

## 必要なもの

- [Deno](https://docs.deno.com/runtime/getting_started/installation/) 2.9.6
  以降。
- デプロイには、AWS アカウントと、サインイン済みの
  [AWS CLI](https://docs.aws.amazon.com/ja_jp/cli/latest/userguide/getting-started-install.html)
  バージョン 2。
`,
"update_image.md": `\`handler.ts\` を変え、新しいタグを決めて、次のコマンドを実行します。

\`\`\`sh
export IMAGE_TAG=v2
docker buildx build --platform linux/arm64 --provenance=false --sbom=false \\
  --tag "$REGISTRY/hello-lambda:$IMAGE_TAG" --push .
aws lambda update-function-code --function-name hello-lambda \\
  --image-uri "$REGISTRY/hello-lambda:$IMAGE_TAG"
\`\`\`

## 10. 削除する

\`\`\`sh
aws lambda delete-function --function-name hello-lambda
aws ecr delete-repository --repository-name hello-lambda --force
aws logs delete-log-group --log-group-name /aws/lambda/hello-lambda
aws iam delete-role-policy --role-name hello-lambda --policy-name logs
aws iam delete-role --role-name hello-lambda
\`\`\`
`,
"update_zip.md": `\`handler.ts\` を変え、手順 4 を繰り返してから、次のコマンドを実行します。

\`\`\`sh
aws lambda update-function-code --function-name hello-lambda \\
  --zip-file fileb://bootstrap.zip
\`\`\`

## 10. 削除する

\`\`\`sh
aws lambda delete-function --function-name hello-lambda
aws logs delete-log-group --log-group-name /aws/lambda/hello-lambda
aws iam delete-role-policy --role-name hello-lambda --policy-name logs
aws iam delete-role --role-name hello-lambda
\`\`\`
`,
},
};

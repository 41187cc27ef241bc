// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import { createHash, createHmac } from "node:crypto";
import { signRequest } from "../../../runtime/dead_letter/sigv4.ts";

// The requests and signatures below are those that AWS publishes: its
// Signature Version 4 test suite, and the walk-through of IAM ListUsers.
// https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATE = new Date("2015-08-30T12:36:00Z");

interface Vector {
  method: string;
  target: string;
  headers?: Record<string, string>;
  body?: string;
  sessionToken?: string;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Signs a request of AWS's test suite, and gives its `Authorization`. */
async function authorize(vector: Vector): Promise<string> {
  const headers = await signRequest({
    method: vector.method,
    url: new URL("https://example.amazonaws.com" + vector.target),
    headers: vector.headers ?? {},
    body: vector.body ?? "",
  }, {
    credentials: {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: SECRET,
      sessionToken: vector.sessionToken,
    },
    region: "us-east-1",
    service: "service",
    date: DATE,
  });
  return headers.get("authorization")!;
}

function authorization(signedHeaders: string, signature: string): string {
  return "AWS4-HMAC-SHA256 " +
    "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

Deno.test("signRequest() signs get-vanilla of AWS's test suite", async () => {
  assertEquals(
    await authorize({ method: "GET", target: "/" }),
    authorization(
      "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
  );
});

Deno.test("signRequest() signs post-vanilla of AWS's test suite", async () => {
  assertEquals(
    await authorize({ method: "POST", target: "/" }),
    authorization(
      "host;x-amz-date",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
  );
});

Deno.test("signRequest() signs the body of post-x-www-form-urlencoded of AWS's test suite", async () => {
  assertEquals(
    await authorize({
      method: "POST",
      target: "/",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "Param1=value1",
    }),
    authorization(
      "content-type;host;x-amz-date",
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
  );
});

Deno.test("signRequest() signs the session token of post-sts-header-before of AWS's test suite", async () => {
  assertEquals(
    await authorize({
      method: "POST",
      target: "/",
      sessionToken:
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
    }),
    authorization(
      "host;x-amz-date;x-amz-security-token",
      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
  );
});

Deno.test("signRequest() sorts the query of get-vanilla-query-order-key-case of AWS's test suite", async () => {
  assertEquals(
    await authorize({
      method: "GET",
      target: "/?Param2=value2&Param1=value1",
    }),
    authorization(
      "host;x-amz-date",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
  );
});

Deno.test("signRequest() sorts the values of get-vanilla-query-order-value of AWS's test suite", async () => {
  assertEquals(
    await authorize({
      method: "GET",
      target: "/?Param1=value2&Param1=value1",
    }),
    authorization(
      "host;x-amz-date",
      "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ),
  );
});

Deno.test("signRequest() encodes the query of get-vanilla-utf8-query of AWS's test suite", async () => {
  assertEquals(
    await authorize({ method: "GET", target: "/?\u1234=bar" }),
    authorization(
      "host;x-amz-date",
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ),
  );
});

Deno.test("signRequest() collapses the spaces of get-header-value-trim of AWS's test suite", async () => {
  assertEquals(
    await authorize({
      method: "GET",
      target: "/",
      headers: { "My-Header1": " value1", "My-Header2": ' "a   b   c"' },
    }),
    authorization(
      "host;my-header1;my-header2;x-amz-date",
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
  );
});

Deno.test("signRequest() leaves the path of get-unreserved of AWS's test suite as it is", async () => {
  assertEquals(
    await authorize({
      method: "GET",
      target:
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    }),
    authorization(
      "host;x-amz-date",
      "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
  );
});

Deno.test("signRequest() folds the path of get-slashes of AWS's test suite", async () => {
  assertEquals(
    await authorize({ method: "GET", target: "//example//" }),
    authorization(
      "host;x-amz-date",
      "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    ),
  );
});

Deno.test("signRequest() signs the IAM ListUsers request of AWS's walk-through", async () => {
  const headers = await signRequest({
    method: "GET",
    url: new URL(
      "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
    ),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body: "",
  }, {
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET },
    region: "us-east-1",
    service: "iam",
    date: DATE,
  });
  assertEquals(
    headers.get("authorization"),
    "AWS4-HMAC-SHA256 " +
      "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  );
});

Deno.test("signRequest() gives the headers to send, without Host", async () => {
  const headers = await signRequest({
    method: "POST",
    url: new URL("https://sqs.eu-west-1.amazonaws.com/"),
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: "{}",
  }, {
    credentials: {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: SECRET,
      sessionToken: "token",
    },
    region: "eu-west-1",
    service: "sqs",
    date: new Date("2026-01-02T03:04:05.678Z"),
  });
  assertEquals([...headers.keys()], [
    "authorization",
    "content-type",
    "x-amz-date",
    "x-amz-security-token",
  ]);
  assertEquals(headers.get("x-amz-date"), "20260102T030405Z");
  assertEquals(headers.get("x-amz-security-token"), "token");
});

Deno.test("signRequest() signs a plus and an encoded plus of a query alike", async () => {
  const plus = await authorize({ method: "GET", target: "/?a=1+2" });
  const encoded = await authorize({ method: "GET", target: "/?a=1%2B2" });
  const space = await authorize({ method: "GET", target: "/?a=1%202" });
  assertEquals(plus, encoded);
  assertNotEquals(plus, space);
});

Deno.test("signRequest() signs with the keys of AWS's examples", async () => {
  const keys = {
    "20150830":
      "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
    "20120215":
      "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
  };
  for (const [day, key] of Object.entries(keys)) {
    const time = `${day}T000000Z`;
    const scope = `${day}/us-east-1/iam/aws4_request`;
    const canonicalRequest = [
      "GET",
      "/",
      "",
      "host:iam.amazonaws.com",
      `x-amz-date:${time}`,
      "",
      "host;x-amz-date",
      sha256(""),
    ].join("\n");
    const stringToSign = [
      "AWS4-HMAC-SHA256",
      time,
      scope,
      sha256(canonicalRequest),
    ].join("\n");
    const headers = await signRequest({
      method: "GET",
      url: new URL("https://iam.amazonaws.com/"),
      headers: {},
      body: "",
    }, {
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET },
      region: "us-east-1",
      service: "iam",
      date: new Date(day.replace(/^(.{4})(..)(..)$/, "$1-$2-$3")),
    });
    assertEquals(
      headers.get("authorization"),
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, ` +
        "SignedHeaders=host;x-amz-date, " +
        `Signature=${
          createHmac("sha256", Uint8Array.fromHex(key)).update(stringToSign)
            .digest("hex")
        }`,
    );
  }
});

// Copyright 2026 the Toukon Lambda authors. MIT license.

import { REGION, toUuid } from "./facts.ts";

/** Options for {@linkcode cognitoTriggerEvent}. */
export interface CognitoTriggerEventOptions {
  /**
   * What has triggered the function, such as `PostConfirmation_ConfirmSignUp`.
   *
   * @default {"PreSignUp_SignUp"}
   */
  triggerSource?: string;
  /**
   * The name of the user.
   *
   * @default {"antonio"}
   */
  userName?: string;
  /**
   * The attributes of the user.
   *
   * @default {{ email: "antonio@example.com" } and, of a user that is there, sub}
   */
  userAttributes?: Readonly<Record<string, string>>;
}

/** An event of a user pool. The function returns it with its response set. */
export interface CognitoTriggerEvent {
  /** The version of the format. */
  version: string;
  /** What has triggered the function. */
  triggerSource: string;
  /** The region of the user pool. */
  region: string;
  /** The user pool. */
  userPoolId: string;
  /** The name of the user. */
  userName: string;
  /** Who has called Cognito. */
  callerContext: { awsSdkVersion: string; clientId: string };
  /** What Cognito tells of the user. */
  request: Record<string, unknown>;
  /** What the function may set. */
  response: Record<string, unknown>;
}

/** What the triggers of one kind ask and want to be answered. */
interface Trigger {
  /** The sources, after the kind and an underscore. */
  sources: readonly string[];
  request: () => Record<string, unknown>;
  response: () => Record<string, unknown>;
  /** Whether the pool has no such user yet. */
  isNewUser?: boolean;
}

const CHALLENGE = {
  challengeName: "CUSTOM_CHALLENGE",
  challengeResult: true,
  challengeMetadata: "CODE-1001",
};
const TOKEN_SOURCES = [
  "HostedAuth",
  "Authentication",
  "NewPasswordChallenge",
  "AuthenticateDevice",
  "RefreshTokens",
];

const TRIGGERS: Record<string, Trigger> = {
  PreSignUp: {
    sources: ["SignUp", "AdminCreateUser", "ExternalProvider"],
    request: () => ({ validationData: {} }),
    response: () => ({
      autoConfirmUser: false,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    }),
    isNewUser: true,
  },
  PostConfirmation: {
    sources: ["ConfirmSignUp", "ConfirmForgotPassword"],
    request: () => ({}),
    response: () => ({}),
  },
  PreAuthentication: {
    sources: ["Authentication"],
    request: () => ({ validationData: {}, userNotFound: false }),
    response: () => ({}),
  },
  PostAuthentication: {
    sources: ["Authentication"],
    request: () => ({ newDeviceUsed: false }),
    response: () => ({}),
  },
  CustomMessage: {
    sources: [
      "SignUp",
      "AdminCreateUser",
      "ResendCode",
      "ForgotPassword",
      "UpdateUserAttribute",
      "VerifyUserAttribute",
      "Authentication",
    ],
    request: () => ({
      codeParameter: "{####}",
      linkParameter: "{##Click Here##}",
      usernameParameter: null,
    }),
    response: () => ({
      smsMessage: null,
      emailMessage: null,
      emailSubject: null,
    }),
  },
  TokenGeneration: {
    sources: TOKEN_SOURCES,
    request: () => ({
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [] },
    }),
    response: () => ({ claimsOverrideDetails: null }),
  },
  UserMigration: {
    sources: ["Authentication", "ForgotPassword"],
    request: () => ({ password: "correct horse", validationData: {} }),
    response: () => ({
      userAttributes: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
      forceAliasCreation: null,
    }),
    isNewUser: true,
  },
  DefineAuthChallenge: {
    sources: ["Authentication"],
    request: () => ({ session: [{ ...CHALLENGE }], userNotFound: false }),
    response: () => ({
      challengeName: null,
      issueTokens: null,
      failAuthentication: null,
    }),
  },
  CreateAuthChallenge: {
    sources: ["Authentication"],
    request: () => ({
      challengeName: CHALLENGE.challengeName,
      session: [{ ...CHALLENGE }],
      userNotFound: false,
    }),
    response: () => ({
      publicChallengeParameters: null,
      privateChallengeParameters: null,
      challengeMetadata: null,
    }),
  },
  VerifyAuthChallengeResponse: {
    sources: ["Authentication"],
    request: () => ({
      privateChallengeParameters: { code: "1001" },
      challengeAnswer: "1001",
      userNotFound: false,
    }),
    response: () => ({ answerCorrect: null }),
  },
};

/** Every trigger source of a user pool, such as `PreSignUp_SignUp`. */
export const COGNITO_TRIGGER_SOURCES: readonly string[] = Object
  .entries(TRIGGERS)
  .flatMap(([kind, { sources }]) => sources.map((name) => `${kind}_${name}`));

/**
 * Makes the event of a trigger of a Cognito user pool.
 *
 * @param options What has triggered it, and the user.
 * @returns The event, which may be changed.
 * @throws {TypeError} If there is no such trigger.
 *
 * @example Usage
 * ```ts
 * import { cognitoTriggerEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { response } = cognitoTriggerEvent();
 * assertEquals(response.autoConfirmUser, false);
 * ```
 */
export function cognitoTriggerEvent(
  options: CognitoTriggerEventOptions = {},
): CognitoTriggerEvent {
  const { triggerSource = "PreSignUp_SignUp", userName = "antonio" } = options;
  if (!COGNITO_TRIGGER_SOURCES.includes(triggerSource)) {
    throw new TypeError(
      `Cannot make the event: expected one of ${
        COGNITO_TRIGGER_SOURCES.join(", ")
      }, found "${triggerSource}"`,
    );
  }
  const { request, response, isNewUser } =
    TRIGGERS[triggerSource.split("_")[0]];
  const userAttributes = options.userAttributes ?? {
    ...(!isNewUser && { sub: toUuid(0), "cognito:user_status": "CONFIRMED" }),
    email: "antonio@example.com",
  };
  return {
    version: "1",
    triggerSource,
    region: REGION,
    userPoolId: `${REGION}_T0uk0nL4m`,
    userName,
    callerContext: {
      awsSdkVersion: "aws-sdk-unknown-unknown",
      clientId: "4t0uk0nl4mbd4cl13nt0000001",
    },
    request: {
      // A user that is not there has sent no attributes.
      ...(!triggerSource.startsWith("UserMigration_") && {
        userAttributes: { ...userAttributes },
      }),
      ...request(),
      clientMetadata: {},
    },
    response: response(),
  };
}

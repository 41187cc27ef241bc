// Copyright 2026 the Toukon Lambda authors. MIT license.

import { ACCOUNT_ID, type EventOptions, REGION, timeOf } from "./facts.ts";

/** Options for {@linkcode sesEvent}. */
export interface SesEventOptions extends EventOptions {
  /**
   * Who has sent the mail.
   *
   * @default {"antonio@example.com"}
   */
  from?: string;
  /**
   * Who gets the mail.
   *
   * @default {["orders@example.org"]}
   */
  to?: readonly string[];
  /**
   * The subject.
   *
   * @default {"Order A-1001"}
   */
  subject?: string;
}

/** Whether a mail has passed a check. */
export interface SesVerdict {
  /** `PASS`, or what was found instead. */
  status: "PASS" | "FAIL" | "GRAY" | "PROCESSING_FAILED" | "DISABLED";
}

/** A mail that has arrived. */
export interface SesEventRecord {
  /** Always `aws:ses`. */
  eventSource: string;
  /** The version of the format. */
  eventVersion: string;
  /** The mail, without its text, and what was done with it. */
  ses: {
    mail: {
      timestamp: string;
      source: string;
      messageId: string;
      destination: string[];
      headersTruncated: boolean;
      headers: { name: string; value: string }[];
      commonHeaders: {
        returnPath: string;
        from: string[];
        date: string;
        to: string[];
        messageId: string;
        subject: string;
      };
    };
    receipt: {
      timestamp: string;
      processingTimeMillis: number;
      recipients: string[];
      spamVerdict: SesVerdict;
      virusVerdict: SesVerdict;
      spfVerdict: SesVerdict;
      dkimVerdict: SesVerdict;
      dmarcVerdict: SesVerdict;
      action: { type: "Lambda"; functionArn: string; invocationType: string };
    };
  };
}

/** Mails that have arrived. */
export interface SesEvent {
  /** The mail: SES passes on one at a time. */
  Records: SesEventRecord[];
}

/**
 * Makes the event of a mail that Amazon SES has received.
 *
 * @param options The mail. Its text is not in the event.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { sesEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [{ ses }] = sesEvent({ subject: "Hello" }).Records;
 * assertEquals(ses.mail.commonHeaders.subject, "Hello");
 * ```
 */
export function sesEvent(options: SesEventOptions = {}): SesEvent {
  const {
    from = "antonio@example.com",
    to = ["orders@example.org"],
    subject = "Order A-1001",
  } = options;
  const time = timeOf(options);
  const timestamp = time.toISOString();
  const date = time.toUTCString().replace("GMT", "+0000");
  const messageId = `<a-1001.${time.getTime()}@example.com>`;
  const common = {
    returnPath: from,
    from: [from],
    date,
    to: [...to],
    messageId,
    subject,
  };
  const pass = (): SesVerdict => ({ status: "PASS" });
  return {
    Records: [{
      eventSource: "aws:ses",
      eventVersion: "1.0",
      ses: {
        mail: {
          timestamp,
          source: from,
          messageId: "t0uk0n1ambda0000000000000000000000000001",
          destination: [...to],
          headersTruncated: false,
          headers: headersOf(common),
          commonHeaders: common,
        },
        receipt: {
          timestamp,
          processingTimeMillis: 412,
          recipients: [...to],
          spamVerdict: pass(),
          virusVerdict: pass(),
          spfVerdict: pass(),
          dkimVerdict: pass(),
          dmarcVerdict: pass(),
          action: {
            type: "Lambda",
            functionArn:
              `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:orders`,
            invocationType: "Event",
          },
        },
      },
    }],
  };
}

function headersOf(
  { returnPath, from, date, to, messageId, subject }:
    SesEventRecord["ses"]["mail"]["commonHeaders"],
): { name: string; value: string }[] {
  return [
    { name: "Return-Path", value: `<${returnPath}>` },
    { name: "From", value: from.join(", ") },
    { name: "To", value: to.join(", ") },
    { name: "Subject", value: subject },
    { name: "Date", value: date },
    { name: "Message-ID", value: messageId },
    { name: "MIME-Version", value: "1.0" },
    { name: "Content-Type", value: "text/plain; charset=UTF-8" },
  ];
}

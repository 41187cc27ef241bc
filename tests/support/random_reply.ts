// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Makes replies of a server, of which many are broken, as its numbers decide. */
export class RandomReplies {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Gives all that a server sends, as characters that stand for bytes. */
  next(): string {
    if (this.#chance(0.05)) return this.#bytes(this.#below(400));
    let text = this.#reply();
    if (this.#chance(0.1)) text += this.#bytes(1 + this.#below(20));
    if (this.#chance(0.05)) text += this.#reply();
    if (this.#chance(0.35)) return text;
    for (let count = 1 + this.#below(3); count > 0; count--) {
      text = this.#mutate(text);
    }
    return text;
  }

  /** Cuts what arrives into the pieces in which it arrives. */
  cut(text: string): string[] {
    const pieces: string[] = [];
    const most = this.#chance(0.2) ? 1 : 1 + this.#below(text.length + 1);
    for (let at = 0; at < text.length;) {
      const length = 1 + this.#below(most);
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  }

  #reply(): string {
    let text = "";
    while (this.#chance(0.1)) {
      text += `HTTP/1.1 ${this.#of(["100 Continue", "103 Hints", "101 No"])}` +
        `\r\n${this.#chance(0.5) ? "Link: </a>\r\n" : ""}\r\n`;
    }
    const version = this.#chance(0.95) ? "1.1" : this.#of(["1.0", "2.0", "1"]);
    text += `HTTP/${version} ${this.#of(STATUSES)}\r\n`;
    const body = this.#body();
    const lines = [...this.#headers()];
    const isChunked = this.#chance(0.4);
    if (isChunked) lines.push("Transfer-Encoding: chunked");
    if (!isChunked || this.#chance(0.05)) {
      const length = this.#chance(0.9)
        ? body.length
        : this.#below(body.length + 10);
      if (this.#chance(0.95)) lines.push(`Content-Length: ${length}`);
    }
    if (this.#chance(0.1)) lines.push(this.#of(ODD_HEADERS));
    lines.sort(() => this.#random() - 0.5);
    for (const line of lines) text += `${line}\r\n`;
    return `${text}\r\n${isChunked ? this.#chunks(body) : body}`;
  }

  *#headers(): Iterable<string> {
    if (this.#chance(0.8)) yield "Lambda-Runtime-Aws-Request-Id: id-1";
    if (this.#chance(0.5)) yield "content-type:application/json";
    for (let count = this.#below(4); count > 0; count--) {
      yield `X-${this.#below(9)}: \t${this.#of(["", "a", "\xe4\xba\x94 b"])} `;
    }
    if (this.#chance(0.01)) yield `X-Long: ${"x".repeat(this.#below(40_000))}`;
    if (this.#chance(0.01)) {
      for (let count = this.#below(200); count > 0; count--) yield "x: y";
    }
  }

  #body(): string {
    if (this.#chance(0.1)) return "";
    if (this.#chance(0.05)) return this.#bytes(this.#below(70_000));
    return this.#chance(0.7)
      ? `{"number":${this.#below(1e6)}}`
      : this.#bytes(this.#below(300));
  }

  #chunks(body: string): string {
    let text = "";
    for (let at = 0; at < body.length;) {
      const chunk = body.slice(at, at + 1 + this.#below(body.length));
      at += chunk.length;
      const size = chunk.length.toString(16);
      text += `${this.#chance(0.1) ? `00${size.toUpperCase()}` : size}${
        this.#chance(0.1) ? this.#of([";a=b", " ; a", ";", "\t;x"]) : ""
      }\r\n${chunk}\r\n`;
    }
    const trailers = this.#chance(0.2) ? "Trailer-1: a\r\nT: b\r\n" : "";
    return `${text}0\r\n${trailers}\r\n`;
  }

  #mutate(text: string): string {
    const at = this.#below(text.length + 1);
    const to = at + this.#below(8);
    switch (this.#below(7)) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + text.slice(to);
      case 2:
        return text.slice(0, at) + this.#of(ODD_PIECES) + text.slice(at);
      case 3:
        return text.slice(0, at) + this.#of(ODD_PIECES) + text.slice(to);
      case 4:
        return text.slice(0, to) + text.slice(at);
      case 5:
        return text.slice(0, at) + this.#bytes(1) + text.slice(at + 1);
      default:
        return text.replace("\r\n", this.#of(["\n", "\r", "\r\r\n", " \r\n"]));
    }
  }

  #bytes(length: number): string {
    let text = "";
    while (length-- > 0) text += String.fromCharCode(this.#below(256));
    return text;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #of<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)];
  }
}

const STATUSES = [
  "200 OK",
  "200 OK",
  "200 OK",
  "200",
  "200 ",
  "202 Accepted",
  "204 No Content",
  "304 Not Modified",
  "403 Forbidden",
  "500 \xe9",
  "999 Odd",
  "20 Short",
  "2000 Long",
];

const ODD_HEADERS = [
  "Connection: close",
  "connection: keep-alive, Close",
  "Connection: keep-alive",
  "Connection: closed",
  "Content-Length: 5",
  "Content-Length: 5, 5",
  "Content-Length: +5",
  "Content-Length: -1",
  "Content-Length:",
  "Content-Length: 0x5",
  "Content-Length: 99999999999999999999",
  "Content-Length: 9000000",
  "Content-Length : 5",
  "Content-Encoding: gzip",
  "Content-Encoding: identity",
  "Transfer-Encoding: CHUNKED",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding:",
  " folded: line",
  "no colon",
  ": no name",
  "na me: x",
];

const ODD_PIECES = [
  "\r\n",
  "\r",
  "\n",
  "\0",
  ":",
  " ",
  "\t",
  ";",
  "0",
  "0\r\n\r\n",
  "ffffffff",
  "\r\n\r\n",
  "HTTP/1.1 200 OK\r\n",
  "Content-Length: 3\r\n",
  "\x7f",
  "\xff",
];

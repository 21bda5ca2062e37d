// JSON over HTTP, with Node's own fetch.

import { Mismatch } from "./check.js";

/** An answer, whatever its status: a refusal of ABDM is an answer too. */
class Reply {
  constructor(status, headers, bytes) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text() {
    return this.bytes.toString("utf8");
  }

  /** The JSON body. An empty one is `{}`: 202 answers have none. */
  get json() {
    if (this.bytes.length === 0) return {};
    try {
      return JSON.parse(this.text);
    } catch {
      throw new Mismatch(`JSON was expected, and this came: ${this.text.slice(0, 300)}`);
    }
  }
}

/** Sends a call. `body` is anything that JSON can hold, or undefined for a call without a body. */
export async function send(method, url, headers, body) {
  const all = { ...headers };
  if (body !== undefined) all["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
      redirect: "error",
    });
    return new Reply(answer.status, answer.headers, Buffer.from(await answer.arrayBuffer()));
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new Mismatch(`${method} ${url}: no answer came (${reason})`);
  }
}

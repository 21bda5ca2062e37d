// The bridge: where ABDM calls back, and where what came is waited for.

import { createServer } from "node:http";

import { Refused } from "./bearer.js";
import { Mismatch } from "./check.js";

/** One callback. Ids are taken from its headers: those in its body are empty or null. */
class Callback {
  constructor(path, headers, body) {
    this.path = path;
    this.requestId = headers["request-id"];
    this.facility = headers["x-hip-id"] ?? headers["x-hiu-id"];
    this.body = body;
  }

  /** The REQUEST-ID of our call that this answers: `response`, in some places `resp`. */
  get answers() {
    return this.body.response?.requestId ?? this.body.resp?.requestId;
  }

  /** ABDM's error, or undefined. It counts when it has a code. */
  get error() {
    return this.body.error?.code ? this.body.error : undefined;
  }
}

/** A web server for the callbacks of all facilities of one client id. */
export class Bridge {
  static async at(host, verifier) {
    const bridge = new Bridge(verifier);
    await new Promise((listening) => bridge.server.listen(0, host, listening));
    bridge.url = `http://${host}:${bridge.server.address().port}`;
    return bridge;
  }

  constructor(verifier) {
    this.verifier = verifier;
    this.arrived = []; // what nobody has waited for yet
    this.seen = new Set(); // path and REQUEST-ID: ABDM repeats callbacks
    this.refused = 0;
    this.handlers = new Map();
    this.pushes = new Map();
    this.failure = undefined;
    this.work = Promise.resolve(); // one callback is worked on after the other
    this.waiting = new Set();
    this.server = createServer((request, response) => {
      this.take(request)
        .catch(() => 503) // not kept: ABDM is to bring it once more
        .then((status) => response.writeHead(status, { "Content-Length": 0 }).end());
    });
    this.server.unref();
  }

  /** Callbacks at `path` go to `handler`, beside being there to be waited for. */
  on(path, handler) {
    this.handlers.set(path, handler);
  }

  /**
   * Checks a callback, keeps it, and gives the HTTP status. The work comes afterwards: ABDM waits
   * some seconds only, and the HTTP answer is never the business answer.
   */
  async take(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url;
    const push = this.pushes.get(path);
    try {
      // Callbacks come from the gateway; a push comes from a HIP, with its own token.
      await this.verifier.verify(request.headers.authorization, push ? undefined : "gateway");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused += 1;
      this.changed();
      return 401;
    }
    if (path.startsWith("/push/") && !push) return 404; // an address that we never gave out
    let body;
    try {
      body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    } catch {
      return 400;
    }
    const callback = new Callback(path, request.headers, body);
    const key = `${path} ${callback.requestId}`;
    if (callback.requestId && this.seen.has(key)) return 202; // a repeat, without a second effect
    this.seen.add(key);
    this.arrived.push(callback);
    const handler = push ?? this.handlers.get(path);
    if (handler) {
      this.work = this.work.then(() => handler(callback)).catch((error) => {
        this.failure ??= `while working on ${path}: ${error.message}`;
        this.changed();
      });
    }
    this.changed();
    return 202;
  }

  /** Something is new: everybody who waits looks once more. */
  changed() {
    for (const look of [...this.waiting]) look();
  }

  /** Waits for the first callback that fits and that nobody has waited for yet. */
  wait(what, fits, seconds = 60) {
    const find = () => {
      const at = this.arrived.findIndex(fits);
      return at < 0 ? undefined : this.arrived.splice(at, 1)[0];
    };
    return this.until(what, find, seconds);
  }

  /** Waits for the callback at `path` that answers our call `requestId`. */
  waitForAnswer(what, path, requestId, seconds = 60) {
    const fits = (callback) => callback.path === path && callback.answers === requestId;
    return this.wait(what, fits, seconds);
  }

  /** Waits until `find()` gives something. Callbacks do get lost: nothing waits for ever. */
  until(what, find, seconds = 60) {
    return new Promise((resolve, reject) => {
      const finish = (settle, value) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        settle(value);
      };
      const look = () => {
        if (this.failure) return finish(reject, new Mismatch(this.failure));
        const found = find();
        if (found) finish(resolve, found);
      };
      const timer = setTimeout(() => {
        const paths = [...new Set(this.arrived.map((callback) => callback.path))];
        const unread = paths.join(", ") || "nothing";
        const text = `${what} did not come within ${seconds} s; unread: ${unread}`;
        finish(reject, new Mismatch(text));
      }, seconds * 1000);
      this.waiting.add(look);
      look();
    });
  }
}

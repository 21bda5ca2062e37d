// Milestone 3: a clinic asks for a patient's records, receives and reads them.

import { randomUUID } from "node:crypto";

import { expect, expectStatus } from "./check.js";
import { KeyPair, checksum, decrypt, keyMaterial, readKeyMaterial } from "./fidelius.js";
import { DAY, later, timestamp } from "./gateway.js";

const CONSENT = "/api/hiecm/consent/v3/request";
const DATA_FLOW = "/api/hiecm/data-flow/v3/health-information";
// Whatever of these comes says that a consent gives no records any more.
const OVER = /10(61|62|92)|1112/;

/** The clinic. */
export class Hiu {
  constructor(session, bridge, id) {
    this.session = session;
    this.bridge = bridge;
    this.id = id;
    this.headers = { "X-HIU-ID": id };
  }

  // --- consent -------------------------------------------------------------------------------

  /** Asks for consent, for so many seconds. Gives the id of the request. */
  async ask(address, eraseIn = DAY) {
    const consent = {
      // Code and text belong together.
      purpose: { text: "Care Management", code: "CAREMGT", refUri: "www.abdm.gov.in" },
      // Read back to the patient first: another person's address gets the request too.
      patient: { id: address },
      hiu: { id: this.id },
      requester: {
        name: "Dr. Example",
        identifier: { type: "REGNO", value: "MH1001", system: "https://www.nmc.org.in" },
      },
      hiTypes: ["OPConsultation", "Prescription"],
      permission: {
        accessMode: "VIEW",
        dateRange: { from: "2021-01-01T00:00:00.000Z", to: timestamp() },
        dataEraseAt: timestamp(later(eraseIn)),
        frequency: { unit: "HOUR", value: 1, repeats: 0 },
      },
    };
    const reply = await this.session.call("POST", `${CONSENT}/init`, { consent }, this.headers);
    expectStatus(reply, 202, "asking for consent");
    const path = "/api/v3/hiu/consent/request/on-init";
    const answer = await this.answer("the consent request's id", path, reply);
    expect(!answer.error, `the consent request was refused: ${JSON.stringify(answer.error)}`);
    expect(answer.facility === this.id, `the answer came to ${answer.facility}`);
    const id = answer.body.consentRequest?.id;
    expect(id, "the answer has no consent request id");
    return id;
  }

  /** What became of a request: only to show it, or when a notice seems lost. */
  async status(consentRequestId) {
    const body = { consentRequestId };
    const reply = await this.session.call("POST", `${CONSENT}/status`, body, this.headers);
    expectStatus(reply, 202, "asking how a consent request stands");
    const path = "/api/v3/hiu/consent/request/on-status";
    const answer = await this.answer("its state", path, reply);
    return answer.body.consentRequest?.status;
  }

  /** Waits for the patient's decision and acknowledges it. Gives the artefacts' ids. */
  async decision(requestId, status) {
    const path = "/api/v3/hiu/consent/request/notify";
    const fits = (callback) =>
      callback.path === path && callback.body.notification?.consentRequestId === requestId;
    const notice = await this.bridge.wait(`the notice ${status}`, fits);
    const { notification } = notice.body;
    expect(notification.status === status, `${status} was expected, ${notification.status} came`);
    // One artefact for each hospital.
    const artefacts = notification.consentArtefacts ?? [];
    const ids = artefacts.map((artefact) => artefact?.id).filter(Boolean);
    const reply = await this.session.call("POST", `${CONSENT}/hiu/on-notify`, {
      // A list here; the hospital acknowledges with an object.
      acknowledgement: ids.map((consentId) => ({ status: "OK", consentId })),
      response: { requestId: notice.requestId },
    });
    expectStatus(reply, 202, `acknowledging ${status} as the clinic`);
    return ids;
  }

  /** The artefact: what the patient really allowed, which may be less than was asked. */
  async fetch(consentId) {
    const path = "/api/hiecm/consent/v3/fetch";
    const reply = await this.session.call("POST", path, { consentId }, this.headers);
    expectStatus(reply, 202, "fetching the artefact");
    const answer = await this.answer("the artefact", "/api/v3/hiu/consent/on-fetch", reply);
    expect(!answer.error, `no artefact: ${JSON.stringify(answer.error)}`);
    const { status, consentDetail: detail } = answer.body.consent ?? {};
    expect(status === "GRANTED", `the artefact is ${status}`);
    for (const name of ["consentId", "hip", "careContexts", "permission"]) {
      expect(detail?.[name], `the artefact has no ${name}`);
    }
    return detail;
  }

  // --- records -------------------------------------------------------------------------------

  /** Asks for the records of an artefact. Gives the callback that answers. */
  async request(detail, keys, pushPath) {
    const hiRequest = {
      consent: { id: detail.consentId },
      dateRange: detail.permission.dateRange,
      dataPushUrl: this.bridge.url + pushPath,
      keyMaterial: keyMaterial(keys, timestamp(later(2 * DAY)), "raw"),
    };
    const path = `${DATA_FLOW}/request`;
    const reply = await this.session.call("POST", path, { hiRequest }, this.headers);
    expectStatus(reply, 202, "asking for records");
    return this.answer("the transaction", "/api/v3/hiu/health-information/on-request", reply);
  }

  /** Asks for the records of an artefact, opens and reports them: the transaction, and a map. */
  async receive(detail) {
    const keys = KeyPair.fresh(); // for this request and no other
    // The way to the keys is in the address: pages can come before the transaction is known.
    const pushPath = `/push/${randomUUID()}`;
    const pages = [];
    this.bridge.pushes.set(pushPath, (page) => {
      pages.push(page.body);
      this.bridge.changed();
    });
    const answer = await this.request(detail, keys, pushPath);
    expect(!answer.error, `the data request was refused: ${JSON.stringify(answer.error)}`);
    const transactionId = answer.body.hiRequest?.transactionId;
    expect(transactionId, "the data request has no transactionId");

    const wanted = detail.careContexts.map((context) => context.careContextReference);
    // Told by the contexts that came: some hospitals send every page as "0 of 1".
    await this.bridge.until("the records", () => {
      const entries = pages.flatMap((page) => page.entries ?? []);
      const here = new Set(entries.map((entry) => entry.careContextReference));
      return wanted.every((reference) => here.has(reference));
    });
    const documents = new Map();
    for (const page of pages) {
      expect(page.transactionId === transactionId, "a page of another transaction came");
      for (const entry of page.entries) {
        const reference = entry.careContextReference;
        expect(wanted.includes(reference), "a record came that the patient did not allow");
        documents.set(reference, open(entry, keys, page));
      }
    }
    await this.report(detail, transactionId, [...documents.keys()]);
    this.bridge.pushes.delete(pushPath);
    return [transactionId, documents];
  }

  /** Tells ABDM that the records are here. Once: a second report is refused. */
  async report(detail, transactionId, references) {
    const body = {
      notification: {
        consentId: detail.consentId,
        transactionId,
        doneAt: timestamp(),
        notifier: { type: "HIU", id: this.id },
        statusNotification: {
          sessionStatus: "RECEIVED",
          hipId: detail.hip.id,
          statusResponses: references.map((careContextReference) => ({
            careContextReference,
            hiStatus: "OK",
            description: "Received",
          })),
        },
      },
    };
    const reply = await this.session.call("POST", `${DATA_FLOW}/notify`, body);
    expectStatus(reply, [200, 202], "reporting the transfer as the clinic");
    const again = await this.session.call("POST", `${DATA_FLOW}/notify`, body);
    const isKnown = again.status === 400 && again.text.includes("1101");
    expect(isKnown, `a second report was answered with HTTP ${again.status}: ${again.text}`);
  }

  /** A consent that is over gives no records. */
  async expectNoMore(detail) {
    const answer = await this.request(detail, KeyPair.fresh(), `/push/${randomUUID()}`);
    const what = answer.error ? JSON.stringify(answer.error) : "a transaction";
    const isOver = OVER.test(answer.error?.code ?? "");
    expect(isOver, `a consent that is over was answered with ${what}`);
  }

  answer(what, path, reply) {
    return this.bridge.waitForAnswer(what, path, reply.requestId);
  }
}

/** Opens one entry under the keys of its own page. */
function open(entry, keys, page) {
  const document = decrypt(entry.content, keys, ...readKeyMaterial(page.keyMaterial));
  const { checksum: told } = entry;
  expect(told === checksum(document), `the checksum ${told} is another document's`);
  const bundle = JSON.parse(document.toString("utf8"));
  const isDocument = bundle.resourceType === "Bundle" && bundle.type === "document";
  expect(isDocument, "what came is no FHIR document");
  return document;
}

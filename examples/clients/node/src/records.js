// Milestone 2, the answers of the hospital: it gives records to whom the patient allows.

import { randomUUID } from "node:crypto";

import { expectStatus } from "./check.js";
import { checksum, encrypt, keyMaterial, readKeyMaterial, senderKeys } from "./fidelius.js";
import { DAY, later, timestamp } from "./gateway.js";
import { send } from "./http.js";

const DATA_FLOW = "/api/hiecm/data-flow/v3/health-information";

/** An instant of ABDM: any number of digits, `Z` or nothing for UTC. */
const instant = (text) => new Date(`${text.replace(/Z$/, "").slice(0, 23)}Z`);

/** The hospital's documents and consents. */
export class Records {
  constructor(session, bridge, hipId) {
    this.session = session;
    this.bridge = bridge;
    this.hipId = hipId;
    this.documents = new Map(); // care context -> document, ready *before* it is linked
    this.consents = new Map(); // consent id -> status and artefact
    this.reported = []; // consent id and session status of every transfer that is over
    bridge.on("/api/v3/consent/request/hip/notify", (notice) => this.consentChanged(notice));
    bridge.on("/api/v3/hip/health-information/request", (notice) => this.requested(notice));
  }

  /**
   * GRANTED, REVOKED or EXPIRED: kept, and acknowledged each time. Who does not acknowledge is
   * never asked for records.
   */
  async consentChanged(notice) {
    const { consentId, status, consentDetail } = notice.body.notification;
    const known = this.consents.get(consentId);
    // What is over stays over.
    if (known?.status !== "REVOKED" && known?.status !== "EXPIRED") {
      this.consents.set(consentId, { status, detail: consentDetail ?? known?.detail });
      this.bridge.changed();
    }
    const reply = await this.session.call("POST", "/api/hiecm/consent/v3/request/hip/on-notify", {
      acknowledgement: { status: "OK", consentId }, // an object; the HIU acknowledges with a list
      response: { requestId: notice.requestId },
    });
    expectStatus(reply, 202, "acknowledging a consent as the hospital");
  }

  /** Why a request is not served, or undefined. Checked each time, not once at the grant. */
  refusal({ consent, dateRange }) {
    const known = this.consents.get(consent.id);
    if (known?.status !== "GRANTED") {
      return { code: "ABDM-1062", message: "Consent Not granted" };
    }
    const allowed = known.detail.permission;
    if (instant(allowed.dataEraseAt) <= new Date()) {
      return { code: "ABDM-1061", message: "Consent expired" };
    }
    const isWider =
      instant(dateRange.from) < instant(allowed.dateRange.from) ||
      instant(dateRange.to) > instant(allowed.dateRange.to);
    return isWider ? { code: "ABDM-1063", message: "Date Range given is invalid" } : undefined;
  }

  /** Answers a data request, pushes the records, reports. */
  async requested(notice) {
    const { transactionId, hiRequest } = notice.body;
    const error = this.refusal(hiRequest);
    const taken = { hiRequest: { transactionId, sessionStatus: "ACKNOWLEDGED" } };
    const reply = await this.session.call("POST", `${DATA_FLOW}/hip/on-request`, {
      ...(error ? { error } : taken),
      response: { requestId: notice.requestId },
    });
    expectStatus(reply, [200, 202], "answering the data request");
    if (error) return;
    const { careContexts } = this.consents.get(hiRequest.consent.id).detail;
    const wanted = careContexts.map((context) => context.careContextReference);
    const ours = wanted.filter((reference) => this.documents.has(reference));
    const delivered = new Set();
    for (const [index, reference] of ours.entries()) {
      const pages = { pageNumber: index + 1, pageCount: ours.length, transactionId };
      if (await this.push(hiRequest, reference, pages)) delivered.add(reference);
    }
    await this.report(hiRequest.consent.id, transactionId, wanted, delivered);
  }

  /** One document in one page, encrypted under keys of its own. */
  async push(hiRequest, reference, pages) {
    const document = this.documents.get(reference);
    const peer = readKeyMaterial(hiRequest.keyMaterial);
    // Key and IV follow from the key pairs and nonces: used twice, they give documents away.
    const own = senderKeys(peer[0]);
    const body = {
      ...pages,
      entries: [
        {
          content: encrypt(document, own, ...peer),
          media: "application/fhir+json",
          checksum: checksum(document),
          careContextReference: reference,
        },
      ],
      keyMaterial: keyMaterial(own, timestamp(later(DAY)), "x509"),
    };
    const headers = {
      Authorization: `Bearer ${this.session.token}`,
      "REQUEST-ID": randomUUID(),
      TIMESTAMP: timestamp(),
    };
    // Straight to who asked: the record does not pass through ABDM.
    const { status } = await send("POST", hiRequest.dataPushUrl, headers, body);
    return status >= 200 && status < 300;
  }

  async report(consentId, transactionId, wanted, delivered) {
    const sessionStatus = delivered.size > 0 ? "TRANSFERRED" : "FAILED";
    const statusResponses = wanted.map((careContextReference) => ({
      careContextReference,
      hiStatus: delivered.has(careContextReference) ? "DELIVERED" : "ERRORED",
      description: delivered.has(careContextReference) ? "Delivered" : "Not delivered",
    }));
    const reply = await this.session.call("POST", `${DATA_FLOW}/notify`, {
      notification: {
        consentId,
        transactionId,
        doneAt: timestamp(),
        notifier: { type: "HIP", id: this.hipId },
        statusNotification: { sessionStatus, hipId: this.hipId, statusResponses },
      },
    });
    expectStatus(reply, [200, 202], "reporting the transfer as the hospital");
    this.reported.push({ consentId, sessionStatus });
    this.bridge.changed();
  }
}

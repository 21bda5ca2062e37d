// Milestone 1: a person gets an ABHA number and an ABHA address, and proves them.

import { done, expect, expectStatus } from "./check.js";

const ENROLMENT = "/abha/api/v3/enrollment";
const PROFILE = "/abha/api/v3/profile";
const WEB = "/abha/api/v3/phr/web";

/** A registration desk. `key` encrypts for enrolment and profile, `phrKey` for addresses. */
export class Desk {
  constructor(session, sandbox, key, phrKey) {
    this.session = session;
    this.sandbox = sandbox;
    this.key = key;
    this.phrKey = phrKey;
  }

  otpBlock(txnId, otp, key = this.key) {
    return { authMethods: ["otp"], otp: { txnId, otpValue: key.encrypt(otp) } };
  }

  // --- enrolment -----------------------------------------------------------------------------

  /** Enrols by Aadhaar OTP. Gives the ABHA number, dashed, and the transaction. */
  async enrol(aadhaar, mobile) {
    // The person reads the whole consent text and agrees *before* this call is made.
    let reply = await this.session.call("POST", `${ENROLMENT}/request/otp`, {
      txnId: "",
      scope: ["abha-enrol"],
      loginHint: "aadhaar",
      loginId: this.key.encrypt(aadhaar),
      otpSystem: "aadhaar",
    });
    expectStatus(reply, 200, "asking UIDAI for an OTP");
    const { txnId } = reply.json;
    expect(txnId, "the OTP answer has no txnId");

    const otp = await this.sandbox.otp(mobile);
    const wrong = await this.enrolByOtp(txnId, otp === "000000" ? "111111" : "000000", mobile);
    expectStatus(wrong, 422, "enrolling with a wrong OTP");
    const code = wrong.json.error?.code ?? "";
    expect(code.includes("ABDM-1204"), `a wrong OTP is ABDM-1204, and this came: ${wrong.text}`);
    done("M1", "a wrong OTP is refused with UIDAI's own words");

    // Never repeated after a time-out: whether it was carried out is found out by a login.
    reply = await this.enrolByOtp(txnId, otp, mobile);
    expectStatus(reply, 200, "enrolling by Aadhaar OTP");
    const number = reply.json.ABHAProfile?.ABHANumber;
    expect(number?.length === 17, "the enrolment answer has no ABHA number");
    expect(reply.json.isNew === true, `${number} is not new: the sandbox was not empty`);
    expect(reply.json.tokens?.token, "the enrolment answer has no token");
    done("M1", `enrolled: ${number}`);
    return [number, reply.json.txnId];
  }

  enrolByOtp(txnId, otp, mobile) {
    const authData = this.otpBlock(txnId, otp);
    authData.otp.mobile = mobile; // in plain text, alone of all mobile numbers
    const consent = { code: "abha-enrollment", version: "1.4" };
    return this.session.call("POST", `${ENROLMENT}/enrol/byAadhaar`, { authData, consent });
  }

  /** Takes the first ABHA address that ABDM suggests; gives it with its suffix. */
  async chooseAddress(txnId, number) {
    const headers = { Transaction_Id: txnId };
    let path = `${ENROLMENT}/enrol/suggestion`;
    let reply = await this.session.call("GET", path, undefined, headers);
    expectStatus(reply, 200, "asking for ABHA addresses");
    const name = reply.json.abhaAddressList?.[0];
    expect(name, "ABDM suggests no ABHA address");
    path = `${ENROLMENT}/enrol/abha-address`;
    reply = await this.session.call("POST", path, { txnId, abhaAddress: name, preferred: 1 });
    expectStatus(reply, 200, `taking the ABHA address ${name}`);
    const address = reply.json.preferredAbhaAddress;
    expect(address === `${name}@sbx`, `${name} was asked for, and ${address} came`);
    expect(reply.json.healthIdNumber === number, "the address belongs to another number");
    done("M1", `ABHA address: ${address}`);
    return address;
  }

  // --- verification --------------------------------------------------------------------------

  /** Proves an ABHA number by an OTP to its phone. Gives the profile. */
  async verifyNumber(number, mobile) {
    const scope = ["abha-login", "mobile-verify"];
    let reply = await this.session.call("POST", `${PROFILE}/login/request/otp`, {
      scope,
      loginHint: "abha-number",
      // With dashes here. The calls of milestone 2 want the same number without.
      loginId: this.key.encrypt(number),
      otpSystem: "abdm",
    });
    expectStatus(reply, 200, "asking for an OTP to verify the number");
    const authData = this.otpBlock(reply.json.txnId, await this.sandbox.otp(mobile));
    reply = await this.session.call("POST", `${PROFILE}/login/verify`, { scope, authData });
    expectStatus(reply, 200, "verifying the number");
    // A wrong OTP is HTTP 200 too: `authResult` tells.
    expect(reply.json.authResult === "success", `not verified: ${reply.json.message}`);
    // Without a refreshToken it would be a transfer token, which opens no profile.
    expect(reply.json.refreshToken, "the answer has no refreshToken");
    const headers = { "X-token": `Bearer ${reply.json.token}` }; // the word Bearer is needed
    const profile = await this.session.call("GET", `${PROFILE}/account`, undefined, headers);
    expectStatus(profile, 200, "reading the profile");
    expect(profile.json.ABHANumber === number, "the profile is that of another number");
    await this.fetchCard(headers);
    done("M1", "verified by OTP; profile and card fetched");
    return profile.json;
  }

  async fetchCard(headers) {
    const path = `${PROFILE}/account/abha-card`;
    const card = await this.session.call("GET", path, undefined, headers);
    expectStatus(card, [200, 202], "fetching the ABHA card");
    const magic = card.bytes.subarray(0, 3).toString("hex");
    const isImage = ["89504e", "ffd8ff"].includes(magic); // PNG, JPEG
    expect(isImage, `the card is no picture but ${card.headers.get("content-type")}`);
  }

  /** Proves an ABHA address: another family of paths, another key, another kind of token. */
  async verifyAddress(address, mobile) {
    const scope = ["abha-address-login", "mobile-verify"];
    let reply = await this.session.call("POST", `${WEB}/login/abha/request/otp`, {
      scope,
      loginHint: "abha-address",
      loginId: this.phrKey.encrypt(address),
      otpSystem: "abdm",
    });
    expectStatus(reply, 200, "asking for an OTP to verify the address");
    const otp = await this.sandbox.otp(mobile);
    const authData = this.otpBlock(reply.json.txnId, otp, this.phrKey);
    reply = await this.session.call("POST", `${WEB}/login/abha/verify`, { scope, authData });
    expectStatus(reply, 200, "verifying the address");
    expect(reply.json.authResult === "success", `not verified: ${reply.json.message}`);
    const users = (reply.json.users ?? []).map((user) => user.abhaAddress);
    expect(users.includes(address), `${address} was verified, and ${users} came`);
    done("M1", "the ABHA address is verified under its own key");
  }
}

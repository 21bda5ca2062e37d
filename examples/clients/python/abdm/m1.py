"""Milestone 1: a person gets an ABHA number and an ABHA address, and proves them."""

from .check import done, expect, expect_status
from .http import dig

ENROLMENT = "/abha/api/v3/enrollment"
PROFILE = "/abha/api/v3/profile"
WEB = "/abha/api/v3/phr/web"


class Desk:
    """A registration desk. `key` encrypts for enrolment and profile, `phr_key` for addresses."""

    def __init__(self, session, sandbox, key, phr_key):
        self.session = session
        self.sandbox = sandbox
        self.key = key
        self.phr_key = phr_key

    def otp_block(self, transaction, otp, key=None):
        return {
            "authMethods": ["otp"],
            "otp": {"txnId": transaction, "otpValue": (key or self.key).encrypt(otp)},
        }

    # --- enrolment ---------------------------------------------------------------------------

    def enrol(self, aadhaar, mobile):
        """Enrols by Aadhaar OTP. Gives the ABHA number, dashed, and the transaction."""
        # The person reads the whole consent text and agrees *before* this call is made.
        reply = self.session.call(
            "POST",
            f"{ENROLMENT}/request/otp",
            {
                "txnId": "",
                "scope": ["abha-enrol"],
                "loginHint": "aadhaar",
                "loginId": self.key.encrypt(aadhaar),
                "otpSystem": "aadhaar",
            },
        )
        expect_status(reply, 200, "asking UIDAI for an OTP")
        transaction = reply.get("txnId")
        expect(transaction, "the OTP answer has no txnId")

        otp = self.sandbox.otp(mobile)
        wrong = self.enrol_by_otp(transaction, "000000" if otp != "000000" else "111111", mobile)
        expect_status(wrong, 422, "enrolling with a wrong OTP")
        expect(
            "ABDM-1204" in (wrong.get("error", "code") or ""),
            f"a wrong OTP is ABDM-1204, and this came: {wrong.text[:200]}",
        )
        done("M1", "a wrong OTP is refused with UIDAI's own words")

        # Never repeated after a time-out: whether it was carried out is found out by a login.
        reply = self.enrol_by_otp(transaction, otp, mobile)
        expect_status(reply, 200, "enrolling by Aadhaar OTP")
        number = reply.get("ABHAProfile", "ABHANumber")
        expect(number and len(number) == 17, "the enrolment answer has no ABHA number")
        expect(reply.get("isNew") is True, f"{number} is not new: the sandbox was not empty")
        expect(reply.get("tokens", "token"), "the enrolment answer has no token")
        done("M1", f"enrolled: {number}")
        return number, reply.get("txnId")

    def enrol_by_otp(self, transaction, otp, mobile):
        auth = self.otp_block(transaction, otp)
        auth["otp"]["mobile"] = mobile  # in plain text, alone of all mobile numbers
        consent = {"code": "abha-enrollment", "version": "1.4"}
        body = {"authData": auth, "consent": consent}
        return self.session.call("POST", f"{ENROLMENT}/enrol/byAadhaar", body)

    def choose_address(self, transaction, number):
        """Takes the first ABHA address that ABDM suggests; gives it with its suffix."""
        reply = self.session.call(
            "GET", f"{ENROLMENT}/enrol/suggestion", headers={"Transaction_Id": transaction}
        )
        expect_status(reply, 200, "asking for ABHA addresses")
        name = reply.get("abhaAddressList", 0)
        expect(name, "ABDM suggests no ABHA address")
        body = {"txnId": transaction, "abhaAddress": name, "preferred": 1}
        reply = self.session.call("POST", f"{ENROLMENT}/enrol/abha-address", body)
        expect_status(reply, 200, f"taking the ABHA address {name}")
        address = reply.get("preferredAbhaAddress")
        expect(address == f"{name}@sbx", f"{name} was asked for, and {address} came")
        expect(reply.get("healthIdNumber") == number, "the address belongs to another number")
        done("M1", f"ABHA address: {address}")
        return address

    # --- verification ------------------------------------------------------------------------

    def verify_number(self, number, mobile):
        """Proves an ABHA number by an OTP to its phone. Gives the profile."""
        scope = ["abha-login", "mobile-verify"]
        # With dashes here. The calls of milestone 2 want the same number without.
        body = {
            "scope": scope,
            "loginHint": "abha-number",
            "loginId": self.key.encrypt(number),
            "otpSystem": "abdm",
        }
        reply = self.session.call("POST", f"{PROFILE}/login/request/otp", body)
        expect_status(reply, 200, "asking for an OTP to verify the number")
        auth = self.otp_block(reply.get("txnId"), self.sandbox.otp(mobile))
        body = {"scope": scope, "authData": auth}
        reply = self.session.call("POST", f"{PROFILE}/login/verify", body)
        expect_status(reply, 200, "verifying the number")
        # A wrong OTP is HTTP 200 too: `authResult` tells.
        expect(reply.get("authResult") == "success", f"not verified: {reply.get('message')}")
        # Without a refreshToken it would be a transfer token, which opens no profile.
        expect(reply.get("refreshToken"), "the answer has no refreshToken")
        headers = {"X-token": f"Bearer {reply.get('token')}"}  # the word Bearer is needed
        profile = self.session.call("GET", f"{PROFILE}/account", headers=headers)
        expect_status(profile, 200, "reading the profile")
        expect(profile.get("ABHANumber") == number, "the profile is that of another number")
        self.fetch_card(headers)
        done("M1", "verified by OTP; profile and card fetched")
        return profile.json

    def fetch_card(self, headers):
        card = self.session.call("GET", f"{PROFILE}/account/abha-card", headers=headers)
        expect_status(card, (200, 202), "fetching the ABHA card")
        is_image = card.content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1")
        expect(is_image, f"the card is no picture but {card.headers.get('Content-Type')}")

    def verify_address(self, address, mobile):
        """Proves an ABHA address: another family of paths, another key, another kind of token."""
        scope = ["abha-address-login", "mobile-verify"]
        body = {
            "scope": scope,
            "loginHint": "abha-address",
            "loginId": self.phr_key.encrypt(address),
            "otpSystem": "abdm",
        }
        reply = self.session.call("POST", f"{WEB}/login/abha/request/otp", body)
        expect_status(reply, 200, "asking for an OTP to verify the address")
        auth = self.otp_block(reply.get("txnId"), self.sandbox.otp(mobile), self.phr_key)
        body = {"scope": scope, "authData": auth}
        reply = self.session.call("POST", f"{WEB}/login/abha/verify", body)
        expect_status(reply, 200, "verifying the address")
        expect(reply.get("authResult") == "success", f"not verified: {reply.get('message')}")
        users = [dig(user, "abhaAddress") for user in reply.get("users") or []]
        expect(address in users, f"{address} was verified, and {users} came")
        done("M1", "the ABHA address is verified under its own key")

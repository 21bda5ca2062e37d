//! An ABHA number by Aadhaar OTP.

use abdm_core::call::Call;
use abdm_core::headers::TransactionHeaders;
use abdm_core::id::TxnId;
use abdm_core::wire::NoBody;
use abdm_sandbox::{Patient, Sandbox};
use abha_enrollment::api::enrollment::{
    AadhaarEnrolment, AbhaAddressClaim, ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp,
    SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use serde_json::{Value, json};

use crate::lobby::{Lobby, body, person};
use crate::support::{Desk, sandbox, sandbox_with};

/// A registration desk, and somebody without ABHA number before it.
struct Counter {
    lobby: Lobby,
    desk: Desk,
    patient: Patient,
}

impl Counter {
    async fn open(sandbox: &Sandbox) -> Self {
        let lobby = Lobby::open(sandbox).await;
        let desk = lobby.raw.clone();
        Self { lobby, desk, patient: person(sandbox, "Asha Kumari") }
    }

    fn encrypt(&self, text: &str) -> String {
        self.lobby.abha(text)
    }

    fn otp_call(&self, aadhaar: &str) -> Call<RequestEnrolmentOtp> {
        body(json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
            "loginId": self.encrypt(aadhaar), "otpSystem": "aadhaar"}))
    }

    fn enrol_call(&self, txn: &TxnId, otp: &str, mobile: &str) -> Call<EnrolByAadhaar> {
        let enrolment: AadhaarEnrolment = serde_json::from_value(json!({
            "authData": {"authMethods": ["otp"],
                "otp": {"txnId": txn, "otpValue": self.encrypt(otp), "mobile": mobile}},
            "consent": {"code": "abha-enrollment", "version": "1.4"}}))
        .unwrap();
        Call::new(enrolment).headers(Default::default())
    }

    fn aadhaar(&self) -> &str {
        self.patient.aadhaar.as_ref().unwrap().expose()
    }

    async fn request_otp(&self) -> TxnId {
        let call = self.otp_call(self.aadhaar());
        self.desk.send(call).await.unwrap().body.txn_id
    }
}

#[tokio::test]
async fn a_person_is_enrolled_and_claims_an_address() {
    let sandbox = sandbox().await;
    let counter = Counter::open(&sandbox).await;
    let txn = counter.request_otp().await;
    let mobile = counter.patient.mobile.expose().to_owned();
    let otp = sandbox.otp_for(&mobile).unwrap();
    let wrong = if otp.expose() == "111111" { "222222" } else { "111111" };
    let (status, code, message) =
        counter.desk.refused(counter.enrol_call(&txn, wrong, &mobile)).await;
    assert_eq!((status, code.as_str()), (422, "ABDM-1204"));
    assert_eq!(message, "UIDAI Error code : 400 : Invalid Aadhaar OTP value.");

    let call = counter.enrol_call(&txn, otp.expose(), &mobile);
    let reply = serde_json::to_value(counter.desk.send(call).await.unwrap().body).unwrap();
    assert_eq!(reply["isNew"], true);
    assert_eq!(reply["ABHAProfile"]["mobile"], format!("******{}", &mobile[6..]));
    let txn = TxnId::new(reply["txnId"].as_str().unwrap()).unwrap();

    let headers = TransactionHeaders { txn_id: txn.clone() };
    let call = Call::<SuggestAbhaAddresses>::new(NoBody).headers(headers);
    let names = counter.desk.send(call).await.unwrap().body.abha_address_list;
    let claim =
        |name: &str| Call::<ClaimAbhaAddress>::new(AbhaAddressClaim::new(txn.clone(), name));
    let taken = counter.desk.refused(claim("ravi.example")).await;
    assert_eq!(taken.1, "ABDM-1101");
    let claimed = counter.desk.send(claim(names[0].as_str())).await.unwrap().body;
    let address = claimed.preferred_abha_address.unwrap();
    assert_eq!(address.as_str(), "asha.kumari@sbx");
    assert_eq!(sandbox.patient(&address.as_str().parse().unwrap()).unwrap().name, "Asha Kumari");
}

#[tokio::test]
async fn a_second_enrolment_finds_the_account() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let counter = Counter::open(&sandbox).await;
    let mobile = counter.patient.mobile.expose().to_owned();
    let mut numbers = Vec::new();
    for is_new in [true, false] {
        let txn = counter.request_otp().await;
        let call = counter.enrol_call(&txn, "123456", &mobile);
        let reply = serde_json::to_value(counter.desk.send(call).await.unwrap().body).unwrap();
        assert_eq!(reply["isNew"], is_new);
        numbers.push(reply["ABHAProfile"]["ABHANumber"].clone());
    }
    assert_eq!(numbers[0], numbers[1]);
}

#[tokio::test]
async fn another_mobile_is_linked_by_its_own_otp() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let counter = Counter::open(&sandbox).await;
    let txn = counter.request_otp().await;
    let other = "9888800001";
    let call = counter.enrol_call(&txn, "123456", other);
    let reply = serde_json::to_value(counter.desk.send(call).await.unwrap().body).unwrap();
    assert_eq!(reply["ABHAProfile"]["mobile"], Value::Null);
    let ask = body::<RequestEnrolmentOtp>(json!({"txnId": reply["txnId"],
        "scope": ["abha-enrol", "mobile-verify"], "loginHint": "mobile",
        "loginId": counter.encrypt(other), "otpSystem": "abdm"}));
    let txn = counter.desk.send(ask).await.unwrap().body.txn_id;
    let verify = |otp: &str| {
        body::<VerifyEnrolmentOtp>(json!({"scope": ["abha-enrol", "mobile-verify"],
            "authData": {"authMethods": ["otp"],
                "otp": {"txnId": txn, "otpValue": counter.encrypt(otp)}}}))
    };
    // A wrong one is 200 with `failed`, which the client makes an error.
    let (status, _, message) = counter.desk.refused(verify("654321")).await;
    assert_eq!((status, message.as_str()), (200, "OTP did not match, please try again"));
    let done = counter.desk.send(verify("123456")).await.unwrap().body;
    assert_eq!(done.accounts.len(), 1);
}

#[tokio::test]
async fn bad_values_are_all_called_an_invalid_login_id() {
    let sandbox = sandbox().await;
    let counter = Counter::open(&sandbox).await;
    let plain = counter.aadhaar();
    let mut in_clear = counter.otp_call(plain);
    let value = json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
        "loginId": plain, "otpSystem": "aadhaar"});
    in_clear.body = serde_json::from_value(value).unwrap();
    let (status, _, message) = counter.desk.refused(in_clear).await;
    assert_eq!((status, message.as_str()), (400, "Invalid LoginId"));
    let spaced = format!("{} {}", &plain[..4], &plain[4..]);
    assert_eq!(counter.desk.refused(counter.otp_call(&spaced)).await.2, "Invalid LoginId");
    assert_eq!(counter.desk.refused(counter.otp_call("999900000001")).await.2, "Invalid LoginId");
}

#[tokio::test]
async fn an_old_transaction_is_void_after_a_resend() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let counter = Counter::open(&sandbox).await;
    let old = counter.request_otp().await;
    let new = counter.request_otp().await;
    let mobile = counter.patient.mobile.expose();
    let refused = counter.desk.refused(counter.enrol_call(&old, "123456", mobile)).await;
    assert_eq!(refused.2, "Invalid Transaction Id");
    counter.desk.send(counter.enrol_call(&new, "123456", mobile)).await.unwrap();
}

#[tokio::test]
async fn the_fourth_wrong_otp_locks() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let counter = Counter::open(&sandbox).await;
    let txn = counter.request_otp().await;
    let mobile = counter.patient.mobile.expose();
    for _ in 0..3 {
        let refused = counter.desk.refused(counter.enrol_call(&txn, "000000", mobile)).await;
        assert_eq!(refused.1, "ABDM-1204");
    }
    assert_eq!(
        counter.desk.refused(counter.enrol_call(&txn, "000000", mobile)).await.1,
        "ABDM-1100"
    );
    let again = counter.otp_call(counter.aadhaar());
    assert_eq!(counter.desk.refused(again).await.1, "ABDM-1100");
}

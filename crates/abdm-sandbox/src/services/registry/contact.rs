//! The contact of a facility, and the OTP that proves control.

use std::sync::Arc;

use abdm_core::api::registry::{
    ContactReply, ContactedFacility, FetchFacilityContact, OtpSent, ProofReply, SendFacilityOtp,
    ValidateFacilityOtp,
};

use super::made_up::facility;
use super::{check, not_found};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::services::new_otp;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<FetchFacilityContact>(contact)
        .serve::<SendFacilityOtp>(send_otp)
        .serve::<ValidateFacilityOtp>(validate_otp)
}

fn contact(
    engine: &Arc<Engine>,
    received: Received<FetchFacilityContact>,
) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let found = facility(&engine.world(), &asked.facility_id);
    found.ok_or_else(|| not_found("Facility"))?;
    let text = |text: &str| Some(text.to_owned());
    let mut shown = ContactedFacility::default();
    shown.facility_id = Some(asked.facility_id);
    shown.contact.contact_name = text("Asha Invented");
    shown.contact.contact_mobile = text("******0021");
    shown.contact.contact_email = text("a***@example.org");
    shown.contact.hpr_id = text("asha.invented@hpr.abdm");
    let mut reply = ContactReply::default();
    reply.facility = Some(shown);
    Answer::of::<FetchFacilityContact>(&reply)
}

fn send_otp(engine: &Arc<Engine>, received: Received<SendFacilityOtp>) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let mut world = engine.world();
    facility(&world, &asked.facility_id).ok_or_else(|| not_found("Facility"))?;
    let (otp, transaction) = (new_otp(&world), crate::random_uuid().to_string());
    world.registry.contact_otps.keep(&transaction, &asked.facility_id, &otp);
    drop(world);
    engine.tell(&format!("OTP of the facility registry for {}: {otp}", asked.facility_id));
    let message = "OTP sent to the contact of the facility: ******0021";
    Answer::of::<SendFacilityOtp>(&OtpSent::new(transaction, message))
}

/// The OTP is taken as it is, or encrypted under the registry's key.
fn validate_otp(
    engine: &Arc<Engine>,
    received: Received<ValidateFacilityOtp>,
) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let otp = typed(asked.otp.expose())
        .ok_or_else(|| Refusal::of_registry("HIS-1047", "the value cannot be decrypted", "otp"))?;
    let mut world = engine.world();
    let transaction = &asked.transaction_id;
    let expected = world.registry.contact_otps.of(transaction, &asked.facility_id);
    let expected = expected.ok_or_else(|| {
        Refusal::of_registry("HIS-1026", "Transaction id is not valid", "transactionId")
    })?;
    if expected != otp {
        return Answer::of::<ValidateFacilityOtp>(&ProofReply::refused(asked.facility_id));
    }
    world.registry.contact_otps.forget(transaction);
    Answer::of::<ValidateFacilityOtp>(&ProofReply::proved(asked.facility_id))
}

/// What was typed: bare digits, or what stands in a text under the registry's key.
pub(super) fn typed(text: &str) -> Option<String> {
    if text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    crate::keys::RegistryKey::made()?.decrypt(text)
}

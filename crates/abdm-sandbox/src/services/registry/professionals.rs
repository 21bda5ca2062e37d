//! Health professionals.

use std::sync::Arc;

use abdm_core::api::registry::{
    CheckHprId, FetchProfessional, FindProfessional, FindProfessionalsByMobile, HprExists, HprId,
    Professional, ProfessionalReply,
};
use http::StatusCode;
use serde_json::json;

use super::contact::typed;
use super::made_up::{Known, professionals};
use super::{check, not_found};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<CheckHprId>(exists)
        .serve::<FindProfessional>(by_id)
        .serve::<FindProfessionalsByMobile>(by_mobile)
        .serve::<FetchProfessional>(detail)
}

/// Whom a number or an address names.
fn named(id: &str) -> Option<Known> {
    let is = |known: &Known| {
        let Professional { hpr_id_number, hpr_id, .. } = &known.professional;
        [hpr_id_number, hpr_id].into_iter().any(|own| own.as_deref() == Some(id))
    };
    professionals().find(is)
}

/// `true` or `{"status": true}` by turns: both have been printed.
fn exists(engine: &Arc<Engine>, received: Received<CheckHprId>) -> Result<Answer, Refusal> {
    let exists = named(received.call.path.as_str()).is_some();
    if engine.world().turn("whether there is an HPR id").is_multiple_of(2) {
        return Answer::of::<CheckHprId>(&HprExists::new(exists));
    }
    Ok(Answer::json(StatusCode::OK, &json!({ "status": exists })))
}

fn by_id(_: &Arc<Engine>, received: Received<FindProfessional>) -> Result<Answer, Refusal> {
    let id: &HprId = &received.call.path;
    let known = named(id.as_str()).ok_or_else(|| not_found("HPR id"))?;
    Answer::of::<FindProfessional>(&Some(known.professional))
}

fn by_mobile(
    _: &Arc<Engine>,
    received: Received<FindProfessionalsByMobile>,
) -> Result<Answer, Refusal> {
    let mobile = received.call.path.0;
    let found = professionals().filter(|known| known.mobile == mobile.expose());
    let found: Vec<Professional> = found.map(|known| known.professional).collect();
    Answer::of::<FindProfessionalsByMobile>(&Some(found))
}

fn detail(_: &Arc<Engine>, received: Received<FetchProfessional>) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let asked = asked.practitioner;
    let mobile = asked.contact_number.as_ref().map(|number| {
        let unreadable =
            || Refusal::of_registry("HIS-1047", "the value cannot be decrypted", "contactNumber");
        typed(number.expose()).ok_or_else(unreadable)
    });
    let mobile = mobile.transpose()?;
    let is = |asked: &Option<String>, own: Option<&str>| {
        asked.as_deref().is_none_or(|asked| own.is_some_and(|own| own.eq_ignore_ascii_case(asked)))
    };
    let fits = |known: &Known| {
        let Professional { hpr_id_number, hpr_id, name, .. } = &known.professional;
        let registered = known.detail.registrations.first();
        let registration = registered.and_then(|one| one.registration_number.as_deref());
        let council = registered.and_then(|one| one.council_name.as_deref());
        (is(&asked.id, hpr_id.as_deref()) || is(&asked.id, hpr_id_number.as_deref()))
            && is(&asked.name, name.as_deref())
            && is(&asked.registration_number, registration)
            && is(&asked.state_council_name, council)
            && mobile.as_deref().is_none_or(|mobile| mobile == known.mobile)
    };
    let found: Vec<_> = professionals().filter(fits).map(|known| known.detail).collect();
    if found.is_empty() {
        return Err(not_found("Practitioner"));
    }
    let message = "Practitioner details fetched";
    Answer::of::<FetchProfessional>(&ProfessionalReply::new(message, found))
}

//! What ABDM does when it is called, one file for each group of endpoints.
//!
//! To add an endpoint: write its handler into the file of its group, or into a new one, and add one
//! `serve::<E>` to the group's `routes`. Headers, token, replay of a `REQUEST-ID` and the form of
//! the body are checked before the handler by what the declaration says, and every field by the
//! table of the endpoint in [`rules`].

mod abha;
mod address;
mod admin;
mod app_callback;
mod benefit;
mod coded;
mod consent;
mod data_flow;
mod enrolment;
mod gateway;
mod hip_linking;
mod login;
pub(crate) mod names;
mod patient_app;
mod patient_status;
mod phr_app;
mod profile;
mod registry;
mod rules;
mod running_token;
mod self_request;
mod share;
mod sms;
mod user_linking;
#[cfg(feature = "v0_5")]
mod v0_5;

use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::environment::Family;

use crate::server::Routes;

#[cfg(feature = "v0_5")]
pub(crate) use self::abha::otp::masked;
pub(crate) use self::abha::otp::new_otp;
pub(crate) use self::coded::{code_problem, coded_refusal};
pub(crate) use self::consent::{
    GrantAgain, GrantAtOnce, expire_consents, grant_again, grant_at_once,
};
pub(crate) use self::data_flow::{DataRequest, announce_later, pass_on};
pub(crate) use self::patient_status::tell_of_changes;
pub(crate) use self::rules::{Seen, check as keeps_the_rules};
pub(crate) use self::self_request::{
    AppReport, NewRecord, PUSH_PATH, ask_for_record, look_at_app_transfer, report_to_manager,
};
#[cfg(feature = "v0_5")]
pub(crate) use self::v0_5::decide;

/// All endpoints.
pub(crate) fn routes() -> Routes {
    let groups = [
        gateway::routes,
        hip_linking::routes,
        user_linking::routes,
        sms::routes,
        consent::routes,
        data_flow::routes,
        enrolment::routes,
        login::routes,
        profile::routes,
        address::routes,
        benefit::routes,
        phr_app::routes,
        patient_app::routes,
        share::routes,
        running_token::routes,
        patient_status::routes,
        registry::routes,
        #[cfg(feature = "v0_5")]
        v0_5::routes,
    ];
    groups
        .into_iter()
        .fold(Routes::default(), |routes, group| group(routes))
        .merge(admin::router())
        .merge(self_request::router())
        .merge(crate::played::router())
}

/// Every endpoint of every crate: the one list of them here.
pub(crate) fn endpoints() -> impl Iterator<Item = &'static Metadata> {
    let declared = [
        abdm_core::api::ALL,
        abha_enrollment::api::ALL,
        hip_services::api::ALL,
        hiu_services::api::ALL,
        crate::api::ALL,
        #[cfg(feature = "v0_5")]
        abdm_core::api::v0_5::ALL,
        #[cfg(feature = "v0_5")]
        hip_services::api::v0_5::ALL,
    ];
    declared.into_iter().flatten().copied()
}

/// Whether an endpoint of this name is called here: something that can be let fail.
pub(crate) fn is_call(name: &str) -> bool {
    let is_call = |meta: &&Metadata| !matches!(meta.family, Family::Bridge | Family::DataPush);
    endpoints().filter(is_call).any(|meta| meta.name == name)
}

/// Whether the sandbox calls back by an endpoint of this name: something that can get lost.
pub(crate) fn is_callback(name: &str) -> bool {
    endpoints().any(|meta| meta.family == Family::Bridge && meta.name == name)
}

/// The names of the endpoints that are of a kind.
pub(crate) fn names(is_wanted: fn(&str) -> bool) -> Vec<&'static str> {
    endpoints().map(|meta| meta.name).filter(|name| is_wanted(name)).collect()
}

/// The endpoint that a call means by its method and path.
pub(crate) fn endpoint_at(method: &http::Method, path: &str) -> Option<&'static str> {
    let matches = |declared: &str| {
        let (mut own, mut given) = (declared.split('/'), path.split('/'));
        loop {
            match (own.next(), given.next()) {
                (None, None) => return true,
                (Some(own), Some(given)) if own.starts_with('{') || own == given => {}
                _ => return false,
            }
        }
    };
    let of_method = || endpoints().filter(|meta| meta.method == *method);
    let is_literal = |meta: &&Metadata| meta.live_paths().any(|declared| declared == path);
    let is_meant = |meta: &&Metadata| meta.live_paths().any(|declared| matches(&declared));
    if path.starts_with(PUSH_PATH) || crate::played::is_push(path) {
        return Some(abdm_core::api::data_flow::PushHealthInformation::META.name);
    }
    let meant = of_method().find(is_literal).or_else(|| of_method().find(is_meant));
    meant.map(|meta| meta.name)
}

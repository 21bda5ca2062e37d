//! What ABDM does when it is called, one file for each group of endpoints.
//!
//! To add an endpoint: write its handler into the file of its group, or into a new one, and add one
//! `serve::<E>` to the group's `routes`. Headers, token, replay of a `REQUEST-ID` and the form of the
//! body are checked before the handler by what the declaration says.

mod abha;
mod address;
mod admin;
mod benefit;
mod consent;
mod data_flow;
mod enrolment;
mod gateway;
mod linking;
mod login;
mod patient_app;
mod phr_app;
mod profile;
mod self_request;
mod share;
mod validate;

use crate::server::Routes;

pub(crate) use self::consent::expire_consents;
pub(crate) use self::self_request::PUSH_PATH;

/// All endpoints.
pub(crate) fn routes() -> Routes {
    let groups = [
        gateway::routes,
        linking::routes,
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
    ];
    groups
        .into_iter()
        .fold(Routes::default(), |routes, group| group(routes))
        .merge(admin::router())
        .merge(profile::router())
        .merge(self_request::router())
}

/// Whether an endpoint of this name is served here or called by the sandbox.
pub(crate) fn is_endpoint(name: &str) -> bool {
    let declared =
        [abdm_core::api::ALL, abha_enrollment::api::ALL, hip_services::api::ALL, crate::api::ALL]
            .concat();
    declared.iter().any(|meta| meta.name == name) || routes().served().contains(&name)
}

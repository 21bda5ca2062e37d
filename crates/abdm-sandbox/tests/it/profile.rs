//! A person's profile, changed by the real desk.

mod changes;
mod children;
mod ending;
mod refusals;
mod shown;

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndUser};
use abdm_core::person::AbhaNumber;
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abdm_sandbox::{Patient, Sandbox};
use abha_enrollment::Desk;
use abha_enrollment::flow::profile::ProfileSession;
use serde_json::Value;

use crate::lobby::{Lobby, consent, easy, number, otp, person};

/// Every wrong one.
pub(crate) const WRONG: &str = "135791";

/// A sandbox with a desk.
pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    pub(crate) lobby: Lobby,
}

impl House {
    pub(crate) async fn open() -> Self {
        let (sandbox, lobby) = easy().await;
        Self { sandbox, lobby }
    }

    pub(crate) fn patient(&self, name: &str) -> Patient {
        person(&self.sandbox, name)
    }

    pub(crate) fn number(&self, name: &str) -> AbhaNumber {
        number(&self.patient(name))
    }

    /// Somebody with an Aadhaar number, logged in.
    pub(crate) async fn logged_in(&self, name: &str) -> ProfileSession {
        let desk = &self.lobby.desk;
        let patient = self.patient(name);
        logged_in(desk, patient.aadhaar.as_ref().unwrap(), &patient.mobile).await
    }

    /// How a call of this body is refused.
    pub(crate) async fn refused<E>(
        &self,
        session: &ProfileSession,
        body: Value,
    ) -> (u16, String, String)
    where
        E: Endpoint<Auth = SessionAndUser, Path = ()>,
        E::Headers: Default,
    {
        let body = serde_json::from_value(body).unwrap();
        let token = session.session().token.clone();
        let call = Call::<E>::new(body).by(token).headers(E::Headers::default());
        self.lobby.raw.refused(call).await
    }
}

/// An enrolment of somebody who has an ABHA number finds it, and gives a session.
pub(crate) async fn logged_in(
    desk: &Desk,
    aadhaar: &AadhaarNumber,
    mobile: &MobileNumber,
) -> ProfileSession {
    let mut flow = desk.enrol(aadhaar, consent()).await.unwrap();
    let enrolled = flow.verify(&otp(), mobile).await.unwrap();
    desk.profile(enrolled.session().unwrap().clone())
}

pub(crate) fn wrong() -> Otp {
    Otp::new(WRONG).unwrap()
}

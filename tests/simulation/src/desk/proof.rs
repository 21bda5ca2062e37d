//! A patient proves themselves at a desk that speaks V0.5, and the desk links their visits.

use std::time::Duration;

use abdm_core::id::HipId;
use abdm_flow::store::FlowId;
use hip_services::LinkPatient;
use hip_services::api::v0_5::user_auth::{AuthCode, AuthMode, AuthPurpose};
use hip_services::flow::{AwaitedProof, HipLinkProgress, PatientAuthState};

use super::Clerk;
use crate::gateway::proofs::MODES;
use crate::ledger::FaultKind;
use crate::people::Patient;

/// What is no OTP: none begins with 0.
const WRONG: &str = "000000";
/// A call that waits is looked at again after this.
const MOMENT: Duration = Duration::from_secs(1);

impl Clerk {
    /// A patient proves themselves until their visits are linked.
    pub(crate) async fn proves_and_links(self, patient: Patient, hip: HipId) {
        self.pause(0, 120).await;
        let purposes = [AuthPurpose::Link, AuthPurpose::KycAndLink];
        let purpose = self.random.one_of(&purposes).cloned().unwrap_or(AuthPurpose::Link);
        let mut asked = 0;
        for wanted in self.town.people.to_link(&patient, &hip) {
            while !self.is_linked(&wanted) {
                asked += 1;
                if self.is_proved(&patient, &hip, &purpose).await {
                    self.links_with_the_token(&hip, wanted.clone()).await;
                }
                self.pause(10, 60).await;
            }
        }
        let begun = self.town.gateway.proofs_begun(&hip, &patient.address);
        if begun > asked {
            let what = format!("{begun} proofs were begun, and {asked} were asked for");
            self.fault(FaultKind::TooOften, &what);
        }
        self.town.world.counts.add("proofs");
        self.ends("the patient has proved themselves, and is linked");
    }

    fn is_linked(&self, wanted: &LinkPatient) -> bool {
        wanted.references().iter().all(|context| self.town.gateway.is_linked(context))
    }

    /// One authentication: whether the patient has proved themselves.
    async fn is_proved(&self, patient: &Patient, hip: &HipId, purpose: &AuthPurpose) -> bool {
        self.stands("asks for a proof".to_owned());
        let address = &patient.address;
        let asked = self
            .hip(async |desk| {
                let auth = desk.v0_5().authenticate_at(hip, address, purpose.clone()).await;
                auth.map(|auth| auth.id())
            })
            .await;
        let Some(Ok(id)) = asked else { return false };
        let mode = self.random.one_of(&MODES).cloned().unwrap_or(AuthMode::MobileOtp);
        loop {
            self.pause(2, 10).await;
            let Some(state) = self.proof_stands(hip, id).await else { continue };
            match state {
                PatientAuthState::Choosing => {
                    self.stands("chooses a way".to_owned());
                    self.hip(async |desk| {
                        let auth = desk.v0_5().authentication_by_id_at(hip, id);
                        // It goes on by itself, whatever is heard of it.
                        drop(auth.begin(mode.clone(), MOMENT).await);
                    })
                    .await;
                }
                PatientAuthState::AwaitingProof(awaited) => self.tells_otp(hip, id, &awaited).await,
                PatientAuthState::AwaitingPatient(awaited) => {
                    self.stands("waits for the patient".to_owned());
                    self.town.gateway.is_awaited(&awaited.transaction_id);
                }
                PatientAuthState::Authenticated(given) => {
                    if !self.town.gateway.has_proved(hip, address, purpose) {
                        self.fault(FaultKind::BadOtp, "a proof is told that nobody has given");
                    }
                    if given.link_token_until.is_none() {
                        self.fault(FaultKind::Lost, "a proof for a link gives no token");
                    }
                    return true;
                }
                PatientAuthState::Failed(_) => return false,
                _ => {}
            }
        }
    }

    async fn proof_stands(&self, hip: &HipId, id: FlowId) -> Option<PatientAuthState> {
        let state =
            self.hip(async |desk| desk.v0_5().authentication_by_id_at(hip, id).state().await).await;
        state?.ok()
    }

    async fn tells_otp(&self, hip: &HipId, id: FlowId, awaited: &AwaitedProof) {
        let (world, gateway) = (&self.town.world, &self.town.gateway);
        let Some(otp) = gateway.otp_of(&awaited.transaction_id) else {
            return self.fault(FaultKind::Lost, "a proof is awaited that ABDM knows nothing of");
        };
        // Proofs are few: more of them are wrong than of the OTPs of an app.
        let is_wrong = world.strikes("wrong proof told", 3 * world.options.rates.types_wrong);
        let otp = if is_wrong { WRONG.to_owned() } else { otp };
        self.stands("tells an OTP".to_owned());
        self.hip(async |desk| {
            let auth = desk.v0_5().authentication_by_id_at(hip, id);
            drop(auth.prove(AuthCode::new(&*otp)).await);
        })
        .await;
    }

    /// Links the visits with the token that is there, if it is.
    async fn links_with_the_token(&self, hip: &HipId, wanted: LinkPatient) {
        self.stands("links with the access token".to_owned());
        let wanted = wanted.without_notice();
        let asked = self.hip(async |desk| desk.link_at(hip, wanted).await.map(|link| link.id()));
        let Some(Ok(id)) = asked.await else { return };
        loop {
            self.pause(5, 15).await;
            let progress =
                self.hip(async |desk| desk.link_by_id_at(hip, id).progress().await).await;
            let Some(Ok(progress)) = progress else { continue };
            self.stands(format!("the link by V0.5 is {progress:?}"));
            if !matches!(progress, HipLinkProgress::Pending { .. }) {
                return;
            }
        }
    }
}

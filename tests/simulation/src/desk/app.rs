//! What a patient does with their app: looks for records, chooses, types the OTP, and tries again.

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::id::{CareContextReference, HipId, RequestId};
use hip_services::api::user_linking::{DISCOVERY_WAIT, LinkReference};
use tokio::time::{Instant, sleep};

use super::{Clerk, MINUTE, SECOND};
use crate::ledger::FaultKind;
use crate::people::Patient;

/// How long a patient looks at the app until something comes.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often the same is tried before the patient begins anew.
const TRIES: usize = 3;
/// What is no OTP: none begins with 0.
const WRONG: &str = "000000";

impl Clerk {
    /// A patient links visits at a facility, until they are.
    pub(crate) async fn links_from_the_app(self, patient: Patient, hip: HipId) {
        self.pause(0, 180).await;
        let wanted = self.town.people.wanted_by(&patient, &hip);
        loop {
            let gateway = &self.town.gateway;
            let left: Vec<_> =
                wanted.iter().filter(|context| !gateway.is_linked(context)).cloned().collect();
            if left.is_empty() || self.is_gone(&patient) {
                break;
            }
            self.stands(format!("{} visits are to be linked", left.len()));
            self.looks_for_records(&patient, &hip, &wanted).await;
            self.pause(5, 60).await;
        }
        self.ends("the patient's visits are linked");
    }

    async fn looks_for_records(
        &self,
        patient: &Patient,
        hip: &HipId,
        wanted: &[CareContextReference],
    ) {
        let gateway = &self.town.gateway;
        let search = gateway.discovers(hip, patient);
        let found = match within(DISCOVERY_WAIT, || gateway.found(&search)).await {
            Some(Ok(found)) => found,
            Some(Err(error)) => {
                self.stands(format!("nothing is found: {:?}", error.code));
                if error.message == "Patient not found" {
                    self.fault(FaultKind::Lost, "a patient of the hospital's is not found");
                }
                return;
            }
            None => return self.stands("the hospital cannot be reached".to_owned()),
        };
        let offered = found.iter().flat_map(|element| &element.care_contexts);
        let offered = offered.map(|context| context.reference_number.clone());
        let mut chosen: BTreeSet<_> = offered.filter(|c| wanted.contains(c)).collect();
        if self.random.chance(3_000) {
            chosen = chosen.into_iter().take(1).collect();
        }
        if chosen.is_empty() {
            return;
        }
        for _ in 0..TRIES {
            // Patients take their time.
            self.pause(1, 30).await;
            let Some(init) = gateway.chooses(&search, &chosen) else { return };
            self.stands("waits for an OTP".to_owned());
            let link = match within(PATIENCE, || gateway.otp_is_sent(init)).await {
                Some(Ok(link)) => link,
                Some(Err(_)) => return,
                None => continue,
            };
            if self.types_the_otp(hip, init, &link).await {
                return;
            }
        }
    }

    /// Whether the patient's OTP was right in the end.
    async fn types_the_otp(&self, hip: &HipId, init: RequestId, link: &LinkReference) -> bool {
        let (world, gateway) = (&self.town.world, &self.town.gateway);
        let rates = &world.options.rates;
        for _ in 0..TRIES {
            self.pause(2, 20).await;
            let messages = world.phone.from(hip);
            let mut latest = messages.iter().map(|sms| sms.code.expose());
            let Some(mut otp) = latest.next() else { continue };
            if world.strikes("older OTP typed", rates.types_older) {
                otp = latest.next().unwrap_or(WRONG);
            }
            if world.strikes("wrong OTP typed", rates.types_wrong) {
                otp = WRONG;
            }
            if world.strikes("OTP typed late", rates.types_late) {
                sleep(world.options.otp_valid_for).await;
                self.pause(1, 120).await;
            }
            self.stands("has typed an OTP".to_owned());
            let Some(confirm) = gateway.confirms(init, link, otp) else { return false };
            if let Some(Ok(())) = within(MINUTE, || gateway.confirmed(confirm)).await {
                return true;
            }
        }
        false
    }
}

/// What is there within this time, looked for each second.
async fn within<T>(longest: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if begun.elapsed() >= longest {
            return None;
        }
        sleep(SECOND).await;
    }
}

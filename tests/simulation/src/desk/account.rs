//! What a person does with their ABHA account: switches it off and on again, and perhaps deletes it.

use hip_services::api::patient_status::AbhaStanding;

use super::Clerk;
use crate::people::Patient;

/// An account is switched off and on again so often at most.
const MOST_CHANGES: u64 = 3;

impl Clerk {
    /// A patient's account, to its last change.
    pub(crate) async fn changes_the_account(self, patient: Patient, number: usize, deletes: bool) {
        let gateway = &self.town.gateway;
        for _ in 0..self.random.between(1, MOST_CHANGES) {
            self.pause(10, 400).await;
            self.stands("switches the account off".to_owned());
            gateway.account_stands(&patient.address, number, AbhaStanding::Deactivated);
            self.pause(1, 600).await;
            gateway.account_stands(&patient.address, number, AbhaStanding::Active);
        }
        if deletes {
            self.pause(10, 900).await;
            gateway.account_stands(&patient.address, number, AbhaStanding::Deleted);
            self.town.world.counts.add("accounts deleted");
        }
        self.ends("the account changes no more");
    }

    /// Whether nothing of this patient's can come to its end any more.
    pub(super) fn is_gone(&self, patient: &Patient) -> bool {
        self.town.gateway.standing(&patient.address) == AbhaStanding::Deleted
    }
}

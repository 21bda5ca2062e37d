//! One-time passwords on their way.

use std::collections::BTreeMap;

use abdm_core::id::TxnId;
use chrono::{DateTime, TimeDelta, Utc};

/// What an OTP proves when it is typed back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An Aadhaar number, for an enrolment.
    EnrolByAadhaar,
    /// A mobile number, to link it to a new ABHA number.
    LinkMobile,
}

/// An OTP that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) person: usize,
    pub(crate) purpose: Purpose,
    /// What it was sent to: the mobile number, or the Aadhaar number that stands for one.
    pub(crate) target: String,
    pub(crate) otp: String,
    pub(crate) sent_at: DateTime<Utc>,
    wrong: u32,
}

/// Why an OTP was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongOtp {
    /// No such transaction, or it is used up.
    UnknownTransaction,
    /// Another OTP was sent.
    Mismatch,
    /// It was sent too long ago.
    Expired,
    /// The fourth wrong one: locked for 30 minutes.
    Locked,
}

/// So long an OTP is good. V3 publishes no figure; the older document says ten minutes.
const LIFE: TimeDelta = TimeDelta::minutes(10);
const LOCK: TimeDelta = TimeDelta::minutes(30);
/// So many wrong ones are forgiven (rulings.md 18).
const FORGIVEN: u32 = 3;

/// The OTPs on their way, and who is locked out.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    open: BTreeMap<TxnId, Proof>,
    sent: Vec<(String, String)>,
    locked: BTreeMap<usize, DateTime<Utc>>,
}

impl Proofs {
    /// An OTP was sent for this transaction; an older one for the same purpose and person is void.
    pub(crate) fn send(
        &mut self,
        txn: TxnId,
        (person, purpose): (usize, Purpose),
        target: &str,
        otp: &str,
        now: DateTime<Utc>,
    ) {
        self.open.retain(|_, proof| proof.person != person || proof.purpose != purpose);
        let proof = Proof {
            person,
            purpose,
            target: target.to_owned(),
            otp: otp.to_owned(),
            sent_at: now,
            wrong: 0,
        };
        self.open.insert(txn, proof);
        self.note(target, otp);
    }

    /// What a phone of that number would show.
    pub(crate) fn note(&mut self, number: &str, otp: &str) {
        self.sent.push((number.to_owned(), otp.to_owned()));
    }

    /// The last OTP that was sent to this mobile number, or for this Aadhaar number.
    pub(crate) fn last_for(&self, number: &str) -> Option<&str> {
        let of_number = |(to, _): &&(String, String)| to == number;
        self.sent.iter().rev().find(of_number).map(|(_, otp)| otp.as_str())
    }

    /// All OTPs so far: to whom, and which.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.sent
    }

    pub(crate) fn is_locked(&self, person: usize, now: DateTime<Utc>) -> bool {
        self.locked.get(&person).is_some_and(|until| now < *until)
    }

    /// Whether a transaction waits for an OTP of this purpose.
    pub(crate) fn waits(&self, txn: &TxnId, purpose: &Purpose) -> bool {
        self.open.get(txn).is_some_and(|proof| proof.purpose == *purpose)
    }

    /// Takes an OTP. A right one uses the transaction up, a wrong one leaves it (rulings.md 18).
    pub(crate) fn prove(
        &mut self,
        txn: &TxnId,
        purpose: &Purpose,
        otp: &str,
        now: DateTime<Utc>,
    ) -> Result<Proof, WrongOtp> {
        let proof = self.open.get_mut(txn).filter(|proof| proof.purpose == *purpose);
        let proof = proof.ok_or(WrongOtp::UnknownTransaction)?;
        if self.locked.get(&proof.person).is_some_and(|until| now < *until) {
            return Err(WrongOtp::Locked);
        }
        if now - proof.sent_at > LIFE {
            return Err(WrongOtp::Expired);
        }
        if proof.otp != otp {
            proof.wrong += 1;
            if proof.wrong > FORGIVEN {
                self.locked.insert(proof.person, now + LOCK);
                return Err(WrongOtp::Locked);
            }
            return Err(WrongOtp::Mismatch);
        }
        self.open.remove(txn).ok_or(WrongOtp::UnknownTransaction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> (Proofs, TxnId, DateTime<Utc>) {
        let (mut proofs, txn) = (Proofs::default(), TxnId::new("t-1").unwrap());
        let now = DateTime::UNIX_EPOCH;
        proofs.send(txn.clone(), (0, Purpose::EnrolByAadhaar), "9999999999", "123456", now);
        (proofs, txn, now)
    }

    #[test]
    fn a_wrong_otp_leaves_the_transaction_and_a_right_one_ends_it() {
        let (mut proofs, txn, now) = sent();
        let purpose = Purpose::EnrolByAadhaar;
        let wrong = proofs.prove(&txn, &purpose, "000000", now).unwrap_err();
        assert_eq!(wrong, WrongOtp::Mismatch);
        assert!(proofs.prove(&txn, &purpose, "123456", now).is_ok());
        let again = proofs.prove(&txn, &purpose, "123456", now).unwrap_err();
        assert_eq!(again, WrongOtp::UnknownTransaction);
    }

    #[test]
    fn the_fourth_wrong_otp_locks_for_half_an_hour() {
        let (mut proofs, txn, now) = sent();
        let purpose = Purpose::EnrolByAadhaar;
        for _ in 0..3 {
            assert_eq!(proofs.prove(&txn, &purpose, "0", now).unwrap_err(), WrongOtp::Mismatch);
        }
        assert_eq!(proofs.prove(&txn, &purpose, "0", now).unwrap_err(), WrongOtp::Locked);
        assert_eq!(proofs.prove(&txn, &purpose, "123456", now).unwrap_err(), WrongOtp::Locked);
        assert!(!proofs.is_locked(0, now + TimeDelta::minutes(31)));
    }

    #[test]
    fn an_otp_does_not_live_for_ever() {
        let (mut proofs, txn, now) = sent();
        let later = now + TimeDelta::minutes(11);
        let late = proofs.prove(&txn, &Purpose::EnrolByAadhaar, "123456", later).unwrap_err();
        assert_eq!(late, WrongOtp::Expired);
    }
}

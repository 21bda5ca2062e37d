//! Proofs on their way: OTPs that were sent, scans that were announced.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;

use abdm_core::id::TxnId;
use abha_enrollment::api::vocabulary::Scope;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{A_DAY, Aged, Aging, TRANSACTIONS};

/// Which pair of calls a transaction belongs to. A proof that one counter asked for is nothing at
/// another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Counter {
    /// `/v3/enrollment`.
    Enrolment,
    /// `/v3/profile/login`.
    Login,
    /// `/v3/profile/account`.
    Account,
    /// `/login/abha` of the web family.
    AddressLogin,
    /// `/enrollment` of the web family.
    AddressEnrolment,
    /// `/enrollment` of the PHR app family.
    AppEnrolment,
    /// `/login` of the PHR app family.
    AppLogin,
    /// `/login/profile` of the PHR app family.
    AppProfile,
}

impl Counter {
    /// Whether it stands on one of the families of ABHA addresses, whose refusals have other forms.
    pub(crate) const fn is_of_addresses(self) -> bool {
        !matches!(self, Self::Enrolment | Self::Login | Self::Account)
    }
}

/// What ends the transaction well.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Expected {
    /// These six digits.
    Otp(String),
    /// A scan; of which kind, the scope tells.
    Scan,
    /// A face, scanned by the ABHA app.
    AppFace {
        /// So often it was asked whether it is there.
        asked: u32,
        /// The scan has ended, and shows no living face.
        failed: bool,
    },
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Otp(_) => "Otp(…)",
            Self::Scan => "Scan",
            Self::AppFace { .. } => "AppFace",
        })
    }
}

/// A proof that is awaited.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Proof {
    pub(crate) counter: Counter,
    /// The scope of the request, without `search-abha`: the verification must have the same.
    pub(crate) scope: Vec<Scope>,
    /// Whom it may prove: several for a shared mobile number, nobody for somebody new.
    pub(crate) people: Vec<usize>,
    /// What the OTP was sent to, or what stands for it: mobile number, Aadhaar number, e-mail.
    pub(crate) target: String,
    /// What the proof is to bring about: the new mobile number, e-mail address or password.
    pub(crate) carried: Option<String>,
    pub(crate) expected: Expected,
    pub(crate) begun_at: DateTime<Utc>,
    wrong: u32,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its target may be an Aadhaar number, and what it carries a password.
        f.debug_struct("Proof")
            .field("counter", &self.counter)
            .field("scope", &self.scope)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

impl Proof {
    /// A proof by what was sent to `target`, begun now.
    pub(crate) fn new(
        (counter, scope): (Counter, Vec<Scope>),
        people: Vec<usize>,
        target: impl Into<String>,
        expected: Expected,
        now: DateTime<Utc>,
    ) -> Self {
        let scope = scope.into_iter().filter(|part| *part != Scope::SearchAbha).collect();
        let target = target.into();
        Self { counter, scope, people, target, carried: None, expected, begun_at: now, wrong: 0 }
    }

    fn is_of(&self, (counter, scope, target): &Kind) -> bool {
        (self.counter, &self.scope, &self.target) == (*counter, scope, target)
    }

    /// The one person whom it proves.
    pub(crate) fn person(&self) -> Option<usize> {
        self.people.first().copied()
    }
}

/// At which counter, for what, sent to whom.
type Kind = (Counter, Vec<Scope>, String);

/// Why a proof was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongProof {
    /// No such transaction at this counter, or it is used up.
    UnknownTransaction,
    /// The verification's scope is not that of the request.
    OtherScope,
    /// Another OTP was sent, or a proof of another kind is awaited.
    Mismatch,
    /// It was sent too long ago.
    Expired,
    /// One wrong OTP too many: locked.
    Locked,
}

/// How long OTPs and locks last, from the switches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) otp_life: TimeDelta,
    pub(crate) lock: TimeDelta,
    /// So many OTPs may be asked for one target within the time of a lock.
    pub(crate) requests: usize,
}

/// So many wrong ones are forgiven (rulings.md 18).
const FORGIVEN: u32 = 3;

/// So many OTPs can be read again, and so many targets are counted.
const REMEMBERED: usize = 20_000;

/// A message to a phone or an e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// The phone, the Aadhaar number or the e-mail address.
    pub(crate) to: String,
    /// The OTP, or the link.
    pub(crate) otp: String,
    /// The transaction that it proves something to.
    pub(crate) txn: Option<TxnId>,
    pub(crate) at: DateTime<Utc>,
}

/// The proofs on their way, and who is locked out.
pub(crate) struct Proofs {
    open: Aging<TxnId, Proof>,
    /// The last proof of a kind for a target: the one before is void.
    latest: Aging<Kind, TxnId>,
    sent: VecDeque<Sent>,
    asked: Aging<String, VecDeque<DateTime<Utc>>>,
    locked: Aging<String, DateTime<Utc>>,
}

impl Default for Proofs {
    fn default() -> Self {
        Self {
            open: Aging::new(A_DAY, TRANSACTIONS),
            latest: Aging::new(A_DAY, TRANSACTIONS),
            sent: VecDeque::new(),
            asked: Aging::new(A_DAY, REMEMBERED),
            locked: Aging::new(A_DAY, REMEMBERED),
        }
    }
}

/// What is kept of them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedProofs {
    open: Aged<TxnId, Proof>,
    latest: Aged<Kind, TxnId>,
    sent: VecDeque<Sent>,
    asked: Aged<String, VecDeque<DateTime<Utc>>>,
    locked: Aged<String, DateTime<Utc>>,
}

impl Proofs {
    pub(crate) fn saved(&self) -> SavedProofs {
        let Self { open, latest, sent, asked, locked } = self;
        SavedProofs {
            open: open.saved(),
            latest: latest.saved(),
            sent: sent.clone(),
            asked: asked.saved(),
            locked: locked.saved(),
        }
    }

    pub(crate) fn restored(saved: SavedProofs) -> Self {
        let SavedProofs { open, latest, sent, asked, locked } = saved;
        let fresh = Self::default();
        Self {
            open: fresh.open.restored(open),
            latest: fresh.latest.restored(latest),
            sent,
            asked: fresh.asked.restored(asked),
            locked: fresh.locked.restored(locked),
        }
    }

    /// Counts a request for an OTP to this target. `false` when there were too many, which locks
    /// it.
    pub(crate) fn may_ask(&mut self, target: &str, limits: Limits, now: DateTime<Utc>) -> bool {
        if self.is_locked(target, now) {
            return false;
        }
        let mut asked = self.asked.remove(target).unwrap_or_default();
        asked.retain(|at| now - *at < limits.lock);
        let has_room = asked.len() < limits.requests;
        if has_room {
            asked.push_back(now);
        } else {
            self.locked.insert(target.to_owned(), now + limits.lock, now);
        }
        self.asked.insert(target.to_owned(), asked, now);
        has_room
    }

    /// Awaits a proof. An older one of the same kind for the same target is void.
    pub(crate) fn open(&mut self, txn: TxnId, proof: Proof) {
        let kind = (proof.counter, proof.scope.clone(), proof.target.clone());
        // One that goes on under its transaction with another kind of proof is left alone.
        if let Some(old) = self.latest.get(&kind)
            && self.open.get(old).is_some_and(|old| old.is_of(&kind))
        {
            self.open.remove(old);
        }
        let now = proof.begun_at;
        self.latest.insert(kind, txn.clone(), now);
        if let Expected::Otp(otp) = &proof.expected {
            let (to, otp, txn) = (proof.target.clone(), otp.clone(), Some(txn.clone()));
            self.note(Sent { to, otp, txn, at: now });
        }
        self.open.insert(txn, proof, now);
    }

    /// What a phone of that number would show.
    pub(crate) fn note(&mut self, sent: Sent) {
        if self.sent.len() >= REMEMBERED {
            self.sent.pop_front();
        }
        self.sent.push_back(sent);
    }

    /// The last OTP that was sent to this mobile number, or for this Aadhaar number.
    pub(crate) fn last_for(&self, number: &str) -> Option<&str> {
        self.newest().find(|sent| sent.to == number).map(|sent| sent.otp.as_str())
    }

    /// The OTPs so far, the newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &Sent> {
        self.sent.iter().rev()
    }

    pub(crate) fn is_locked(&self, target: &str, now: DateTime<Utc>) -> bool {
        self.locked.get(target).is_some_and(|until| now < *until)
    }

    /// A transaction of this counter that waits for its proof.
    pub(crate) fn waiting(&mut self, txn: &TxnId, counter: Counter) -> Option<&mut Proof> {
        self.open.get_mut(txn).filter(|proof| proof.counter == counter)
    }

    /// Takes an OTP. A right one uses the transaction up, a wrong one leaves it (rulings.md 18).
    pub(crate) fn prove_otp(
        &mut self,
        txn: &TxnId,
        (counter, scope): (Counter, &[Scope]),
        otp: &str,
        limits: Limits,
        now: DateTime<Utc>,
    ) -> Result<Proof, WrongProof> {
        let locked = self.open.get(txn).is_some_and(|proof| self.is_locked(&proof.target, now));
        let proof = self.waiting(txn, counter).ok_or(WrongProof::UnknownTransaction)?;
        if !same(&proof.scope, scope) {
            return Err(WrongProof::OtherScope);
        }
        if locked {
            return Err(WrongProof::Locked);
        }
        let Expected::Otp(right) = &proof.expected else {
            return Err(WrongProof::Mismatch);
        };
        if now - proof.begun_at > limits.otp_life {
            return Err(WrongProof::Expired);
        }
        if right != otp {
            proof.wrong += 1;
            if proof.wrong > FORGIVEN {
                let target = proof.target.clone();
                self.locked.insert(target, now + limits.lock, now);
                return Err(WrongProof::Locked);
            }
            return Err(WrongProof::Mismatch);
        }
        self.open.remove(txn).ok_or(WrongProof::UnknownTransaction)
    }

    /// Takes a scan, or a face that the ABHA app has sent. What it shows is judged by the caller.
    pub(crate) fn prove_scan(
        &mut self,
        txn: &TxnId,
        (counter, scope): (Counter, &[Scope]),
    ) -> Result<Proof, WrongProof> {
        let proof = self.waiting(txn, counter).ok_or(WrongProof::UnknownTransaction)?;
        if !same(&proof.scope, scope) {
            return Err(WrongProof::OtherScope);
        }
        if matches!(proof.expected, Expected::Otp(_)) {
            return Err(WrongProof::Mismatch);
        }
        self.open.remove(txn).ok_or(WrongProof::UnknownTransaction)
    }
}

/// Whether two scopes have the same parts; their order matters to nobody.
fn same(one: &[Scope], other: &[Scope]) -> bool {
    one.len() == other.len() && one.iter().all(|part| other.contains(part))
}

//! Sending OTPs.

use abdm_core::id::TxnId;
use abha_enrollment::api::otp::OtpSent;
use abha_enrollment::api::vocabulary::Scope;
use chrono::{DateTime, Utc};
use http::StatusCode;

use super::invalid;
use super::{TOO_MANY_OTPS, locked, new_txn};
use crate::engine::Engine;
use crate::server::Refusal;
use crate::world::{Counter, Expected, Person, Proof, Sent, World, WrongProof};

/// Where an OTP goes.
#[derive(Debug, Clone)]
pub(crate) enum Inbox {
    /// UIDAI sends it to the mobile number that it knows.
    Aadhaar {
        /// The Aadhaar number.
        number: String,
        /// The phone.
        mobile: String,
    },
    /// ABDM sends it to a mobile number.
    Mobile(String),
    /// ABDM sends it to an e-mail address.
    Email(String),
}

impl Inbox {
    /// The phone that UIDAI knows of a person with Aadhaar number.
    pub(crate) fn aadhaar_of(person: &Person) -> Option<Self> {
        let number = person.aadhaar.as_ref()?.expose().to_owned();
        Some(Self::Aadhaar { number, mobile: person.aadhaar_mobile.expose().to_owned() })
    }

    /// The phone that ABHA knows.
    pub(crate) fn mobile_of(person: &Person) -> Option<Self> {
        person.mobile.clone().map(Self::Mobile)
    }

    /// What the OTP belongs to: several Aadhaar numbers may share a phone.
    fn target(&self) -> &str {
        match self {
            Self::Aadhaar { number: to, .. } | Self::Mobile(to) | Self::Email(to) => to,
        }
    }

    /// ABDM's text.
    fn message(&self, counter: Counter) -> String {
        let of_addresses = counter.is_of_addresses();
        match self {
            Self::Aadhaar { mobile, .. } => {
                format!(
                    "OTP sent to Aadhaar registered mobile number ending with {}",
                    masked(mobile)
                )
            }
            // The two services have words of their own.
            Self::Mobile(mobile) if of_addresses => {
                format!("OTP is sent to Mobile number ending with {}", masked(mobile))
            }
            Self::Email(email) if of_addresses => {
                let host = email.split_once('@').map_or("", |(_, host)| host);
                format!("OTP is sent to email ending with @{host}")
            }
            Self::Mobile(mobile) => {
                format!("OTP sent to mobile number ending with {}", masked(mobile))
            }
            Self::Email(_) => "OTP sent to your email address".to_owned(),
        }
    }
}

/// `******3210`.
pub(crate) fn masked(mobile: &str) -> String {
    format!("******{}", mobile.get(6..).unwrap_or_default())
}

/// What an OTP is for.
pub(crate) struct Wanted {
    pub(crate) counter: Counter,
    pub(crate) scope: Vec<Scope>,
    /// Whom it may prove.
    pub(crate) people: Vec<usize>,
    /// What it is to bring about.
    pub(crate) carried: Option<String>,
    /// The transaction to go on with; a new one otherwise.
    pub(crate) txn: Option<TxnId>,
}

/// Sends an OTP and awaits it.
pub(crate) fn send(engine: &Engine, wanted: Wanted, inbox: &Inbox) -> Result<OtpSent, Refusal> {
    let now = engine.now();
    let txn = wanted.txn.map_or_else(new_txn, Ok)?;
    let mut world = engine.world();
    let limits = world.limits();
    if !world.proofs.may_ask(inbox.target(), limits, now) {
        return Err(if wanted.counter.is_of_addresses() {
            Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1100", TOO_MANY_OTPS)
        } else {
            locked()
        });
    }
    let otp = new_otp(&world);
    let expected = Expected::Otp(otp.clone());
    let message = inbox.message(wanted.counter);
    let kind = (wanted.counter, wanted.scope);
    let mut proof = Proof::new(kind, wanted.people, inbox.target(), expected, now);
    proof.carried = wanted.carried;
    world.proofs.open(txn.clone(), proof);
    if let Inbox::Aadhaar { mobile, .. } = inbox {
        let (to, otp, txn) = (mobile.clone(), otp.clone(), Some(txn.clone()));
        world.proofs.note(Sent { to, otp, txn, at: now });
    }
    drop(world);
    engine.tell(&match inbox {
        Inbox::Aadhaar { mobile, .. } => {
            format!("SMS to {mobile}: {otp} is the OTP of UIDAI for your Aadhaar number")
        }
        Inbox::Mobile(mobile) => format!("SMS to {mobile}: {otp} is your OTP of ABHA"),
        Inbox::Email(email) => format!("e-mail to {email}: {otp} is your OTP of ABHA"),
    });
    Ok(OtpSent::new(txn, message))
}

/// The OTP is out of the random source unless one was fixed. Six digits, the first not zero.
pub(crate) fn new_otp(world: &World) -> String {
    world.switches.fixed_otp.clone().unwrap_or_else(|| {
        let random = crate::random_uuid().as_u128();
        (100_000 + random % 900_000).to_string()
    })
}

/// What ABDM says of a wrong proof, where it is no refusal: 200 with `authResult: "failed"`
/// (rulings.md 18).
pub(crate) fn failure(wrong: WrongProof, now: DateTime<Utc>) -> Result<&'static str, Refusal> {
    match wrong {
        WrongProof::Mismatch => Ok("OTP did not match, please try again"),
        WrongProof::Expired => Ok("OTP expired, please try again"),
        WrongProof::Locked => Err(locked()),
        WrongProof::OtherScope => Err(invalid::scope(now)),
        WrongProof::UnknownTransaction => Err(invalid::txn(now)),
    }
}

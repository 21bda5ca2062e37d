//! ABDM milestone 1: create, verify and manage a patient's ABHA number and ABHA address.
//!
//! This crate is what stands behind a registration desk. It knows NHA's rules so that the desk need
//! not: which value is encrypted with which key and in which shape, which call may never be
//! repeated, when an OTP may be sent again, which token belongs to which family, what two dozen
//! shapes of errors mean for the person in front of the desk.
//!
//! # The flows
//! A [`Desk`] begins them. A flow is a value that offers only what comes next; a wrong OTP leaves
//! it as it was; it can be sealed into a text between two web requests and go on on another server.
//!
//! | the person | call | then |
//! |---|---|---|
//! | has no ABHA, has Aadhaar and phone | [`Desk::enrol`] | [`flow::enrolment`]: OTP, mobile number, address, card |
//! | gives finger, face or iris | [`Desk::enrol_by_scan`] | the same without OTP |
//! | has the ABHA app on the phone | [`Desk::enrol_by_face_app`], [`Desk::verify_by_face_app`] | show the link as a QR code, wait for the face |
//! | has an Aadhaar VID | [`input::AadhaarOrVid`] | wherever an Aadhaar OTP is asked for |
//! | knows the ABHA number | [`Desk::verify_abha_number`] | [`flow::verification`]: OTP to either phone, password, scan |
//! | knows the mobile number only | [`Desk::verify_by_mobile`], [`Desk::find_by_mobile`] | OTP, choose an account |
//! | shows Aadhaar | [`Desk::verify_by_aadhaar`] | OTP |
//! | knows the ABHA address | [`Desk::verify_abha_address`] | [`flow::address`] |
//! | wants an ABHA address for a mobile number | [`Desk::create_abha_address`] | [`flow::address_creation`]: OTP, names, details |
//! | uses your PHR app | [`Desk::phr_app`] | [`flow::phr_app`]: logins, profile, links |
//! | is verified | [`Desk::profile`] | [`flow::profile`]: card, QR code, changes |
//! | shows a card's QR code | [`scanned::ScannedCard::read`] | unverified claims for the form |
//! | scans the facility's QR code | [`facility_qr::FacilityQr`] | the link of a counter, as SVG, PNG or on a terminal |
//! | perhaps has an ABHA | [`Desk::lookup`] | [`flow::lookup`]: none, active, deactivated, unknown |
//!
//! # Example: a registration desk
//! ```no_run
//! use abdm_core::client::AbdmClient;
//! use abdm_core::environment::Environment;
//! use abdm_core::secret::{AadhaarNumber, ClientSecret, MobileNumber, Otp};
//! use abdm_core::session::Credentials;
//! use abha_enrollment::error::Language;
//! use abha_enrollment::flow::enrolment::MobileLink;
//! use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
//! use abha_enrollment::{Desk, Error, Problem};
//!
//! /// NHA's text was shown in full; here the acceptance is kept, before the Aadhaar number leaves.
//! #[derive(Debug)]
//! struct ConsentTable;
//!
//! #[async_trait::async_trait]
//! impl ConsentRecorder for ConsentTable {
//!     async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
//!         println!("INSERT INTO consent: {} {}", consent.operator, consent.given_at);
//!         Ok(())
//!     }
//! }
//!
//! # fn ask(_: &str) -> String { String::new() }
//! /// Asks until six digits are typed: a slip ends no registration.
//! fn ask_otp(question: &str) -> Otp {
//!     loop {
//!         let Ok(otp) = Otp::new(&ask(question)) else {
//!             println!("The OTP has exactly 6 digits.");
//!             continue;
//!         };
//!         break otp;
//!     }
//! }
//!
//! async fn register(desk: &Desk) -> Result<(), Error> {
//!     let aadhaar = AadhaarNumber::new(&ask("Aadhaar"))?;
//!     let mobile = MobileNumber::new(&ask("Mobile"))?;
//!     let consent = GivenConsent::new("operator-17", "hi");
//!     let mut flow = desk.enrol(&aadhaar, consent).await?;
//!
//!     let mut person = loop {
//!         let otp = ask_otp(flow.message().unwrap_or("OTP"));
//!         match flow.verify(&otp, &mobile).await {
//!             Ok(person) => break person,
//!             Err(error) if error.problem() == Problem::WrongOtp => {
//!                 println!("{}", error.desk_text(Language::Hindi));
//!             }
//!             Err(error) => return Err(error),
//!         }
//!     };
//!     if let Some(number) = person.abha_number() {
//!         // At once, before any step that can fail: the number exists, whatever happens now.
//!         // `Display` is masked, so that no log shows a number by mistake.
//!         println!("INSERT INTO patient: {}, card {}", number.to_digits(), number.to_dashed());
//!     }
//!     if *person.mobile_link() != MobileLink::Linked {
//!         let mut linking = person.link_mobile(&mobile).await?;
//!         person = loop {
//!             match linking.verify(&ask_otp("OTP to the new mobile")).await {
//!                 Ok(person) => break person,
//!                 Err(error) if error.problem() == Problem::WrongOtp => {
//!                     println!("{}", error.desk_text(Language::Hindi));
//!                 }
//!                 Err(error) => return Err(error),
//!             }
//!         };
//!     }
//!     // A new number has an address named by its digits; who chose one before is offered that.
//!     if !person.has_chosen_address() {
//!         let names = person.suggest_addresses().await?;
//!         names.iter().for_each(|name| println!("{}", name.as_str()));
//!         // The person chooses, never the program; an own name goes through `AbhaAddressName`.
//!         let chosen = ask("Address, or nothing to choose later");
//!         if let Some(name) = names.iter().find(|name| name.as_str() == chosen) {
//!             person.claim_address(name).await?;
//!         }
//!     }
//!     // The profile is an extra: number, address and session are there without it.
//!     let registration = person.finish().await;
//!     if let Some(why) = &registration.profile_missing {
//!         println!("{}", why.desk_text(Language::Hindi));
//!     }
//!     if let Some(profile) = registration.profile_session(desk) {
//!         let card = profile.card().await?;
//!         println!("{} bytes of {}", card.bytes().len(), card.media_type());
//!         profile.log_out().await?;
//!     }
//!     Ok(())
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = ClientSecret::new(std::env::var("ABDM_CLIENT_SECRET")?);
//! let client = AbdmClient::new(Environment::sandbox(), Credentials::new("SBX_000000", secret))?;
//! register(&Desk::new(client, ConsentTable)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Between two web requests
//! Every flow has `save`; the desk has the `resume_...` that fits it. Module [`flow`] has an
//! example.
//!
//! # Errors
//! Every step fails with one [`Error`]. Its [`Problem`] says what it means at the desk: a sentence
//! in English and Hindi ([`Error::desk_text`], to be replaced with [`error::Texts`]) and an action
//! ([`Problem::action`]). Six of them deserve a branch of their own:
//!
//! - [`Problem::NoAbha`]: the only one after which an ABHA number may be created.
//! - [`Problem::AnswerUnusable`]: ABDM answered a proof or a change with success, and without the
//!   evidence for it: a token, a list, `authResult`. Verify again; nothing may be created on it.
//! - [`Problem::OutcomeUnknown`]: the creation was sent and no usable answer came. Nothing is
//!   repeated; [`Desk::verify_by_aadhaar`] tells whether the ABHA number exists.
//! - [`Problem::RefusedByGateway`]: the login stands, only this part of it is not shown. Go on;
//!   neither a new login nor a new OTP helps.
//! - [`Problem::AbhaDeactivated`]: the desk can switch it on again, [`Desk::reactivate`].
//! - [`Problem::TooManyAttempts`]: [`Error::retry_at`] tells when the lock ends.
//!
//! # Security
//! - The consent is recorded before an Aadhaar number is even encrypted; without a recorder there
//!   is no desk, and when it fails nothing is sent.
//! - An Aadhaar number is never kept. For a resend a flow keeps the value encrypted for ABDM, which
//!   nobody else can read.
//! - A saved flow holds tokens and personal data: it is sealed whole (AES-256-GCM) and bound to the
//!   context that you name. Keep the sealing key out of the database that keeps the flows.
//! - No secret and no personal value shows in `Debug`, in an error's text or in a log, at any
//!   level.
//! - [`session::UserSession`], [`session::AddressSession`] and [`session::AppSession`] are three
//!   types, one for each family; the transfer token of a mobile login never leaves its flow.
//!
//! # Limits
//! - An OTP is sent again at most twice, and not before a minute; a resend whose answer is lost, or
//!   whose future is dropped, counts.
//! - A step that creates an ABHA number or ABHA address is sent once. A future that is dropped in
//!   the middle of it leaves the flow at [`Problem::OutcomeUnknown`]. A saved text is a copy:
//!   whoever resumes two copies of one step can send it twice, so keep one text per person and
//!   replace it at every step.
//! - After a lost answer to a login or a change the same value may be tried again; if ABDM had
//!   taken it, it answers that the OTP or the transaction is used up ([`DeskAction`]: start again).
//! - A face in the ABHA app is waited for ten minutes; `completed` needs tokio's timer.
//! - A benefit programme may change a profile by its ABHA number without the person's token
//!   (m1-abha.md 9); this crate always wants the person's session for it.
//! - The hosts of the ABHA app's links are published for NHA's sandbox only.
//!
//! [`DeskAction`]: error::DeskAction
//!
//! # Features
//! | feature | default | what it adds |
//! |---|---|---|
//! | `client` | yes | the reqwest transport of `abdm-core`; without it, bring a `Transport` of your own |
//! | `qr` | yes | module `qr`: QR codes as SVG, as PNG, on a terminal |
//!
//! # Where the rules come from
//! NHA's documents of 2025 and 2026, by way of the contract files that the items name
//! (`m1-abha.md`, `errors.md`, `certification-m1.md`). These files are the project's notes on NHA's
//! documents and no part of the repository: a name such as "m1-abha.md 6.3" tells where a rule was
//! found, and NHA's own documents are what to check it against. Certification cases (CRT_ABHA,
//! VRFY_ABHA, PROF_ABHA) stand at the methods that serve them.

pub mod api;
mod app_links;
pub mod biometric;
mod desk;
pub mod encryption;
pub mod error;
pub mod facility_qr;
pub mod flow;
pub mod hooks;
pub mod input;
#[cfg(feature = "qr")]
pub mod qr;
pub mod scanned;
pub mod session;

pub use self::desk::{Desk, DeskBuilder};
pub use self::error::{Error, Problem};

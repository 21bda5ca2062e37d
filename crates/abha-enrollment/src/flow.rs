//! Flows: values that offer only what comes next.
//!
//! A flow is made by a [`Desk`](crate::Desk) and answers each step with the next value, or with an
//! [`Error`](crate::Error) that leaves the flow as usable as it was: a wrong OTP is asked for again
//! on the same value. [`save`](enrolment::EnrolmentOtp::save) seals a flow into a text that may lie
//! anywhere between two web requests; another server with the same key goes on.
//!
//! # Between two web requests
//! Save again after every step, also after an error that leaves the flow usable: wrong tries,
//! resends and steps that are sent once are counted in the flow. Replace the text before: it is a
//! copy of a step that is done.
//!
//! ```no_run
//! use std::error::Error;
//!
//! use abdm_core::seal::{SealingKey, SealingKeyRing};
//! use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
//! use abha_enrollment::Desk;
//! use abha_enrollment::error::Language;
//! use abha_enrollment::flow::enrolment::Enrolment;
//! use abha_enrollment::hooks::GivenConsent;
//!
//! /// The key was made once with `SealingKey::generate` and lies in the secret store.
//! fn keys() -> Result<SealingKeyRing, Box<dyn Error>> {
//!     Ok(SealingKey::from_base64(&std::env::var("FLOW_KEY")?)?.into())
//! }
//!
//! /// The form with the Aadhaar number. Answers the text to keep in the web session `session_id`.
//! async fn first_request(
//!     desk: &Desk,
//!     keys: &SealingKeyRing,
//!     session_id: &str,
//!     aadhaar: &AadhaarNumber,
//! ) -> Result<String, Box<dyn Error>> {
//!     let flow = desk.enrol(aadhaar, GivenConsent::new("operator-17", "hi")).await?;
//!     Ok(flow.save(keys, session_id)?.to_string())
//! }
//!
//! /// The form with the OTP. Answers the text to keep instead, and what to show.
//! async fn next_request(
//!     desk: &Desk,
//!     keys: &SealingKeyRing,
//!     session_id: &str,
//!     text: &str,
//!     (otp, mobile): (&Otp, &MobileNumber),
//! ) -> Result<(String, String), Box<dyn Error>> {
//!     Ok(match desk.resume_enrolment(&text.parse()?, keys, session_id)? {
//!         Enrolment::AwaitsOtp(mut flow) => match flow.verify(otp, mobile).await {
//!             Ok(person) => {
//!                 let number = person.abha_number().map(|number| number.to_dashed());
//!                 (person.save(keys, session_id)?.to_string(), number.unwrap_or_default())
//!             }
//!             // Also what failed is saved: the flow counts its tries.
//!             Err(error) => {
//!                 let said = error.desk_text(Language::Hindi);
//!                 (flow.save(keys, session_id)?.to_string(), said)
//!             }
//!         },
//!         // The form was sent twice: the first one did it.
//!         Enrolment::Enrolled(person) => {
//!             (person.save(keys, session_id)?.to_string(), "done already".to_owned())
//!         }
//!         // The OTP belongs to a linking: `verify` of that value.
//!         _ => return Err("another step is awaited".into()),
//!     })
//! }
//! ```
//!
//! | what was saved | is opened by |
//! |---|---|
//! | a step of [`enrolment`] | [`Desk::resume_enrolment`](crate::Desk::resume_enrolment) |
//! | a face that the ABHA app scans for an enrolment | [`Desk::resume_face_capture`](crate::Desk::resume_face_capture) |
//! | an application by driving licence | [`Desk::resume_application`](crate::Desk::resume_application) |
//! | a step of [`verification`] | [`Desk::resume_verification`](crate::Desk::resume_verification) |
//! | a reactivation | [`Desk::resume_reactivation`](crate::Desk::resume_reactivation) |
//! | enrolment numbers | [`Desk::resume_enrolment_numbers`](crate::Desk::resume_enrolment_numbers) |
//! | a step of [`address`] | [`Desk::resume_address_verification`](crate::Desk::resume_address_verification) |
//! | a step of [`address_creation`] | [`Desk::resume_address_creation`](crate::Desk::resume_address_creation), [`PhrApp::resume_creation`](phr_app::PhrApp::resume_creation) |
//! | a session of [`profile`] | [`Desk::resume_profile`](crate::Desk::resume_profile) |
//! | a change of a profile | [`Desk::resume_change`](crate::Desk::resume_change) |
//! | a step of [`phr_app`] | [`PhrApp::resume`](phr_app::PhrApp::resume) |

pub mod address;
mod address_choice;
pub mod address_creation;
pub mod benefit;
mod beside_refusal;
pub mod enrolment;
mod evidence;
mod face_wait;
pub mod lookup;
mod mask;
mod once;
mod otp_exchange;
mod otp_turn;
mod owner;
pub mod phr_app;
pub mod profile;
mod saved;
mod standing;
pub mod verification;

pub use self::face_wait::{FACE_POLL_EVERY, FACE_SCAN_LIFE};
pub use self::otp_turn::{MAX_RESENDS, RESEND_AFTER};

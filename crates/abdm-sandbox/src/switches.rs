//! The realities of the live sandbox, each as a switch.

mod kinds;
mod range;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::kinds::{AlreadyLinked, MismatchCode, Misshape, MisshapenFields, UnknownNumber};
use crate::callbacks::Forgery;
use crate::control::names;
use crate::error::SandboxError;
use crate::faults::Failure;
use crate::played::KeyForm;
use crate::world::PROGRAMME;

/// How the sandbox behaves where the live one is known to surprise.
///
/// The defaults are what the live sandbox does, except for the delays: [`Switches::time_scale`]
/// makes them short. The numbers are those of the contract's table of sandbox realities. What the
/// sandbox always does has no switch: one callback URL per client (1), only the paths of the table
/// (3), certificates behind the session (6), the header checks (7), the refusal of an ABHA number
/// with dashes (10), the prose of link answers (12), answers by callback only (21), the refusal of
/// wrong acknowledgement shapes (22), tokens and keys that cannot be mixed (25).
///
/// Settable at any time: [`Sandbox::set`](crate::Sandbox::set), `--switch name=value`, or
/// `PATCH /sandbox/switches`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(transform = range::describe)]
#[non_exhaustive]
pub struct Switches {
    /// Every delay is multiplied by this: 1 is the pace of the live sandbox, 0 is at once.
    pub time_scale: f64,
    /// How long a callback takes at least and at most, in seconds: 0.2 to 2 (live-measurements.md
    /// 7).
    pub callback_delay_seconds: (f64, f64),
    /// Seeds the delays and the visibility of new links, so that a run can be repeated.
    pub seed: u64,

    /// 2: the names of endpoints whose every callback is lost. For one loss:
    /// [`Sandbox::drop_next_callback`](crate::Sandbox::drop_next_callback).
    pub drop_callbacks: Vec<String>,
    /// 4, 24: callbacks carry the loose variants by turns: `requestId` and `timestamp` in the body,
    /// empty or `null`; `resp` in the place of `response`, or beside it; numbers as texts and texts
    /// as numbers; objects that are `null` or left out; fields that nobody knows.
    pub loose_bodies: bool,
    /// 5: every callback arrives twice.
    pub duplicate_callbacks: bool,
    /// 5: every second callback waits until another one has been delivered, but no longer than two
    /// seconds at live pace.
    pub reorder_callbacks: bool,
    /// 5: a delivery that was not answered with 2xx is made once more, after
    /// [`redelivery_after_seconds`](Self::redelivery_after_seconds), with the same token.
    pub redeliver: bool,
    /// 5: 963 to 965 s live.
    pub redelivery_after_seconds: f64,
    /// 6: how long the token of a callback is good. 1200 live.
    pub callback_token_seconds: i64,
    /// 6: before each callback come copies of it with forged bearers of these kinds, which a
    /// receiver must refuse.
    pub forged_copies: Vec<Forgery>,
    /// 6: after so many callbacks the key that signs the next ones is a new one; 0: it stays. Link
    /// tokens are signed by another one.
    pub callbacks_a_key: u32,
    /// 7: the largest accepted difference between `TIMESTAMP` and the sandbox's clock.
    pub clock_skew_seconds: i64,
    /// 7: how long a session token is good. 1200 live.
    pub session_seconds: i64,
    /// 7: the session answer says `expiresIn: 0`, as NHA's printed example does.
    pub session_life_untold: bool,
    /// 8: calls that fail in one of ABDM's shapes each time, although nothing is wrong with them, by
    /// their endpoints. For one failure: [`Sandbox::fail_next`](crate::Sandbox::fail_next).
    pub failing_calls: BTreeMap<String, Failure>,
    /// 9: calls that are refused with a code, and callbacks that tell of nothing but that code, by
    /// their endpoints. The texts are those that the table of errors has for the code there, by
    /// turns: all texts of a code that has several meanings.
    pub coded_refusals: BTreeMap<String, String>,
    /// 11: `hiTypes` in a link request is refused loudly. Live it is never answered (a time-out of
    /// 30 s here), and later requests of everybody get 500 303001.
    pub refuse_hi_types_loudly: bool,
    /// 13: how it is told that a care context is linked already.
    pub already_linked: AlreadyLinked,
    /// 14: for so long a second link-token request for the same address and HIP is a duplicate.
    pub link_token_window_seconds: i64,
    /// 15: so many link-token requests a day for one address and HIP are served; the next blocks
    /// the pair for 24 hours.
    pub link_tokens_a_day: usize,
    /// What the callback says of details that are not those of the ABHA profile: 1207 as the M2
    /// document prints it, or one of the other codes of NHA's lists (rulings.md 17).
    pub link_token_mismatch: MismatchCode,
    /// Another address than the link token's is told by callback (1038) instead of at once.
    pub link_mismatch_by_callback: bool,
    /// A link that failed is told by ABDM's prose alone, without an error (rulings.md 28).
    pub link_failures_as_status: bool,
    /// 16: a new link is visible to `context/notify` after a random time up to this. Up to 90 s
    /// live; a notification sent 5 s after linking succeeds with the default.
    pub link_visible_within_seconds: f64,
    /// 17: 5 to 10 s after a link or a notice the patient's own app pulls the record, under a
    /// consent of its own (`PATRQT`) that nobody was asked for.
    pub patient_app_pulls: bool,
    /// 18: the HIP is asked first, and the HIU learns the transaction after the HIP has reported.
    pub push_first: bool,
    /// 19: how long the HIP's request comes after the HIU's answer.
    pub data_request_delay_seconds: f64,
    /// 20: what the patient's app grants is less than was asked for: the later half of the dates,
    /// and of several HI types all but the last.
    pub patient_narrows: bool,
    /// 23: how the patient's app writes its public key.
    pub app_key_form: KeyForm,
    /// 23: the patient's app takes a shared secret without its leading zeros, as some receivers do:
    /// a page whose secret begins with one cannot be read (fidelius.md 7).
    pub app_drops_zeros: bool,
    /// A data request whose keys no HIP could encrypt for, or whose key has expired, is refused
    /// (1015). Off: the HIP gets them, as from ABDM.
    pub check_key_material: bool,
    /// 22: how long a data request waits for the HIP's acknowledgement of its consent notification
    /// before it fails with 8877. Not scaled: it is the HIP's own time.
    pub acknowledgement_wait_seconds: f64,
    /// An acknowledgement of a grant that comes later than this after its notice counts for
    /// nothing: no data request comes under the consent (m2-hip.md 7). Not scaled: it is the HIP's
    /// own time.
    pub acknowledgement_within_seconds: f64,
    /// How long the patient's app and a played HIU wait for a further page when all pages are in
    /// and a granted care context is missing; then they report (rulings.md 31). Not scaled: it is
    /// the HIP's own time.
    pub late_page_seconds: f64,
    /// How long the patient's app waits for the facility's answer to a shared profile before it
    /// fails with 1007, and for the running token of a counter: 30 s live. Not scaled: it is the
    /// HIP's own time.
    pub share_wait_seconds: f64,
    /// How long a discovery waits for the facility's answer: 10 s live. Then the app says that the
    /// facility cannot be reached, and the answer is refused (1052). Not scaled: it is the HIP's
    /// own time.
    pub discovery_wait_seconds: f64,

    /// How long an OTP is good. V3 publishes no figure; NHA's older document says ten minutes.
    pub otp_seconds: i64,
    /// How long the fourth wrong OTP, or one OTP request too many, locks (ABDM-1100: 30 minutes).
    pub otp_lock_seconds: i64,
    /// So many OTPs may be asked for one phone within that time. The live figure is not published.
    pub otp_requests_within_lock: usize,
    /// So many ABHA numbers may share a mobile number (ABDM-1124: 6), and an e-mail address (1135).
    pub accounts_a_mobile: usize,
    /// So many ABHA numbers a client may create (ABDM-1227: 100).
    pub accounts_a_client: usize,
    /// So many ABHA addresses a person may have (ABDM-1403: 6).
    pub addresses_a_person: usize,
    /// 25: a person without ABHA number is told so before the OTP (404 ABDM-1114, as observed
    /// live). Off: the OTP is sent first, as certification case VRFY_ABHA_403 describes it.
    pub nobody_known_before_otp: bool,
    /// 25: the web family of ABHA addresses decrypts with the 2048-bit key of `/v3/phr` (rulings.md
    /// 24). Off: with the 4096-bit key, as one third party saw in 2025.
    pub web_takes_phr_key: bool,
    /// The benefit programmes that NHA has registered; a call for any other gets "Invalid Benefit
    /// Name".
    pub programmes: Vec<String>,
    /// What NHA did not open for the clients: `benefit`, `child`, `demographics`. They get 401
    /// ABDM-1021.
    pub restricted_features: Vec<String>,
    /// How often a face scan by the ABHA app is `PENDING` before it is `COMPLETE`.
    pub face_scans_pending: u32,
    /// The ABHA app's face scan ends `FAILED` instead; so it stays, and what was to be proved by it
    /// is refused with ABDM-1221.
    pub face_scans_fail: bool,

    /// What is answered for a mobile number or ABHA number that nobody has (rulings.md 41).
    pub unknown_number: UnknownNumber,
    /// The profile and the card are refused with an empty 401 after a good login, and the QR code
    /// is not (rulings.md 35).
    pub profile_refused: bool,
    /// A login by mobile number gives a final token at once, the last account's, beside several
    /// accounts (rulings.md 44).
    pub final_token_beside_several: bool,
    /// The names of calls whose good answer is `{}`; they are carried out (rulings.md 42).
    pub empty_answers: Vec<String>,
    /// Fields of the answers of milestone 1 that arrive in another form (rulings.md 46).
    pub misshapen_fields: MisshapenFields,

    /// The `Retry-After` of the failure `too-many-requests`, in seconds; 0: without the header. NHA
    /// publishes none.
    pub retry_after_seconds: u32,
    /// The HI types of a grant reach the HIP in one text, joined by commas (rulings.md 32).
    pub hi_types_in_one_text: bool,
    /// A consent request that the patient does not decide in this time is EXPIRED. The live window
    /// is not published.
    pub consent_window_seconds: i64,
    /// Every refusal has a header `X-Sandbox-Reason` that tells what its body does not. The live
    /// one has none; the log tells it always.
    pub explain_refusals: bool,
    /// An unknown `X-HIP-ID` or `X-HIU-ID` is taken with 202 and silence, as ABDM does, instead of
    /// 400 1035 or 1040 (rulings.md 2).
    pub live_silence: bool,
    /// A person who switches their ABHA account off, on again or deletes it: the facilities that
    /// have something linked to their addresses are told (m2-hip.md 9). NHA has not published that
    /// callback for V3.
    pub patient_status_notices: bool,
    /// The patient's app grants every consent request at once and as asked: for runs without a hand
    /// at the app.
    pub patient_grants_at_once: bool,
    /// So many calls and callbacks are kept in the journal. Whatever their number, all bodies
    /// together take no more than 64 MiB.
    pub journal_entries: usize,
    /// The ids of the facilities that speak V0.5: they are called back in its form. A facility that
    /// lets a patient prove themselves, or links by V0.5, is added by itself.
    #[cfg(feature = "v0_5")]
    pub v0_5_facilities: Vec<String>,
    /// Every OTP is this one. Unset, each is random; [`Sandbox::otp_for`](crate::Sandbox::otp_for),
    /// `GET /sandbox/otps` and the console show it.
    pub fixed_otp: Option<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            time_scale: 1.0,
            callback_delay_seconds: (0.2, 2.0),
            seed: 0,
            drop_callbacks: Vec::new(),
            loose_bodies: true,
            duplicate_callbacks: false,
            reorder_callbacks: false,
            redeliver: true,
            redelivery_after_seconds: 964.0,
            callback_token_seconds: 1200,
            forged_copies: Vec::new(),
            callbacks_a_key: 0,
            clock_skew_seconds: 300,
            session_seconds: 1200,
            session_life_untold: false,
            failing_calls: BTreeMap::new(),
            coded_refusals: BTreeMap::new(),
            refuse_hi_types_loudly: true,
            already_linked: AlreadyLinked::default(),
            link_token_window_seconds: 370,
            link_tokens_a_day: 3,
            link_token_mismatch: MismatchCode::default(),
            link_mismatch_by_callback: false,
            link_failures_as_status: false,
            link_visible_within_seconds: 4.0,
            patient_app_pulls: true,
            push_first: false,
            data_request_delay_seconds: 0.0,
            patient_narrows: false,
            // The live app writes its key with explicit parameters.
            app_key_form: KeyForm::Explicit,
            app_drops_zeros: false,
            check_key_material: true,
            acknowledgement_wait_seconds: 10.0,
            acknowledgement_within_seconds: 60.0,
            late_page_seconds: 10.0,
            share_wait_seconds: 30.0,
            discovery_wait_seconds: 10.0,
            otp_seconds: 600,
            otp_lock_seconds: 1800,
            otp_requests_within_lock: 50,
            accounts_a_mobile: 6,
            accounts_a_client: 100,
            addresses_a_person: 6,
            nobody_known_before_otp: true,
            web_takes_phr_key: true,
            programmes: vec![PROGRAMME.to_owned()],
            restricted_features: Vec::new(),
            face_scans_pending: 1,
            face_scans_fail: false,
            unknown_number: UnknownNumber::default(),
            profile_refused: false,
            final_token_beside_several: false,
            empty_answers: Vec::new(),
            misshapen_fields: MisshapenFields::new(),
            retry_after_seconds: 60,
            hi_types_in_one_text: false,
            consent_window_seconds: 86_400,
            explain_refusals: false,
            live_silence: false,
            patient_status_notices: false,
            patient_grants_at_once: false,
            journal_entries: 2000,
            #[cfg(feature = "v0_5")]
            v0_5_facilities: Vec::new(),
            fixed_otp: None,
        }
    }
}

impl Switches {
    /// The defaults with almost no delays and a patient's app that does nothing by itself: for
    /// tests that count messages.
    #[must_use]
    pub fn quick() -> Self {
        Self { time_scale: 0.01, patient_app_pulls: false, ..Self::default() }
    }

    /// Sets one switch by its name. `value` is JSON; a text that is no JSON is taken as a text.
    ///
    /// ```
    /// use abdm_sandbox::Switches;
    /// let mut switches = Switches::default();
    /// switches.set("push_first", "true")?;
    /// switches.set("fixed_otp", "\"123456\"")?;
    /// assert!(switches.push_first);
    /// assert!(switches.set("push_frist", "true").is_err());
    /// # Ok::<(), abdm_sandbox::SandboxError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such switch, or the value does not fit: another type, or out of its range.
    /// The switches are then as they were.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SandboxError> {
        let refused = |problem: String| SandboxError::Switch { name: name.to_owned(), problem };
        let mut fields = self.fields()?;
        if !fields.contains_key(name) {
            let meant = names::nearest(name, fields.keys().map(String::as_str));
            let meant =
                meant.map_or_else(String::new, |meant| format!(", did you mean `{meant}`?"));
            let known = fields.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(refused(format!("there is none of this name{meant}; there are {known}")));
        }
        let text = || Value::String(value.to_owned());
        let parsed = serde_json::from_str(value).unwrap_or_else(|_| text());
        fields.insert(name.to_owned(), parsed);
        let read = serde_json::from_value(Value::Object(fields.clone())).or_else(|error| {
            // `--switch fixed_otp=123456` reads as a number; the field wants a text.
            fields.insert(name.to_owned(), text());
            serde_json::from_value(Value::Object(fields)).map_err(|_| error)
        });
        let changed: Self = read.map_err(|error| refused(error.to_string()))?;
        Self::check_one(name, changed.fields()?.get(name).unwrap_or(&Value::Null))?;
        *self = changed;
        Ok(())
    }

    /// Sets the switch `name` to a value that has its type: here no number is read as a text.
    pub(crate) fn set_typed(&mut self, name: &str, value: &Value) -> Result<(), SandboxError> {
        let mut changed = self.clone();
        changed.set(name, &value.to_string())?;
        if value.is_number() && changed.fields()?.get(name).is_some_and(Value::is_string) {
            let problem = "it is a text, in quotation marks".to_owned();
            return Err(SandboxError::Switch { name: name.to_owned(), problem });
        }
        *self = changed;
        Ok(())
    }

    /// Sets several by their names: all of them, or none.
    pub(crate) fn set_all(&mut self, given: &[(String, String)]) -> Result<(), SandboxError> {
        let mut changed = self.clone();
        given.iter().try_for_each(|(name, value)| changed.set(name, value))?;
        *self = changed;
        Ok(())
    }

    /// Whether every switch has a value that it may have: the ranges stand on the page of the
    /// sandbox.
    ///
    /// # Errors
    /// [`SandboxError::Switch`], which names the first that has not.
    pub fn check(&self) -> Result<(), SandboxError> {
        self.fields()?.iter().try_for_each(|(name, value)| Self::check_one(name, value))
    }

    fn check_one(name: &str, value: &Value) -> Result<(), SandboxError> {
        let refused = |problem| SandboxError::Switch { name: name.to_owned(), problem };
        range::problem(name, value).map_or(Ok(()), |problem| Err(refused(problem)))
    }

    /// Name and value of each. A number that JSON does not have (infinity) is `null`.
    fn fields(&self) -> Result<Map<String, Value>, SandboxError> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => Ok(fields),
            _ => {
                let problem = "it cannot be written as JSON".to_owned();
                Err(SandboxError::Switch { name: "switches".to_owned(), problem })
            }
        }
    }
}

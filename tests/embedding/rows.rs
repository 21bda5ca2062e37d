//! The table of the stories: for each switch of the sandbox a value, and how everything ends with it.

use abdm_sandbox::Forgery;
use serde_json::{Value, json};

use crate::ends::End;

/// How the parts of a story end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ends {
    /// The clinic links a visit.
    pub(crate) link: End,
    /// The patient finds the other one and links it.
    pub(crate) search: End,
    /// The records are asked for and arrive.
    pub(crate) read: End,
    /// So many records the patient's own app has pulled by then.
    pub(crate) pulled: usize,
}

/// One story.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The switch of which this row is, and those that it needs beside it.
    pub(crate) switches: Vec<(&'static str, Value)>,
    /// How often it is told, with other visits each time.
    pub(crate) rounds: u32,
    /// Whether ABDM is told of the record in the linked visit, which takes five seconds.
    pub(crate) notices: bool,
    /// The desk has written down another year of birth than the ABHA profile has.
    pub(crate) wrong_year: bool,
    /// The visit has been linked before, and the clinic does not know.
    pub(crate) is_known_to_abdm: bool,
    /// The gateway's keys change while it is told.
    pub(crate) changes_keys: bool,
    pub(crate) ends: Ends,
}

/// How the story ends that succeeds: a link, another one by the patient, two documents.
fn the_usual() -> Ends {
    Ends { link: End::Done(1), search: End::Done(1), read: End::Done(2), pulled: 0 }
}

impl Row {
    /// The story that succeeds.
    fn of(switch: &'static str, value: impl Into<Value>) -> Self {
        Self {
            switches: vec![(switch, value.into())],
            rounds: 1,
            notices: false,
            wrong_year: false,
            is_known_to_abdm: false,
            changes_keys: false,
            ends: the_usual(),
        }
    }

    /// Another switch that it needs.
    fn with(mut self, switch: &'static str, value: impl Into<Value>) -> Self {
        self.switches.push((switch, value.into()));
        self
    }

    fn with_notices(self) -> Self {
        Self { notices: true, ..self }
    }

    /// Three rounds: what comes by turns comes.
    fn thrice(mut self) -> Self {
        self.rounds = 3;
        self.ends.read = End::Done(6);
        self
    }

    /// The patient's own app pulls each record that was linked.
    fn pulled(mut self) -> Self {
        self.ends.pulled = 2;
        self.with("patient_app_pulls", true)
    }

    /// The clinic's link ends so, and the patient finds both visits instead.
    fn link(mut self, end: End) -> Self {
        self.ends.link = end;
        self.ends.search = End::Done(2);
        self
    }

    /// The patient's search ends so: one record is linked.
    fn search(mut self, end: End) -> Self {
        self.ends.search = end;
        self.ends.read = End::Done(1);
        self
    }

    fn read(mut self, end: End) -> Self {
        self.ends.read = end;
        self
    }
}

/// All of them. The first switch of a row is the one of which it is.
pub(crate) fn rows() -> Vec<Row> {
    [pace(), callbacks(), calls(), linking(), data(), other_milestones(), the_rest()].concat()
}

fn pace() -> Vec<Row> {
    vec![
        Row::of("time_scale", 0),
        Row::of("callback_delay_seconds", json!([0, 0])),
        Row::of("seed", 7),
    ]
}

/// Realities 2, 4, 5, 6, 24.
fn callbacks() -> Vec<Row> {
    let dropped = |name: &str| Row::of("drop_callbacks", json!([name]));
    let mut rows = vec![
        dropped("OnGenerateLinkToken").link(End::UnderWay),
        // ABDM has linked the visit, and does not show it again.
        Row { ends: Ends { link: End::UnderWay, ..the_usual() }, ..dropped("OnLinkCareContexts") },
        dropped("OnDiscoverCareContexts").with("discovery_wait_seconds", 1).search(End::Silent),
        dropped("OnLinkInit").search(End::UnderWay),
        dropped("OnLinkConfirm").search(End::UnderWay),
        dropped("OnConsentNotify")
            .with("acknowledgement_wait_seconds", 1)
            .read(End::refused("ABDM-8877")),
        dropped("OnHealthInformationRequest").read(End::UnderWay),
        Row::of("loose_bodies", false),
        Row::of("loose_bodies", false).with("hi_types_in_one_text", true),
        Row::of("duplicate_callbacks", true).with_notices(),
        Row::of("reorder_callbacks", true).with("time_scale", 0.1).with_notices(),
        Row::of("redeliver", false),
        Row::of("redelivery_after_seconds", 1),
        // A token that is over at once is taken for an hour (rulings.md 3).
        Row::of("callback_token_seconds", 0),
        Row { changes_keys: true, ..Row::of("callbacks_a_key", 3) },
    ];
    rows.push(Row::of("seed", 3).with_notices().thrice());
    let all = [
        Forgery::UnknownKid,
        Forgery::WrongKey,
        Forgery::AlgNone,
        Forgery::Hs256PublicKey,
        Forgery::WrongIssuer,
        Forgery::WrongParty,
        Forgery::Expired,
    ];
    rows.push(Row::of("forged_copies", serde_json::to_value(all).unwrap()));
    rows
}

/// Realities 7, 8, 9.
fn calls() -> Vec<Row> {
    let failing = |failure: &str| Row::of("failing_calls", json!({ "LinkCareContexts": failure }));
    let coded = |endpoint: &str, code: &str| Row::of("coded_refusals", json!({ endpoint: code }));
    vec![
        Row::of("clock_skew_seconds", 60),
        Row::of("session_seconds", 2),
        Row::of("session_life_untold", true),
        failing("internal-server-error").link(End::UnderWay),
        failing("service-unavailable").link(End::UnderWay),
        failing("suspended").link(End::UnderWay),
        failing("too-many-requests").link(End::UnderWay),
        failing("empty-bad-request").link(End::refused("caller-bug")),
        failing("access-denied").link(End::refused("caller-bug")),
        failing("firewall-page").link(End::refused("caller-bug")),
        failing("empty-unauthorized").link(End::refused("caller-bug")),
        failing("invalid-credentials").link(End::refused("900901")),
        failing("field-map").link(End::refused("user-input")),
        failing("message").link(End::refused("auth")),
        failing("wrapped").link(End::refused("ABDM-1204")),
        failing("flat").link(End::refused("ABDM-1211")),
        failing("list").link(End::refused("ABDM-9999")),
        failing("capital-message").link(End::refused("user-input")),
        failing("failed-on-success").link(End::refused("user-input")),
        failing("html").link(End::UnderWay),
        // The callback tells what became of it.
        failing("answer-lost"),
        coded("GenerateLinkToken", "ABDM-1092").link(End::refused("ABDM-1092")),
        coded("OnGenerateLinkToken", "ABDM-1051").link(End::refused("ABDM-1051")),
        coded("LinkCareContexts", "ABDM-1063").link(End::refused("ABDM-1063")),
        coded("OnLinkCareContexts", "ABDM-1037").link(End::refused("ABDM-1037")),
        coded("AnswerDiscovery", "ABDM-1015").search(End::Silent).with("discovery_wait_seconds", 1),
        coded("OnNotifyContext", "ABDM-1035").with_notices(),
    ]
}

/// Realities 11 to 16.
fn linking() -> Vec<Row> {
    let known = |form: &str| {
        let row = Row { is_known_to_abdm: true, ..Row::of("already_linked", form) };
        let row = row.with("link_token_window_seconds", 0).link(End::Before);
        Row { ends: Ends { search: End::Done(1), ..row.ends }, ..row }
    };
    let wrong = |code: &str| {
        let row = Row { wrong_year: true, ..Row::of("link_token_mismatch", code) };
        row.link(End::Refused(format!("ABDM-{code}")))
    };
    vec![
        Row::of("refuse_hi_types_loudly", false),
        known("1090"),
        known("1056"),
        known("status"),
        Row::of("link_token_window_seconds", 1),
        Row::of("link_tokens_a_day", 0).link(End::refused("ABDM-1027")),
        wrong("1036"),
        wrong("1043"),
        wrong("1051"),
        Row::of("link_mismatch_by_callback", true),
        Row::of("link_failures_as_status", true)
            .with("coded_refusals", json!({"OnLinkCareContexts": "ABDM-1038"}))
            .link(End::refused("ABDM-1038")),
        Row::of("link_visible_within_seconds", 800).with_notices(),
    ]
}

/// Realities 17 to 23.
fn data() -> Vec<Row> {
    vec![
        Row::of("patient_app_pulls", true).pulled(),
        Row::of("push_first", true),
        Row::of("data_request_delay_seconds", 100),
        Row::of("patient_narrows", true),
        Row::of("app_key_form", "raw").pulled(),
        Row::of("app_key_form", "named").pulled(),
        Row::of("app_drops_zeros", true).pulled(),
        Row::of("check_key_material", false),
        Row::of("acknowledgement_wait_seconds", 1),
        Row::of("acknowledgement_within_seconds", 0)
            .with("acknowledgement_wait_seconds", 1)
            .read(End::refused("ABDM-8877")),
        Row::of("late_page_seconds", 1),
        Row::of("hi_types_in_one_text", true),
        Row::of("consent_window_seconds", 3600),
        Row::of("patient_grants_at_once", true),
        Row::of("discovery_wait_seconds", 0).search(End::Silent),
        Row::of("share_wait_seconds", 1),
    ]
}

/// Switches of milestone 1, which a HIP's story does not meet.
fn other_milestones() -> Vec<Row> {
    vec![
        Row::of("otp_seconds", 60),
        Row::of("otp_lock_seconds", 60),
        Row::of("otp_requests_within_lock", 1),
        Row::of("accounts_a_mobile", 1),
        Row::of("accounts_a_client", 1),
        Row::of("addresses_a_person", 1),
        Row::of("nobody_known_before_otp", false),
        Row::of("web_takes_phr_key", false),
        Row::of("programmes", json!([])),
        Row::of("restricted_features", json!(["child"])),
        Row::of("face_scans_pending", 0),
        Row::of("face_scans_fail", true),
        Row::of("unknown_number", "empty"),
        Row::of("profile_refused", true),
        Row::of("final_token_beside_several", true),
        Row::of("misshapen_fields", json!({"status": "list"})),
        Row::of("fixed_otp", "123456"),
    ]
}

fn the_rest() -> Vec<Row> {
    vec![
        // Any 2xx is a success.
        Row::of("empty_answers", json!(["LinkCareContexts", "NotifyHealthInformation"])),
        Row::of("retry_after_seconds", 1),
        Row::of("explain_refusals", true),
        Row::of("live_silence", true),
        Row::of("patient_status_notices", true),
        Row::of("journal_entries", 1),
        Row::of("v0_5_facilities", json!(["IN-OTHER"])),
    ]
}

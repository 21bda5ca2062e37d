//! NHA's functional test cases of milestone 1 (certification-m1.md), all 66 of them.
//!
//! A case that an SDK can show is played by the test whose name begins with its key; every other one
//! says here why not. `complete.rs` holds the two together.

use serde::{Deserialize, Serialize};

/// Whether a case must be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// Mandatory, for those whom the condition names, or for all.
    #[serde(rename = "M")]
    Mandatory,
    /// Optional.
    #[serde(rename = "O")]
    Optional,
}

/// One case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// NHA's id, with an ending where NHA has used one twice.
    pub(crate) key: &'static str,
    pub(crate) status: Status,
    pub(crate) condition: Option<&'static str>,
    pub(crate) asks: &'static str,
    /// Why no test shows it.
    pub(crate) gap: Option<Gap>,
}

/// Why a case is not shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gap {
    /// It is the facility's alone: no SDK can show it.
    NotAnSdks(&'static str),
}

impl Gap {
    /// The word for it in the summary.
    pub(crate) const fn outcome(self) -> &'static str {
        match self {
            Self::NotAnSdks(_) => "not-shown",
        }
    }

    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::NotAnSdks(reason) => reason,
        }
    }
}

/// What tells the second case of an id apart.
const SECOND: &str = "_QR";

impl Case {
    const fn mandatory(key: &'static str, asks: &'static str) -> Self {
        Self { key, status: Status::Mandatory, condition: None, asks, gap: None }
    }

    const fn optional(key: &'static str, asks: &'static str) -> Self {
        Self { key, status: Status::Optional, condition: None, asks, gap: None }
    }

    const fn when(mut self, condition: &'static str) -> Self {
        self.condition = Some(condition);
        self
    }

    const fn not_shown(mut self, reason: &'static str) -> Self {
        self.gap = Some(Gap::NotAnSdks(reason));
        self
    }

    /// NHA's id.
    pub(crate) fn id(&self) -> &'static str {
        self.key.strip_suffix(SECOND).unwrap_or(self.key)
    }

    /// What the name of its test begins with.
    pub(crate) fn test_prefix(&self) -> String {
        format!("{}_", self.key.to_lowercase())
    }

    /// The case of this key.
    pub(crate) fn of(key: &str) -> Self {
        *ALL.iter().find(|case| case.key == key).unwrap_or_else(|| panic!("there is no case {key}"))
    }
}

const GOVERNMENT: &str = "mandatory for government; private integrators have no access";
const IF_BIOMETRICS: &str = "mandatory for private integrators who offer biometrics";
const EITHER_CARD: &str =
    "government: the card or the own print; private: the own print is optional";
const LICENCE: &str = "optional for private integrators; for government the section is mandatory";
const FACILITY_SCREEN: &str = "The words of a screen and their translations are the facility's. The SDK \
     records the language in which the consent was shown, and words its errors in English and Hindi.";
const OWN_PRINT: &str = "A print of the facility's own design, kept with its patient id. The SDK gives the \
     ABHA number and address to print.";

/// Every case, in NHA's order.
const NO_CARD: &str = "An enrolment number has no card: the answer of the driving-licence route gives no session, and \
     cards are made for ABHA numbers only, which come after a facility has seen the papers.";

pub(crate) const ALL: &[Case] = &[
    Case::mandatory("CRT_ABHA_101", "an option to create an ABHA number by Aadhaar OTP"),
    Case::mandatory("CRT_ABHA_102", "the consent text is shown in full and the agreement recorded"),
    Case::optional("CRT_ABHA_103", "the consent text in further languages").not_shown(FACILITY_SCREEN),
    Case::mandatory("CRT_ABHA_104", "an invalid Aadhaar number is named so"),
    Case::mandatory("CRT_ABHA_105", "an OTP of 6 digits comes; the text names the masked mobile number"),
    Case::mandatory("CRT_ABHA_106", "the OTP is sent again at most twice, each time after 60 seconds"),
    Case::mandatory("CRT_ABHA_107", "the OTP is verified; a wrong one shows an error"),
    Case::optional("CRT_ABHA_108", "a mobile number that Aadhaar knows needs no second OTP"),
    Case::mandatory("CRT_ABHA_109", "another mobile number is verified by an OTP of its own"),
    Case::mandatory(
        "CRT_ABHA_112",
        "three or more suggested addresses, or an own one by the printed rule; a taken one is named so",
    )
    .when("optional for integrated programmes that use demographic authentication"),
    Case::mandatory("CRT_ABHA_113", "the 14-digit ABHA number and the ABHA address are shown"),
    Case::mandatory("CRT_ABHA_114", "the card made by the API is shown and can be downloaded")
        .when(EITHER_CARD),
    Case::optional("CRT_ABHA_115", "an own card with the ABHA number and address")
        .when(EITHER_CARD)
        .not_shown(OWN_PRINT),
    Case::optional("CRT_ABHA_201", "an option to create an ABHA number by biometrics"),
    Case::optional("CRT_ABHA_202", "the consent text before a scan"),
    Case::optional("CRT_ABHA_203", "the consent text in further languages").not_shown(FACILITY_SCREEN),
    Case::optional("CRT_ABHA_204", "an invalid Aadhaar number is named so"),
    Case::optional("CRT_ABHA_205", "finger or face is verified; a mismatch shows an error"),
    Case::optional("CRT_ABHA_206", "a mobile number that Aadhaar knows"),
    Case::optional("CRT_ABHA_207", "another mobile number is verified by an OTP"),
    Case::optional("CRT_ABHA_208", "the ABHA number is shown"),
    Case::mandatory("CRT_ABHA_209", "the card made by the API").when(IF_BIOMETRICS),
    Case::optional("CRT_ABHA_210", "an own card").when(EITHER_CARD).not_shown(OWN_PRINT),
    Case::mandatory("CRT_ABHA_301", "an option to create an ABHA number by demographics").when(GOVERNMENT),
    Case::mandatory("CRT_ABHA_302", "the consent text").when(GOVERNMENT),
    Case::optional("CRT_ABHA_303", "the consent text in further languages").not_shown(FACILITY_SCREEN),
    Case::mandatory("CRT_ABHA_304", "an invalid Aadhaar number is named so").when(GOVERNMENT),
    Case::mandatory("CRT_ABHA_305", "details as on Aadhaar; match and mismatch; an address is chosen")
        .when(GOVERNMENT),
    Case::mandatory("CRT_ABHA_306", "name, date of birth and gender are filled in and read-only")
        .when(GOVERNMENT),
    Case::mandatory("CRT_ABHA_307", "the ABHA number and address are shown").when(GOVERNMENT),
    Case::mandatory("CRT_ABHA_308", "the card made by the API").when(EITHER_CARD),
    Case::optional("CRT_ABHA_309", "an own card").when(EITHER_CARD).not_shown(OWN_PRINT),
    Case::optional("CRT_ABHA_401", "an option to apply by driving licence").when(LICENCE),
    Case::optional("CRT_ABHA_402", "the consent text").when(LICENCE),
    Case::optional("CRT_ABHA_403", "the mobile number is asked for").when(LICENCE),
    Case::optional("CRT_ABHA_404", "the mobile number is verified by OTP").when(LICENCE),
    Case::optional("CRT_ABHA_405", "the document is checked and gives an enrolment number").when(LICENCE),
    Case::optional("CRT_ABHA_406", "front and back of the document are uploaded").when(LICENCE),
    Case::optional("CRT_ABHA_407", "a health worker checks the papers by hand").when(LICENCE).not_shown(
        "A person at a facility looks at the papers; there is no call for it.",
    ),
    Case::optional("CRT_ABHA_408", "the number is shown").when(LICENCE),
    Case::optional("CRT_ABHA_410", "the card").when(LICENCE).not_shown(NO_CARD),
    Case::optional("CRT_ABHA_411", "an own card").when(LICENCE).not_shown(OWN_PRINT),
    Case::mandatory("VRFY_ABHA_101", "an ABHA number by Aadhaar OTP: profile, read-only fields, card"),
    Case::mandatory("VRFY_ABHA_102", "an ABHA address by Aadhaar OTP: the same"),
    Case::mandatory("VRFY_ABHA_201", "an ABHA number by an OTP to its mobile number"),
    Case::mandatory("VRFY_ABHA_202", "an ABHA address by an OTP to its mobile number"),
    Case::mandatory("VRFY_ABHA_301", "by mobile number: an invalid one is named so"),
    Case::mandatory("VRFY_ABHA_302", "a mobile number without ABHA number: not found, creation is offered"),
    Case::mandatory(
        "VRFY_ABHA_303",
        "a mobile number with ABHA numbers: OTP, then a list with name, number, address, photo",
    ),
    Case::mandatory("VRFY_ABHA_304", "a wrong OTP shows an error"),
    Case::mandatory("VRFY_ABHA_305", "the OTP is sent again at most twice, each time after 60 seconds"),
    Case::mandatory("VRFY_ABHA_401", "by Aadhaar number: an invalid one is named so"),
    Case::mandatory("VRFY_ABHA_402", "a wrong OTP shows an error"),
    Case::mandatory("VRFY_ABHA_403", "no ABHA number for this Aadhaar: said so, creation is offered"),
    Case::mandatory("VRFY_ABHA_404", "the ABHA number exists: profile and card"),
    Case::mandatory("VRFY_ABHA_405", "the OTP is sent again at most twice, each time after 60 seconds"),
    Case::optional("VRFY_ABHA_501", "an ABHA number by fingerprint or face").when("government"),
    Case::optional("VRFY_ABHA_502", "an ABHA address by biometrics").when("government"),
    Case::optional("VRFY_ABHA_501_QR", "name, date of birth, gender and mobile from a scanned QR code"),
    Case::optional("PROF_ABHA_601", "the mobile number is changed"),
    Case::optional("PROF_ABHA_602", "the photo is changed"),
    Case::optional("PROF_ABHA_603", "the e-mail address is changed"),
    Case::optional("PROF_ABHA_604", "re-KYC"),
    Case::optional("PROF_ABHA_605", "delete or deactivate; a later login fails"),
    Case::mandatory(
        "TAGGING_UNIQUEPATIENTID_UNIQUEABHANUMBER",
        "one ABHA number belongs to one patient id of the facility",
    ),
    Case::mandatory(
        "SHARE_PATIENT_PROFILE_701",
        "scan and share: the profile arrives, a token number goes back, good for 30 minutes",
    ),
];

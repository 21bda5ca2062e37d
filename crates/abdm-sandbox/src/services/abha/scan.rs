//! Scans of RD services, and what UIDAI says of them.
//!
//! Nobody can make real PID data for made-up people, so the sandbox takes any well-formed XML with
//! an element `PidData` or `Pid`, in base64. Two things are refused: XML in which the RD service
//! reports an error of its own (`errCode` other than `0`), and, as UIDAI refuses a stranger's
//! finger, XML that has the word `mismatch` anywhere in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::{OTHER_PERSON, unprocessable};
use crate::server::Refusal;

/// What was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scanned {
    Finger,
    Face,
    Iris,
}

impl Scanned {
    /// The word of the announcement's answer.
    pub(crate) const fn announced(self) -> &'static str {
        match self {
            Self::Finger => "FingerPrint authentication request successfully sent.",
            Self::Face => "FACE authentication request successfully sent.",
            Self::Iris => "IRIS authentication request successfully sent.",
        }
    }

    /// The text after a good scan.
    pub(crate) const fn verified(self) -> &'static str {
        match self {
            Self::Finger => "BIO verified successfully",
            Self::Face => "FACE verified successfully",
            Self::Iris => "IRIS verified successfully",
        }
    }

    /// The text for PID data of another form.
    pub(crate) const fn invalid(self) -> &'static str {
        match self {
            Self::Finger => "Invalid Fingerprint Auth PID",
            Self::Face => "Invalid Face Auth PID",
            Self::Iris => "Invalid Iris Auth PID",
        }
    }

    /// The refusal of PID data of another form.
    pub(crate) fn unreadable(self, now: DateTime<Utc>) -> Refusal {
        Refusal::field("PID", self.invalid(), now)
    }
}

/// What a scan shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// The person.
    ThePerson,
    /// Somebody else.
    SomebodyElse,
}

impl Shows {
    /// UIDAI's answer, when it is somebody else.
    pub(crate) fn judge(self) -> Result<(), Refusal> {
        match self {
            Self::ThePerson => Ok(()),
            Self::SomebodyElse => Err(unprocessable("ABDM-1204", OTHER_PERSON)),
        }
    }
}

/// Reads PID data. `None` when it has another form.
pub(crate) fn read(pid: &str) -> Option<Shows> {
    let xml = String::from_utf8(STANDARD.decode(pid).ok()?).ok()?;
    if !is_pid_data(&xml) || (xml.contains("errCode=\"") && !xml.contains("errCode=\"0\"")) {
        return None;
    }
    let mismatch = xml.to_lowercase().contains("mismatch");
    Some(if mismatch { Shows::SomebodyElse } else { Shows::ThePerson })
}

/// Whether this is one XML element, properly nested, with an element of PID data in it.
fn is_pid_data(xml: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let (mut elements, mut has_pid) = (0, false);
    let mut rest = xml.trim();
    while let Some((text, after)) = rest.split_once('<') {
        if open.is_empty() && !text.trim().is_empty() {
            return false;
        }
        let Some((tag, behind)) = after.split_once('>') else {
            return false;
        };
        rest = behind;
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return false;
            }
            continue;
        }
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        if name.is_empty() || tag.contains('<') || tag.matches('"').count() % 2 != 0 {
            return false;
        }
        if open.is_empty() {
            elements += 1;
        }
        has_pid |= matches!(name, "PidData" | "Pid");
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    elements == 1 && open.is_empty() && has_pid && rest.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(xml: &str) -> Option<Shows> {
        read(&STANDARD.encode(xml))
    }

    #[test]
    fn pid_data_is_taken_and_the_word_mismatch_is_a_strangers_finger() {
        let good = r#"<?xml version="1.0"?><PidData><Resp errCode="0" nmPoints="34"/><Data type="X">c2Nhbg==</Data></PidData>"#;
        assert_eq!(shows(good), Some(Shows::ThePerson));
        assert_eq!(shows("<Pid ts=\"now\"></Pid>"), Some(Shows::ThePerson));
        let other = good.replace("c2Nhbg==", "Mismatch");
        assert_eq!(shows(&other), Some(Shows::SomebodyElse));
    }

    #[test]
    fn everything_else_is_no_pid_data() {
        for wrong in [
            "",
            "<Opts/>",
            "<PidData>",
            "<PidData></Pid>",
            "PidData",
            "<PidData/><PidData/>",
            "text <PidData/>",
            "<PidData/> text",
            "<PidData><Data></PidData></Data>",
            r#"<PidData><Resp errCode="720"/></PidData>"#,
        ] {
            assert_eq!(shows(wrong), None, "{wrong}");
        }
        assert_eq!(read("<PidData/>"), None, "without base64");
    }
}

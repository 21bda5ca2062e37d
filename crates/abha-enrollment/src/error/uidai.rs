//! UIDAI's refusals, which ABDM hands on inside ABDM-1204: `UIDAI Error code : 400 : Invalid
//! Aadhaar OTP value.`
//!
//! NHA's documents name nine of UIDAI's codes; the others stand in the lists that UIDAI publishes
//! with its interfaces. Each row names its list. What a code means at the desk is our reading.

use super::classify::Asked;
use super::problem::Problem;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// NHA's pages and samples: errors.md, row 1204; m1-abha.md 5.
    Nha,
    /// UIDAI, "Aadhaar Authentication API Specification", version 2.5, list of error codes.
    Authentication,
    /// UIDAI, "Aadhaar OTP Request API Specification", version 2.5, list of error codes.
    Otp,
    /// UIDAI, "Aadhaar e-KYC API Specification", version 2.5, list of error codes.
    Kyc,
    /// UIDAI, "API Error Handling Document" of its developer section, and the lists of its
    /// agencies, which name codes that the specifications do not have.
    Handling,
}

/// What a code means at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// The same in every step.
    One(Problem),
    /// The first when a scan was sent, else the second.
    ScanOr(Problem, Problem),
    /// What was given is not the person's: OTP, scan or details, whichever was sent.
    NotProved,
}

#[derive(Debug)]
struct Row {
    /// One code, or the first and the last of a range of numbers.
    codes: (&'static str, &'static str),
    means: Means,
    source: Source,
}

const fn row(code: &'static str, means: Means, source: Source) -> Row {
    Row { codes: (code, code), means, source }
}

const fn rows(first: &'static str, last: &'static str, means: Means, source: Source) -> Row {
    Row { codes: (first, last), means, source }
}

/// The first row that holds a code counts.
const ROWS: &[Row] = {
    use Means::{NotProved, One, ScanOr};
    use Problem::*;
    use Source::*;

    /// The scanner's data are wrong, or else NHA's request is.
    const DEVICE: Means = ScanOr(BiometricDevice, UidaiRefused);

    &[
        // What the person gave differs from the record.
        row("100", One(DetailsMismatch), Authentication), // name, date of birth, gender
        row("200", One(DetailsMismatch), Authentication), // address
        row("902", One(DetailsMismatch), Authentication), // form of the date of birth
        row("K-100", NotProved, Kyc),
        // OTPs that cannot be sent.
        row("110", One(AadhaarWithoutMobile), Otp), // no e-mail address
        row("111", One(AadhaarWithoutMobile), Otp), // no mobile number
        row("112", One(AadhaarWithoutMobile), Otp), // neither
        rows("113", "115", One(AadhaarWithoutMobile), Otp), // there, but not verified
        row("515", One(AadhaarInvalid), Otp),       // VID
        row("K-515", One(AadhaarInvalid), Kyc),
        row("517", One(VirtualIdExpired), Otp),
        row("K-517", One(VirtualIdExpired), Kyc),
        row("950", One(UidaiUnavailable), Otp), // could not make or send the OTP
        row("952", One(TooManyAttempts), Otp),  // OTPs asked for too fast
        row("953", One(TooManyAttempts), Nha),  // and too many of them
        // OTPs that were given.
        row("400", One(WrongOtp), Nha),
        row("402", One(OtpSpent), Authentication), // of another transaction
        row("403", One(OtpSpent), Handling),       // tried too often, or none was made
        row("430", One(MethodNotAllowed), Handling), // only codes of the mAadhaar app
        row("740", One(WrongOtp), Authentication), // none in the request
        // Scans.
        row("300", One(BiometricMismatch), Nha),
        rows("310", "311", One(BiometricMismatch), Authentication), // the same finger or iris twice
        rows("312", "318", One(BiometricDevice), Authentication),
        row("330", One(BiometricUnavailable), Authentication), // locked by the person
        row("800", One(BiometricMismatch), Authentication),    // bad picture
        row("810", One(BiometricUnavailable), Nha),
        rows("811", "812", One(BiometricUnavailable), Authentication),
        row("915", One(BiometricUnavailable), Handling), // a child below five
        rows("820", "822", DEVICE, Authentication),
        row("K-544", DEVICE, Kyc),
        row("K-547", ScanOr(BiometricDevice, UidaiRefused), Nha), // `wadh`
        // The time and the repetition of what was sent.
        row("561", ScanOr(ScanExpired, OtpExpired), Nha),
        row("563", ScanOr(ScanExpired, OtpSpent), Nha),
        // The Aadhaar number.
        row("331", One(AadhaarLocked), Authentication),
        row("332", One(AadhaarLocked), Authentication),
        row("K-545", One(AadhaarLocked), Kyc), // opted out of this service
        row("992", One(AadhaarSuspended), Handling), // until the biometrics are renewed
        row("994", One(AadhaarSuspended), Handling),
        rows("995", "997", One(AadhaarSuspended), Authentication),
        row("998", One(AadhaarInvalid), Nha),
        row("K-998", One(AadhaarInvalid), Kyc),
        // Ways that NHA's licence at UIDAI does not hold.
        rows("576", "580", One(MethodNotAllowed), Authentication),
        row("586", One(MethodNotAllowed), Authentication),
        // The scanner and its certificates.
        rows("500", "504", DEVICE, Authentication),
        row("511", DEVICE, Authentication),
        row("513", DEVICE, Authentication),
        rows("520", "528", DEVICE, Authentication),
        rows("552", "560", DEVICE, Authentication),
        row("562", DEVICE, Authentication), // its clock
        row("564", DEVICE, Authentication),
        row("572", DEVICE, Authentication),
        rows("588", "591", DEVICE, Authentication),
        row("594", DEVICE, Handling), // blocked at UIDAI
        // NHA's request, licence or signature.
        rows("505", "587", One(UidaiRefused), Authentication),
        rows("700", "730", One(UidaiRefused), Authentication),
        row("901", One(UidaiRefused), Authentication),
        rows("910", "913", One(UidaiRefused), Authentication),
        rows("940", "941", One(UidaiRefused), Authentication),
        row("980", One(UidaiRefused), Authentication),
        rows("1605", "1606", One(UidaiRefused), Handling),
        rows("K-514", "K-570", One(UidaiRefused), Kyc),
        rows("K-600", "K-605", One(UidaiRefused), Kyc),
        // UIDAI's own faults.
        rows("930", "939", One(UidaiUnavailable), Authentication),
        row("951", One(UidaiUnavailable), Authentication),
        row("999", One(UidaiUnavailable), Authentication),
        row("K-200", One(UidaiUnavailable), Kyc), // the person's data are not there now
        row("K-571", One(UidaiUnavailable), Kyc),
        rows("K-955", "K-956", One(UidaiUnavailable), Kyc),
        row("K-999", One(UidaiUnavailable), Kyc),
    ]
};

/// What a refusal of UIDAI means. `text` is ABDM's, in lower case.
pub(super) fn problem_of(asked: Asked, text: &str) -> Problem {
    let inside = text.split_once("error code").map_or("", |(_, rest)| rest);
    let code: String = inside
        .chars()
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let found = Code::of(&code).and_then(|code| ROWS.iter().find(|row| row.holds(code)));
    let Some(row) = found else {
        return by_words(asked, text);
    };
    tracing::debug!(code, source = row.source.document(), "UIDAI refused");
    row.means.to(asked)
}

/// A code that stands in no list: its words may still say what is wrong with what the person gave.
fn by_words(asked: Asked, text: &str) -> Problem {
    let says = |needle: &str| text.contains(needle);
    let wrong =
        says("invalid") || says("not match") || says("validation failed") || says("incorrect");
    match asked {
        Asked::Otp if says("otp") && wrong => Problem::WrongOtp,
        Asked::Biometrics if says("biometric") && wrong => Problem::BiometricMismatch,
        _ => Problem::UidaiRefused,
    }
}

impl Source {
    /// Where the code can be looked up.
    const fn document(self) -> &'static str {
        match self {
            Self::Nha => "NHA's error pages, ABDM-1204",
            Self::Authentication => "UIDAI, Aadhaar Authentication API Specification 2.5",
            Self::Otp => "UIDAI, Aadhaar OTP Request API Specification 2.5",
            Self::Kyc => "UIDAI, Aadhaar e-KYC API Specification 2.5",
            Self::Handling => "UIDAI, API Error Handling Document",
        }
    }
}

impl Means {
    const fn to(self, asked: Asked) -> Problem {
        match (self, asked) {
            (Self::One(problem), _) | (Self::ScanOr(problem, _), Asked::Biometrics) => problem,
            (Self::ScanOr(_, problem), _) => problem,
            (Self::NotProved, Asked::Otp) => Problem::WrongOtp,
            (Self::NotProved, Asked::Biometrics) => Problem::BiometricMismatch,
            (Self::NotProved, _) => Problem::DetailsMismatch,
        }
    }
}

impl Row {
    fn holds(&self, code: Code) -> bool {
        let end = |text| Code::of(text).filter(|end| end.kyc == code.kyc).map(|end| end.number);
        let (first, last) = (end(self.codes.0), end(self.codes.1));
        first.is_some_and(|first| first <= code.number)
            && last.is_some_and(|last| code.number <= last)
    }
}

/// A code, whichever way it is written: `K-955`, `k955`, `T992`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Code {
    /// Of the e-KYC service, whose codes begin with a K.
    kyc: bool,
    number: u16,
}

impl Code {
    fn of(text: &str) -> Option<Self> {
        let kyc = text.starts_with(['K', 'k']);
        let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
        digits.parse().ok().map(|number| Self { kyc, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_means(asked: Asked, code: &str, words: &str, expected: Problem) {
        let text = format!("UIDAI Error code : {code} : {words}").to_lowercase();
        assert_eq!(problem_of(asked, &text), expected, "{code}");
    }

    // M1 trial B13.
    #[test]
    fn every_code_of_uidai_leads_to_a_next_step_at_the_desk() {
        let cases = [
            ("110", Problem::AadhaarWithoutMobile),
            ("111", Problem::AadhaarWithoutMobile),
            ("112", Problem::AadhaarWithoutMobile),
            ("114", Problem::AadhaarWithoutMobile),
            ("400", Problem::WrongOtp),
            ("402", Problem::OtpSpent),
            ("403", Problem::OtpSpent),
            ("515", Problem::AadhaarInvalid),
            ("517", Problem::VirtualIdExpired),
            ("930", Problem::UidaiUnavailable),
            ("939", Problem::UidaiUnavailable),
            ("940", Problem::UidaiRefused),
            ("950", Problem::UidaiUnavailable),
            ("952", Problem::TooManyAttempts),
            ("996", Problem::AadhaarSuspended),
            ("997", Problem::AadhaarSuspended),
            ("998", Problem::AadhaarInvalid),
            ("331", Problem::AadhaarLocked),
            ("569", Problem::UidaiRefused),
            ("K-955", Problem::UidaiUnavailable),
            ("k955", Problem::UidaiUnavailable),
            ("K-100", Problem::WrongOtp),
            ("T992", Problem::AadhaarSuspended),
            ("4711", Problem::UidaiRefused),
        ];
        for (code, expected) in cases {
            assert_means(Asked::Otp, code, "Could not generate and/or send OTP", expected);
        }
        assert_means(Asked::Otp, "4711", "Invalid Aadhaar OTP value.", Problem::WrongOtp);
        assert_means(Asked::Otp, "", "Invalid Aadhaar OTP value.", Problem::WrongOtp);
    }

    #[test]
    fn the_same_code_asks_for_a_scan_where_a_scan_was_sent() {
        assert_means(Asked::Biometrics, "561", "", Problem::ScanExpired);
        assert_means(Asked::Otp, "561", "", Problem::OtpExpired);
        assert_means(Asked::Biometrics, "524", "", Problem::BiometricDevice);
        assert_means(Asked::Otp, "524", "", Problem::UidaiRefused);
        assert_means(Asked::Biometrics, "330", "", Problem::BiometricUnavailable);
        assert_means(Asked::Biometrics, "K-100", "", Problem::BiometricMismatch);
        assert_means(Asked::Plainly, "K-100", "", Problem::DetailsMismatch);
    }

    #[test]
    fn every_row_is_reached_and_leads_to_no_blind_alley() {
        for (place, row) in ROWS.iter().enumerate() {
            let first = Code::of(row.codes.0).unwrap();
            let last = Code::of(row.codes.1).unwrap();
            assert!(first.kyc == last.kyc && first.number <= last.number, "{row:?}");
            let reached = (first.number..=last.number).any(|number| {
                let code = Code { number, ..first };
                ROWS.iter().position(|row| row.holds(code)) == Some(place)
            });
            assert!(reached, "{row:?} is behind another row");
            for asked in [Asked::Otp, Asked::Biometrics, Asked::Plainly] {
                assert_ne!(row.means.to(asked), Problem::Refused, "{row:?}");
            }
        }
    }
}

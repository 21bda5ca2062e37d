//! Masks long numbers and tokens in texts that go to logs.

/// Masks all that may be a person's in one of ABDM's texts: their numbers, and what stands before the
/// `@` of an ABHA address or e-mail address.
pub(super) fn mask_personal(text: &str) -> String {
    mask_names_of_addresses(&mask_numbers(text))
}

/// `asha@sbx` as `***@sbx`.
fn mask_names_of_addresses(text: &str) -> String {
    // An e-mail address may have nearly anything before its host.
    let in_name = |c: char| !c.is_whitespace() && !"()[]{}<>,;:\"@".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('@') {
        let kept = before.trim_end_matches(in_name);
        out.push_str(kept);
        out.push_str(if kept.len() < before.len() { "***@" } else { "@" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Replaces the digits of anything that may be an Aadhaar, ABHA or mobile number by `*`, all but the
/// last four. ABDM's texts are fixed sentences, but a few name the ABHA number that they are about.
///
/// A number is ten or more digits in a row, or groups of four with single dashes or blanks between
/// them (`12-3456-7890-1234`, `1234 5678 9012`). Dates and UUIDs stay as they are.
fn mask_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        out.push_str(before);
        let (run, after) = run.split_at(run_length(run));
        // Letters before or after mean a UUID or another reference.
        let embedded = before.ends_with(|c: char| c.is_ascii_alphabetic())
            || after.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_personal(run) && !(embedded && run.contains('-')) {
            mask_run(run, &mut out);
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Replaces what looks like a JWT, or the head of one, by `[token]`: a run that begins with `eyJ`, the
/// base64 of `{"`.
pub(super) fn mask_tokens(text: &str) -> String {
    let in_token = |c: char| c.is_ascii_alphanumeric() || "-_+/=.".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("eyJ") {
        let (before, run) = rest.split_at(start);
        out.push_str(before);
        let (run, after) = run.split_at(run.find(|c| !in_token(c)).unwrap_or(run.len()));
        // Within a word (`surveyJson`) only a long run is a token.
        let within = before.ends_with(|c: char| c.is_ascii_alphanumeric());
        if within && run.len() < MIN_TOKEN {
            out.push_str(run);
        } else {
            out.push_str("[token]");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The least length of a token that begins in the middle of a word.
const MIN_TOKEN: usize = 20;

/// The length of the digits at the start, single separators between them included.
fn run_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut length = 0;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        if byte.is_ascii_digit() {
            length = position + 1;
        } else if !b"- ".contains(byte) || length != position {
            break;
        }
        position += 1;
    }
    length
}

fn is_personal(run: &str) -> bool {
    let groups: Vec<usize> = run.split(['-', ' ']).map(str::len).collect();
    groups.iter().any(|length| *length >= 10) || groups.windows(3).any(|three| three == [4, 4, 4])
}

fn mask_run(run: &str, out: &mut String) {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = 0;
    for c in run.chars() {
        let digit = c.is_ascii_digit();
        seen += usize::from(digit);
        out.push(if digit && seen + 4 <= digits { '*' } else { c });
    }
}

#[cfg(test)]
mod tests {
    use super::{mask_numbers, mask_personal, mask_tokens};

    #[test]
    fn tokens_are_masked_and_words_that_hold_their_mark_are_not() {
        for (text, masked) in [
            ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI5MSJ9.c2ln, over", "token [token], over"),
            ("eyJhbGciOi", "[token]"),
            ("Bearer:eyJhbGciOiJSUzI1NiJ9", "Bearer:[token]"),
            ("xeyJhbGciOiJSUzI1NiJ9.eyJz", "x[token]"),
            ("surveyJson is invalid", "surveyJson is invalid"),
            ("एeyJhbGci", "ए[token]"),
            ("", ""),
        ] {
            assert_eq!(mask_tokens(text), masked);
        }
    }

    #[test]
    fn person_numbers_are_masked_to_their_last_four_digits() {
        for (text, masked) in [
            ("use ABHA number 91-1234-5678-9015 now", "use ABHA number **-****-****-9015 now"),
            ("91123456789015", "**********9015"),
            ("1234 5678 9012.", "**** **** 9012."),
            ("mobile 9876543210", "mobile ******3210"),
        ] {
            assert_eq!(mask_numbers(text), masked);
        }
    }

    #[test]
    fn addresses_are_masked_to_their_host() {
        for (text, masked) in [
            ("ABHA Address asha.example@sbx already exists", "ABHA Address ***@sbx already exists"),
            ("(91123456789015@abdm), asha_2+x@home.in", "(***@abdm), ***@home.in"),
            ("for o'brien/1@home.in", "for ***@home.in"),
            ("write to @sbx or @", "write to @sbx or @"),
        ] {
            assert_eq!(mask_personal(text), masked);
        }
    }

    #[test]
    fn dates_codes_and_uuids_stay_readable() {
        for text in [
            "2026-09-16 14:34:55",
            "UIDAI Error code : 400 : Invalid",
            "ABDM-1092",
            "37d8d312-1111-2222-3333-1fedad66b5f5",
            "",
            "ending with ******0903",
        ] {
            assert_eq!(mask_numbers(text), text);
        }
    }
}

//! Masks tokens in texts.

/// Replaces what looks like a JWT, or the head of one, by `[token]`: a run that begins with `eyJ`,
/// the base64 of `{"`.
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

#[cfg(test)]
mod tests {
    use super::mask_tokens;

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
}

//! An error that `main` returns is printed by its `Debug`: in words, not in names of variants.

use crate::names::code;

/// The crates whose errors a program meets, and which can reach `debug_in_words!`.
const CRATES: [&str; 5] = [
    "crates/abdm-base/",
    "crates/abdm-core/",
    "crates/abdm-flow/",
    "crates/abdm-store/",
    "crates/hip-services/",
];

/// The names of the public errors of a file whose `Debug` is derived.
fn derived(text: &str) -> Vec<&str> {
    let items = text.split("#[derive(").skip(1);
    let errors = items.filter_map(|item| {
        let (traits, rest) = item.split_once(")]")?;
        let is_error = traits.contains("thiserror::Error") && traits.contains("Debug");
        let head = rest.split('{').next()?.split(';').next()?;
        let mut words = head.split_whitespace().skip_while(|word| *word != "pub");
        let name = words.nth(2)?;
        (is_error && name.ends_with("Error")).then_some(name)
    });
    errors.collect()
}

#[test]
fn every_error_is_printed_in_words() {
    let mut found = Vec::new();
    for (file, text) in code() {
        if CRATES.iter().any(|folder| file.to_string_lossy().contains(folder)) {
            found.extend(derived(&text).into_iter().map(|name| format!("{name}: {file:?}")));
        }
    }
    assert!(found.is_empty(), "use `debug_in_words!` for {found:#?}");
}

#[test]
fn a_derived_debug_is_found() {
    let text = "#[derive(Debug, thiserror::Error)]\n#[error(\"x\")]\npub enum OpenError {\n}\n\
                #[derive(Debug, thiserror::Error)]\npub enum OpenErrorKind {\n}";
    assert_eq!(derived(text), ["OpenError"]);
}

use proptest::prelude::*;

use super::Json;

/// Any JSON text.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let name = prop_oneof!["[a-d]", any::<String>()];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(|members| {
                let members = members.into_iter().map(|(name, value)| {
                    format!("{}:{value}", serde_json::to_string(&name).unwrap())
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn json_is_written_as_it_was_read(text in json()) {
        let json = Json::parse(text.as_bytes()).unwrap();
        let again = Json::parse(&json.to_vec()).unwrap();
        prop_assert_eq!(&again, &json);
        prop_assert_eq!(Json::parse(&json.to_vec_pretty()).unwrap(), json);
    }

    #[test]
    fn json_is_read_as_others_read_it(text in json()) {
        let ours = Json::parse(text.as_bytes()).unwrap().to_vec();
        let ours: serde_json::Value = serde_json::from_slice(&ours).unwrap();
        prop_assert_eq!(ours, serde_json::from_str::<serde_json::Value>(&text).unwrap());
    }

    #[test]
    fn what_others_refuse_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let ours = Json::parse(&bytes).is_ok();
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
        // Numbers beyond a double are numbers to us; a byte order mark is let pass.
        let is_known = bytes.starts_with(b"\xef\xbb\xbf") || bytes.iter().any(u8::is_ascii_digit);
        prop_assert!(ours == theirs || (ours && !theirs && is_known));
    }
}

#[test]
fn a_number_keeps_its_text() {
    let weight = Json::parse(br#"{"value": 61.50, "unit": "kg"}"#).unwrap();
    assert_eq!(weight.get("value").and_then(Json::as_number), Some("61.50"));
    assert_eq!(weight.to_string(), r#"{"value":61.50,"unit":"kg"}"#);
}

#[test]
fn what_a_document_says_is_not_in_its_debug_text() {
    let json = Json::parse(br#"{"name": [{"text": "Asha Devi"}]}"#).unwrap();
    assert!(!format!("{json:?}").contains("Asha"));
}

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;
use crate::lenient;
use crate::wire::read_json;

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Person {
    #[serde(rename = "ABHANumber")]
    number: Option<lenient::Text>,
    name: Option<String>,
    #[serde(alias = "enrolmentNumber")]
    other_number: Option<String>,
    pin_code: Option<String>,
    #[serde(with = "lenient::integer::option")]
    expires_in: Option<i64>,
    active: Option<bool>,
    #[serde(with = "lenient::list")]
    addresses: Vec<lenient::Text>,
    tokens: Option<Tokens>,
    #[serde(with = "lenient::list::option")]
    accounts: Option<Vec<Account>>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Tokens {
    token: String,
    #[serde(default)]
    life: Option<u32>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Account {
    index: u8,
    #[serde(default)]
    name: Option<String>,
}

fn read(body: &str) -> Read<Person> {
    read_forgiving(body.as_bytes()).unwrap()
}

fn paths(read: &Read<Person>) -> Vec<&str> {
    read.warnings.iter().map(|warning| warning.path.as_str()).collect()
}

/// (M1 trial B1, B2, B4; ruling 46)
#[test]
fn one_field_that_does_not_fit_is_absent_and_named_and_the_rest_stands() {
    for (misfit, path) in [
        (r#""name":{}"#, "name"),
        (r#""name":["a","b"]"#, "name"),
        (r#""name":true"#, "name"),
        (r#""pinCode":{"a":"411001"}"#, "pinCode"),
        (r#""expiresIn":"30m""#, "expiresIn"),
        (r#""expiresIn":1800.5"#, "expiresIn"),
        (r#""expiresIn":1e19"#, "expiresIn"),
        (r#""expiresIn":"1800 s""#, "expiresIn"),
        (r#""active":"perhaps""#, "active"),
        (r#""tokens":{}"#, "tokens"),
        (r#""tokens":"""#, "tokens"),
        (r#""tokens":{"token":null}"#, "tokens.token"),
        (r#""tokens":{"token":{"a":1}}"#, "tokens.token"),
        (r#""addresses":{"a":1}"#, "addresses"),
        (r#""accounts":7"#, "accounts"),
    ] {
        let person = read(&format!(r#"{{{misfit},"ABHANumber":"91123456789015"}}"#));
        assert_eq!(person.value.number.as_ref().unwrap().0, "91123456789015", "{misfit}");
        let rest = Person { number: person.value.number.clone(), ..Person::default() };
        assert_eq!(person.value, rest, "{misfit}");
        assert_eq!(paths(&person).first(), Some(&path), "{misfit}");
    }
}

/// (M1 trial B2, C7)
#[test]
fn one_bad_element_of_a_list_is_left_out_and_the_others_are_kept() {
    let person =
        read(r#"{"accounts":[{"index":1},"text",{"index":null},{"index":3,"name":{}},{},null]}"#);
    let accounts: Vec<u8> = person.value.accounts.unwrap().iter().map(|a| a.index).collect();
    assert_eq!(accounts, [1, 3]);
    let named: Vec<&str> = person.warnings.iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!(named, ["accounts[1]", "accounts[2].index", "accounts[3].name"]);
}

#[test]
fn a_list_of_misfits_only_is_absent_and_not_empty() {
    for body in
        [r#"{"accounts":["a",7]}"#, r#"{"accounts":[{"index":"x"}]}"#, r#"{"accounts":[{}]}"#]
    {
        assert_eq!(read(body).value.accounts, None, "{body}");
    }
    assert_eq!(read(r#"{"accounts":[]}"#).value.accounts, Some(Vec::new()));
    assert_eq!(read(r#"{"addresses":["","a@sbx",null,{}]}"#).value.addresses.len(), 1);
}

/// (M1 trial B1, B4)
#[test]
fn a_field_that_stands_twice_is_read_once_and_what_says_something_wins() {
    for (body, doubled) in [
        (r#"{"pinCode":"411001","pincode":"411002"}"#, true),
        (r#"{"pin_code":"411001","PINCODE":"411001"}"#, false),
        (r#"{"pinCode":null,"pincode":"411001"}"#, false),
        (r#"{"pincode":"","pinCode":"411001"}"#, false),
        (r#"{"pinCode":{"no":"text"},"pincode":"411001"}"#, true),
        (r#"{"pinCode":"411001","pinCode":"411002"}"#, true),
        (r#"{"pinCode":null,"pinCode":411001}"#, false),
    ] {
        let person = read(body);
        assert_eq!(person.value.pin_code.as_deref(), Some("411001"), "{body}");
        assert_eq!(!person.warnings.is_empty(), doubled, "{body}: {:?}", person.warnings);
    }
    let aliases = read(r#"{"enrolmentNumber":"2","otherNumber":null,"name":"x"}"#);
    assert_eq!(aliases.value.other_number.as_deref(), Some("2"));
    let aliases = read(r#"{"enrolmentNumber":"2","otherNumber":"3","name":"x"}"#);
    assert_eq!(aliases.value.other_number.as_deref(), Some("2"));
    assert_eq!(aliases.value.name.as_deref(), Some("x"));
}

#[test]
fn of_two_objects_under_one_name_every_field_is_read_but_tokens_are_not_mixed() {
    let body = r#"{"accounts":{"index":1},"accounts":{"index":2,"name":"x"},
        "tokens":{"token":"a"},"tokens":{"token":"b","life":5}}"#;
    let person = read(body).value;
    assert_eq!(person.accounts.unwrap(), [Account { index: 1, name: Some("x".to_owned()) }]);
    assert_eq!(person.tokens.unwrap(), Tokens { token: "a".to_owned(), life: None });
    let masked = r#"{"ABHANumber":"xx-xxxx-xxxx-9015","ABHANumber":"91123456789015"}"#;
    assert_eq!(read(masked).value.number.unwrap().0, "91123456789015");
}

/// (M1 trial C11)
#[test]
fn a_byte_order_mark_and_a_list_of_one_are_taken_off() {
    for body in [
        "\u{feff}{\"name\":\"x\"}",
        r#"[{"name":"x"}]"#,
        r#"[[{"name":"x"}]]"#,
        r#"{"data":{"name":"x"}}"#,
        r#"{"Response":[{"name":"x"}]}"#,
        r#"[{"data":{"name":"x"},"status":200}]"#,
        r#"{"expiresIn":5,"data":{"name":"x"}}"#,
        r#"{"name":null,"result":{"name":"x"}}"#,
        r#"{"name":["x"]}"#,
    ] {
        assert_eq!(read(body).value.name.as_deref(), Some("x"), "{body}");
    }
    assert_eq!(read(r#"{"name":"x","data":{"name":"y"}}"#).value.name.as_deref(), Some("x"));
}

/// (M1 trial C11)
#[test]
fn a_list_is_no_struct_wherever_it_stands() {
    for body in ["[]", r#"["91123456789015","x"]"#, "null", "", "7"] {
        assert!(read_forgiving::<Person>(body.as_bytes()).is_err(), "{body}");
        assert!(read_json::<Person>(body.as_bytes()).is_err(), "{body}");
    }
    let nested = r#"{"name":"x","tokens":["secret",5],"accounts":[[1,"y"]]}"#;
    let person = read(nested);
    assert_eq!(person.value, Person { name: Some("x".to_owned()), ..Person::default() });
    assert!(read_json::<Person>(nested.as_bytes()).is_err());
}

#[test]
fn a_body_nested_deeper_than_it_can_be_read_is_refused_in_words() {
    for levels in [128, 1_000_000] {
        let deep = format!("{{\"name\":{}", "[".repeat(levels));
        for error in [
            read_forgiving::<Person>(deep.as_bytes()).unwrap_err(),
            read_json::<Person>(deep.as_bytes()).unwrap_err(),
        ] {
            assert!(error.to_string().contains("nested deeper than 127 levels"), "{error}");
        }
    }
}

#[test]
fn what_comes_in_by_itself_is_read_as_strictly_as_before() {
    assert!(read_json::<Person>("\u{feff}{\"name\":\"x\"}".as_bytes()).is_ok());
    for body in [
        r#"{"name":7}"#,
        r#"{"name":"x","name":"y"}"#,
        r#"{"name":["x"]}"#,
        r#"[{"name":"x"}]"#,
        r#"{"accounts":[{"index":1},7]}"#,
        r#"{"tokens":{}}"#,
        r#"{"active":"true"}"#,
    ] {
        assert!(read_json::<Person>(body.as_bytes()).is_err(), "{body}");
    }
    let misspelt: Person = read_json(br#"{"pincode":"411001","NAME":"x"}"#).unwrap();
    assert_eq!(misspelt, Person::default());
}

#[test]
fn what_an_answer_cannot_be_without_stays_required_and_the_cause_is_told() {
    let error = |body: &str| read_forgiving::<Tokens>(body.as_bytes()).unwrap_err().to_string();
    assert_eq!(error("{}"), "the body does not fit at .: missing field `token`");
    assert_eq!(error(r#"{"token":{"a":1}}"#), "the body does not fit at token: expected a string");
    assert_eq!(error(r#"{"token":true}"#), "the body does not fit at token: expected a string");
    assert!(error("<html>").contains("the JSON is not readable"));
    assert!(error(r#"{"token":"t""#).contains("cut off"));
    assert!(error(r#"{"token":"t"}{"token":"t"}"#).contains("something follows"));
}

#[test]
fn warnings_name_places_and_never_values() {
    let person = read(
        r#"{"name":{"Asha":"Example"},"Asha Example":1,"tokens":{"token":["TOKabc","b"]},
            "accounts":[{"index":"Asha"},{"index":1}],"pinCode":"411001","pincode":"560001"}"#,
    );
    let told = format!("{:?} {}", person.warnings, person.warnings[0]);
    for value in ["Asha", "Example", "TOKabc", "411001", "560001"] {
        assert!(!told.contains(value), "{told}");
    }
}

/// The first value that fits is kept, whatever surrounds it.
#[test]
fn a_thousand_misfits_end_as_an_error() {
    let bad = vec!["{\"index\":\"x\"}"; 1000].join(",");
    let body = format!(r#"{{"name":"x","accounts":[{bad}]}}"#);
    assert!(read_forgiving::<Person>(body.as_bytes()).is_err());
}

/// (ruling 42)
#[test]
fn a_refusal_is_found_in_any_spelling_and_wrapper_and_beside_a_success() {
    let refused = |body: &str| {
        let ok = http::StatusCode::OK;
        let headers = http::HeaderMap::new();
        let hidden = crate::error::ApiError::hidden_in_success;
        let meta = <crate::api::gateway::ListBridgeServices as crate::endpoint::Endpoint>::META;
        hidden(&meta, None, ok, &headers, body.as_bytes()).is_some()
    };
    for body in [
        r#"{"authResult":"failed","token":"t"}"#,
        "\u{feff}{\"authResult\":\"failed\"}",
        r#"{"authresult":"Failed","token":"t"}"#,
        r#"{"auth_result":"failed"}"#,
        r#"{"authResult":false,"token":"t"}"#,
        r#"{"data":{"authResult":"failed","token":"t"}}"#,
        r#"[{"response":{"authResult":"failed"}}]"#,
        r#"{"authResult":"success","authResult":"failed"}"#,
        r#"{"authResult":"failed","authResult":"success"}"#,
        r#"{"authResult":null,"authResult":"failed"}"#,
    ] {
        assert!(refused(body), "{body}");
    }
    for body in [
        r#"{"authResult":"success"}"#,
        r#"{"data":{"authResult":"SUCCESS "}}"#,
        r#"{"authResult":true}"#,
        r#"{"authResult":null,"token":"t"}"#,
        r#"{"authResult":{},"authResult":"success"}"#,
    ] {
        assert!(!refused(body), "{body}");
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-z0-9 ]{0,6}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        Just("name"),
        Just("pinCode"),
        Just("pincode"),
        Just("expiresIn"),
        Just("tokens"),
        Just("token"),
        Just("accounts"),
        Just("index"),
        Just("data"),
        Just("addresses"),
        Just("enrolmentNumber"),
        Just("otherNumber"),
        Just("more"),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
                serde_json::Value::Object(members.collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes: an object is always read (unless a list in it stands for the answer), and
    /// what the strict reader takes comes out the same.
    #[test]
    fn every_object_is_read_and_nothing_that_fits_is_changed(json in any_json()) {
        let body = serde_json::to_vec(&json).unwrap();
        let forgiven = read_forgiving::<Person>(&body);
        let listed = json.get("data").is_some_and(serde_json::Value::is_array);
        if json.is_object() && !listed {
            prop_assert!(forgiven.is_ok(), "{:?}", forgiven);
        }
        let wrapped = json.get("data").is_some();
        if let (Ok(strict), false) = (read_json::<Person>(&body), wrapped) {
            let both = json.get("pincode").is_some();
            let blanks = strict.addresses.iter().any(|text| text.0.trim().is_empty());
            if !both && !blanks {
                prop_assert_eq!(forgiven.unwrap().value, strict);
            }
        }
    }
}

//! A list of codes, in whichever form it comes.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A code and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CodedName {
    /// The code, as the registry's calls want it.
    pub code: String,
    /// The name.
    pub name: String,
}

impl CodedName {
    /// This code stands for this.
    #[must_use]
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self { code: code.into(), name: name.into() }
    }
}

/// A list of codes. Of the categories of professionals the form is published
/// (`[{"code","name"}]`), of the others it is not: read from the first list in the answer, whatever
/// the fields of its entries are called that end with "code" and "name".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MasterList(pub Vec<CodedName>);

impl<'de> Deserialize<'de> for MasterList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Value::deserialize(deserializer)?;
        let none = || serde::de::Error::custom("it holds no list");
        let entries = list_in(&body, 3).ok_or_else(none)?;
        Ok(Self(entries.iter().filter_map(entry).collect()))
    }
}

/// The list itself, or the first one inside, so many levels down.
fn list_in(value: &Value, depth: u8) -> Option<&[Value]> {
    match value {
        Value::Array(entries) => Some(entries),
        // A single entry for a list of one.
        Value::Object(fields)
            if entry(value).is_some() && !fields.values().any(Value::is_array) =>
        {
            Some(std::slice::from_ref(value))
        }
        Value::Object(fields) if depth > 0 => {
            fields.values().find_map(|inner| list_in(inner, depth - 1))
        }
        _ => None,
    }
}

fn entry(value: &Value) -> Option<CodedName> {
    if let Some(word) = text(value) {
        return Some(CodedName::new(word.clone(), word));
    }
    let fields = value.as_object()?;
    let ending = |endings: &[&str]| {
        endings.iter().find_map(|ending| {
            let found = fields.iter().find(|(name, value)| {
                name.to_ascii_lowercase().ends_with(ending) && text(value).is_some()
            });
            found.and_then(|(_, value)| text(value))
        })
    };
    let code = ending(&["code", "id", "key", "type"]);
    let name = ending(&["name", "value", "description", "desc"]);
    match (code, name) {
        (Some(code), Some(name)) => Some(CodedName { code, name }),
        (Some(only), None) | (None, Some(only)) => Some(CodedName::new(only.clone(), only)),
        (None, None) => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_bare_or_wrapped_and_by_whatever_its_fields_are_called() {
        let expected = [CodedName::new("27", "Maharashtra"), CodedName::new("29", "Karnataka")];
        for json in [
            r#"[{"code":"27","name":"Maharashtra"},{"code":29,"name":"Karnataka"}]"#,
            r#"[{"stateCode":27,"stateName":"Maharashtra"},{"stateCode":29,"stateName":"Karnataka"}]"#,
            r#"{"message":"ok","data":{"states":[{"lgdCode":"27","value":"Maharashtra"},{"lgdCode":"29","value":"Karnataka"}]}}"#,
            r#"{"masterData":[{"name":"Maharashtra","code":"27"},{"name":"Karnataka","code":"29"},null]}"#,
        ] {
            let read = crate::wire::read_forgiving::<MasterList>(json.as_bytes()).unwrap();
            assert_eq!(read.value.0, expected, "{json}");
        }
        let words =
            crate::wire::read_forgiving::<MasterList>(br#"["OWNER","SPECIALITIES"]"#).unwrap();
        assert_eq!(words.value.0[1], CodedName::new("SPECIALITIES", "SPECIALITIES"));
        let empty = crate::wire::read_forgiving::<MasterList>(b"[]").unwrap();
        assert!(empty.value.0.is_empty());
        for json in ["{}", r#"{"message":"none"}"#, "7"] {
            assert!(crate::wire::read_forgiving::<MasterList>(json.as_bytes()).is_err(), "{json}");
        }
    }
}

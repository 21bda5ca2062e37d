//! A generator of answers that are lawful but odd, for tests (feature `testing`).
//!
//! ABDM changes types, leaves fields out, repeats them, masks, wraps and lists what the documents
//! print plainly, and what stands between cuts it off or answers in its place. From one good answer
//! come any number of odd ones, each known by its seed; and from a refusal any number in which it
//! still stands.

mod refusal;

use std::fmt::Write as _;

use serde_json::Value;

pub use self::refusal::{odd_refusal, refusals};

/// JSON that may say a thing twice.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// Anything but a list or an object.
    Leaf(Value),
    /// A list.
    List(Vec<Self>),
    /// An object, in the order of its members.
    Object(Vec<(String, Self)>),
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(
                members.iter().map(|(name, member)| (name.clone(), Self::from(member))).collect(),
            ),
            leaf => Self::Leaf(leaf.clone()),
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leaf(leaf) => write!(f, "{leaf}"),
            Self::List(items) => {
                f.write_char('[')?;
                for (place, item) in items.iter().enumerate() {
                    f.write_str(if place > 0 { "," } else { "" })?;
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (place, (name, member)) in members.iter().enumerate() {
                    f.write_str(if place > 0 { "," } else { "" })?;
                    write!(f, "{}:{member}", Value::from(name.as_str()))?;
                }
                f.write_char('}')
            }
        }
    }
}

/// An answer as it arrives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OddAnswer {
    /// The body.
    pub body: Vec<u8>,
    /// What it says it is.
    pub media_type: &'static str,
    /// What the body holds; `None` when what stands between has left no JSON, or more than one.
    pub json: Option<Json>,
    /// What was done to the good answer.
    pub done: Vec<&'static str>,
}

impl OddAnswer {
    /// A good answer as it is.
    #[must_use]
    pub fn plain(good: &Value) -> Self {
        let json = Json::from(good);
        let body = json.to_string().into_bytes();
        Self { body, media_type: "application/json", json: Some(json), done: Vec::new() }
    }
}

/// A good answer made odd, the same for the same seed: with up to six changes inside, and now and
/// then broken on the way.
#[must_use]
pub fn odd_answer(good: &Value, seed: u64) -> OddAnswer {
    let mut dice = Dice(seed);
    let mut json = Json::from(good);
    let mut done = Vec::new();
    for _ in 0..=dice.below(6) {
        done.push(change(&mut json, &mut dice));
    }
    let body = json.to_string().into_bytes();
    let media_type = "application/json";
    if dice.below(5) > 0 {
        return OddAnswer { body, media_type, json: Some(json), done };
    }
    let (body, media_type, whole) = broken(body, &mut dice, &mut done);
    OddAnswer { body, media_type, json: whole.then_some(json), done }
}

fn broken(
    mut body: Vec<u8>,
    dice: &mut Dice,
    done: &mut Vec<&'static str>,
) -> (Vec<u8>, &'static str, bool) {
    let mut broken = |what| done.push(what);
    match dice.below(7) {
        0 => {
            broken("cut off");
            body.truncate(dice.below(body.len()));
            (body, "application/json", false)
        }
        1 => {
            broken("empty");
            (Vec::new(), "application/json", false)
        }
        2 => {
            broken("a web page");
            let page = b"<!DOCTYPE html><html><head><title>Gateway</title></head></html>";
            (page.to_vec(), "text/html", false)
        }
        3 => {
            broken("twice");
            (body.repeat(2), "application/json", false)
        }
        4 => {
            broken("other media type");
            (body, "text/plain;charset=ISO-8859-1", true)
        }
        5 => {
            broken("blanks around");
            (["\r\n \t".as_bytes(), &body, b"\r\n"].concat(), "application/json", true)
        }
        _ => {
            broken("byte order mark");
            (["\u{feff}".as_bytes(), &body].concat(), "application/json", true)
        }
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when there is none.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    fn of<T: Clone>(&mut self, choices: &[T], otherwise: T) -> T {
        choices.get(self.below(choices.len())).cloned().unwrap_or(otherwise)
    }
}

/// One change, somewhere: at the whole answer, or at one of its nodes.
fn change(json: &mut Json, dice: &mut Dice) -> &'static str {
    if dice.below(8) == 0 {
        return around(json, dice);
    }
    let count = objects(json);
    let mut place = dice.below(count);
    match object_at(json, &mut place) {
        Some(members) if !members.is_empty() => inside(members, dice),
        _ => around(json, dice),
    }
}

/// Wraps or lists the whole.
fn around(json: &mut Json, dice: &mut Dice) -> &'static str {
    let whole = std::mem::replace(json, Json::Leaf(Value::Null));
    let (odd, what) = match dice.below(3) {
        0 => (Json::List(vec![whole]), "listed"),
        1 => {
            let name = dice.of(&["data", "response", "result", "Data"], "data");
            (Json::Object(vec![(name.to_owned(), whole)]), "wrapped")
        }
        _ => match whole {
            Json::List(items) if items.len() == 1 => (
                items.into_iter().next().unwrap_or(Json::Leaf(Value::Null)),
                "taken out of its list",
            ),
            other => (Json::List(vec![other]), "listed"),
        },
    };
    *json = odd;
    what
}

fn objects(json: &Json) -> usize {
    match json {
        Json::Leaf(_) => 0,
        Json::List(items) => items.iter().map(objects).sum(),
        Json::Object(members) => 1 + members.iter().map(|(_, node)| objects(node)).sum::<usize>(),
    }
}

/// The object of this number, counted from the outside.
fn object_at<'j>(json: &'j mut Json, place: &mut usize) -> Option<&'j mut Vec<(String, Json)>> {
    match json {
        Json::Leaf(_) => None,
        Json::List(items) => items.iter_mut().find_map(|item| object_at(item, place)),
        Json::Object(members) => {
            if *place == 0 {
                return Some(members);
            }
            *place -= 1;
            members.iter_mut().find_map(|(_, member)| object_at(member, place))
        }
    }
}

/// Changes one member of an object, or adds one.
fn inside(members: &mut Vec<(String, Json)>, dice: &mut Dice) -> &'static str {
    let at = dice.below(members.len());
    let kind = dice.below(12);
    if kind == 0 {
        members.remove(at);
        return "missing";
    }
    if kind == 1 {
        let (name, node) = extra(dice);
        members.insert(at, (name, node));
        return "extra";
    }
    let Some((name, node)) = members.get_mut(at) else {
        return "nothing";
    };
    match kind {
        2 => {
            *node = Json::Leaf(Value::Null);
            "null"
        }
        3 => {
            *node = other_type(node, dice);
            "another type"
        }
        4 => {
            let empty = [Json::Leaf("".into()), Json::List(Vec::new()), Json::Object(Vec::new())];
            *node = dice.of(&empty, Json::Leaf(Value::Null));
            "emptied"
        }
        5 => {
            *node = Json::List(vec![node.clone()]);
            "a list of one"
        }
        6 => {
            *node = masked(node, dice);
            "masked"
        }
        7 => {
            *name = respelt(name, dice);
            "in another spelling"
        }
        8 => {
            among_others(node, dice);
            "among others"
        }
        9 => {
            *node = padded(node);
            "blanks around a text"
        }
        _ => {
            let name = if kind == 10 { name.clone() } else { respelt(name, dice) };
            let twin = match dice.below(4) {
                0 => Json::Leaf(Value::Null),
                1 => masked(node, dice),
                2 => node.clone(),
                _ => other_type(node, dice),
            };
            let before = dice.below(2) == 0;
            members.insert(if before { at } else { at + 1 }, (name, twin));
            "twice"
        }
    }
}

fn extra(dice: &mut Dice) -> (String, Json) {
    let names = [
        "healthIdNumber",
        "jwtResponse",
        "error",
        "tags",
        "status",
        "code",
        "timestamp",
        "healthId",
        "_links",
        "data",
        "message",
        "newField",
    ];
    let values = [
        Json::Leaf(Value::Null),
        Json::Leaf("".into()),
        Json::Object(Vec::new()),
        Json::List(Vec::new()),
        Json::Leaf("ACTIVE".into()),
        Json::Leaf(200.into()),
    ];
    (dice.of(&names, "tags").to_owned(), dice.of(&values, Json::Leaf(Value::Null)))
}

/// The same in a type where nobody expects it, or something else in its place.
fn other_type(node: &Json, dice: &mut Dice) -> Json {
    let leaf = |value: Value| Json::Leaf(value);
    match (node, dice.below(5)) {
        (Json::Leaf(Value::Number(number)), 0 | 1) => leaf(number.to_string().into()),
        (Json::Leaf(Value::Number(number)), 2) => leaf(number.as_f64().unwrap_or(0.5).into()),
        (Json::Leaf(Value::Bool(flag)), 0 | 1) => leaf(flag.to_string().into()),
        (Json::Leaf(Value::Bool(flag)), 2) => leaf(u8::from(*flag).into()),
        (Json::Leaf(Value::String(text)), 0 | 1) => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.parse::<u64>().map_or_else(|_| leaf(true.into()), |number| leaf(number.into()))
        }
        (Json::Leaf(inner), 3) => Json::Object(vec![("value".to_owned(), leaf(inner.clone()))]),
        (Json::Object(members), 0 | 1) => {
            Json::List(members.iter().map(|(_, member)| member.clone()).collect())
        }
        (Json::List(items), 0 | 1) => items.first().cloned().unwrap_or_else(|| leaf(0.into())),
        _ => {
            let others = [
                leaf(true.into()),
                leaf(0.into()),
                leaf((-1).into()),
                leaf(1800.5.into()),
                leaf(1e19.into()),
                leaf("30m".into()),
                leaf("null".into()),
                Json::List(vec![leaf(1.into()), leaf(Value::Null)]),
                Json::Object(Vec::new()),
            ];
            dice.of(&others, leaf(Value::Null))
        }
    }
}

/// Digits and letters hidden, in one of the ways that ABDM hides them.
fn masked(node: &Json, dice: &mut Dice) -> Json {
    let Json::Leaf(Value::String(text)) = node else {
        return node.clone();
    };
    let count = text.chars().count();
    let (sign, shown) = dice.of(&[('*', 4), ('x', 4), ('X', 2), ('*', 0)], ('*', 4));
    let hide = |(place, c): (usize, char)| {
        if c.is_alphanumeric() && place + shown < count { sign } else { c }
    };
    Json::Leaf(text.chars().enumerate().map(hide).collect::<String>().into())
}

/// The name with other capitals, or in snake case.
fn respelt(name: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        2 => {
            let mut chars = name.chars();
            let first = chars.next().map(|c| c.to_ascii_lowercase());
            first.into_iter().chain(chars).collect()
        }
        _ => {
            let mut snake = String::new();
            let mut before = '_';
            for c in name.chars() {
                if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_lowercase());
                before = c;
            }
            snake
        }
    }
}

/// A list gets elements that are none, or one of its own again; anything else is listed with them.
fn among_others(node: &mut Json, dice: &mut Dice) {
    let mut items = match std::mem::replace(node, Json::Leaf(Value::Null)) {
        Json::List(items) => items,
        other => vec![other],
    };
    let strangers = [
        Json::Leaf(Value::Null),
        Json::Object(Vec::new()),
        Json::Leaf("".into()),
        Json::Leaf("text".into()),
        Json::Leaf(7.into()),
        Json::List(Vec::new()),
    ];
    let twin = items.first().cloned();
    let stranger = dice.of(&strangers, Json::Leaf(Value::Null));
    let added = twin.filter(|_| dice.below(4) == 0).unwrap_or(stranger);
    items.insert(dice.below(items.len() + 1), added);
    *node = Json::List(items);
}

fn padded(node: &Json) -> Json {
    match node {
        Json::Leaf(Value::String(text)) => Json::Leaf(format!(" {text} \n").into()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_seed_makes_the_same_answer_and_all_kinds_come() {
        let good = json!({
            "message": "done", "isNew": true, "n": 1800, "tokens": {"token": "t"},
            "list": [{"ABHANumber": "91-1234-5678-9015"}],
        });
        let mut done = BTreeSet::new();
        for seed in 0..3000 {
            let odd = odd_answer(&good, seed);
            assert_eq!(odd.body, odd_answer(&good, seed).body);
            if odd.json.is_some() {
                let body = String::from_utf8(odd.body).unwrap();
                let text = body.trim_start_matches('\u{feff}').trim();
                assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}");
            }
            done.extend(odd.done);
        }
        let kinds = [
            "missing",
            "extra",
            "null",
            "another type",
            "emptied",
            "a list of one",
            "masked",
            "in another spelling",
            "among others",
            "blanks around a text",
            "twice",
            "listed",
            "wrapped",
            "cut off",
            "empty",
            "a web page",
            "byte order mark",
            "other media type",
        ];
        for kind in kinds {
            assert!(done.contains(kind), "{kind} never came: {done:?}");
        }
    }
}

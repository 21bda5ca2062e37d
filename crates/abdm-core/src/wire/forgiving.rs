//! Reading answers: what does not fit is left out, the rest stands (rulings.md 46).

use std::fmt;

use serde::de::DeserializeOwned;

use super::WireError;
use super::node::{Misfit, Node};
use super::reader::{Reader, field_of, same_name};
use super::trace::Trace;

/// How many misfits of one answer are mended before it counts as unreadable.
const MOST_REPAIRS: usize = 256;

/// The members under which an answer has been seen wrapped.
pub(crate) const WRAPPERS: &[&str] = &["data", "response", "result"];

/// An answer, and what of it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// What was left out, doubled or unwrapped; empty for an answer in its own form.
    pub warnings: Vec<Warning>,
}

impl<T> Read<T> {
    /// An answer that needed no mending.
    pub const fn whole(value: T) -> Self {
        Self { value, warnings: Vec::new() }
    }
}

/// Something in an answer that is not as the contract has it, and was mended.
///
/// It names the place and the rule, never the value, so that it may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Where: a JSON path of field names and indexes (`accounts[1].name`); `.` is the whole answer.
    pub path: String,
    /// What is wrong there, and what was done.
    pub problem: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

/// Reads the JSON body of an answer, and keeps of it whatever can be kept.
///
/// * A field that does not fit is absent, an element of a list that does not fit is left out, and
///   each is told as a [`Warning`]. A list of which no element is left is absent, not empty: "no
///   accounts" must not come out of a misfit.
/// * A field is known in any spelling (`pinCode`, `pincode`, `pin_code`). If it stands there more
///   than once, the first that says most is taken: a whole text before a masked one, a masked one
///   before none. Of two objects under one name each field is taken, the first's before the
///   second's.
/// * Numbers, texts of digits, and `"true"` are read where the other is expected.
/// * A list of one stands for its element, an answer inside `data`, `response` or `result` for
///   itself.
///
/// What an answer cannot be without stays required: a field that the type does not default makes
/// the struct around it a misfit, and if that is the whole answer, the answer an error.
///
/// ```
/// use abdm_core::wire::read_forgiving;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Sent {
///     #[serde(rename = "txnId")]
///     txn_id: String,
///     message: Option<String>,
/// }
/// let read = read_forgiving::<Sent>(br#"[{"txnId": 7, "message": {"en": "OTP sent"}}]"#)?;
/// assert_eq!((read.value.txn_id.as_str(), read.value.message), ("7", None));
/// assert!(read.warnings.iter().any(|warning| warning.path == "message"));
/// assert!(read_forgiving::<Sent>(br#"{"txnId": null}"#).is_err());
/// # Ok::<(), abdm_core::wire::WireError>(())
/// ```
///
/// # Errors
/// [`WireError::Body`], with the JSON path of the misfit that cost the answer.
pub fn read_forgiving<T: DeserializeOwned>(body: &[u8]) -> Result<Read<T>, WireError> {
    let mut tree = Node::parse(body)?;
    tree.merge_twins();
    let mut warnings: Vec<Warning> = Vec::new();
    let mut wrapped = true;
    for _ in 0..MOST_REPAIRS {
        let trace = Trace::forgiving();
        let read = T::deserialize(Reader::new(&tree, &trace));
        if wrapped
            && let Some(fields) = trace.root_fields()
            && let Some(wrapper) = unwrap(&mut tree, fields)
        {
            wrapped = false;
            tree.merge_twins();
            warnings.push(Warning {
                path: wrapper.to_owned(),
                problem: "the answer is wrapped in it".to_owned(),
            });
            continue;
        }
        let misfit = match read {
            Ok(value) => {
                let doubled = trace.doubled().into_iter().map(|path| Warning {
                    path,
                    problem: "it stands there more than once, the first is taken".to_owned(),
                });
                warnings.extend(doubled);
                return Ok(Read { value, warnings });
            }
            Err(misfit) => misfit,
        };
        let fault = trace.fault(&misfit);
        if !mend(&mut tree, &fault.steps) {
            return Err(unreadable(fault.path, &misfit, warnings));
        }
        let warning = Warning { path: fault.path, problem: misfit.to_string() };
        if warnings.last() != Some(&warning) {
            warnings.push(warning);
        }
    }
    let problem = "too many fields of it do not fit".to_owned();
    Err(WireError::Body { path: ".".to_owned(), problem })
}

/// The error of an answer that lacks what it needs: where that was left out as a misfit, the
/// misfit.
fn unreadable(path: String, misfit: &Misfit, warnings: Vec<Warning>) -> WireError {
    let cause = match misfit {
        Misfit::Missing(field) => warnings.into_iter().find(|warning| warning.path == *field),
        _ => None,
    };
    match cause {
        Some(Warning { path, problem }) => WireError::Body { path, problem },
        None => WireError::Body { path, problem: misfit.to_string() },
    }
}

/// Makes the node at the end of `steps` fit better: a list of one becomes its element, anything
/// else goes. `false` when nothing is left to do.
fn mend(tree: &mut Node<'_>, steps: &[usize]) -> bool {
    let Some(node) = node_at(tree, steps) else {
        return false;
    };
    if let Node::List(items) = node
        && items.len() == 1
    {
        let element = items.pop().unwrap_or(Node::Null);
        *node = element;
        return true;
    }
    take_away(tree, steps)
}

/// Takes the node away; with it the list in which nothing else is said. An element leaves `null`
/// behind first, so that the others keep their places.
fn take_away(tree: &mut Node<'_>, steps: &[usize]) -> bool {
    let Some((last, parent)) = steps.split_last() else {
        return false;
    };
    match node_at(tree, parent) {
        Some(Node::Object(members)) if *last < members.len() => {
            members.remove(*last);
            true
        }
        Some(Node::List(items)) => {
            let mut others = items.iter().enumerate().filter(|(index, _)| index != last);
            if others.all(|(_, other)| other.is_filler()) {
                return take_away(tree, parent);
            }
            match items.get_mut(*last) {
                Some(item) if *item != Node::Null => *item = Node::Null,
                Some(_) => drop(items.remove(*last)),
                None => return false,
            }
            true
        }
        _ => false,
    }
}

fn node_at<'t, 'b>(tree: &'t mut Node<'b>, steps: &[usize]) -> Option<&'t mut Node<'b>> {
    steps.iter().try_fold(tree, |node, step| match node {
        Node::Object(members) => members.get_mut(*step).map(|(_, member)| member),
        Node::List(items) => items.get_mut(*step),
        _ => None,
    })
}

/// Takes the answer out of its wrapper, beside which other fields may stand. The name of the
/// wrapper.
fn unwrap(tree: &mut Node<'_>, fields: &'static [&'static str]) -> Option<&'static str> {
    let root = match tree {
        Node::List(items) if items.len() == 1 => items.first_mut()?,
        root => root,
    };
    let Node::Object(members) = root else {
        return None;
    };
    let wrapper = WRAPPERS.iter().find(|name| field_of(name, fields).is_none())?;
    let at = members.iter().position(|(key, node)| {
        WRAPPERS.iter().any(|name| same_name(name, key))
            && field_of(key, fields).is_none()
            && matches!(node, Node::Object(_) | Node::List(_))
            && node.says_something()
    })?;
    let alone = members.iter().all(|(key, _)| field_of(key, fields).is_none());
    let (key, inner) = members.remove(at);
    let name = WRAPPERS.iter().find(|name| same_name(name, &key)).unwrap_or(wrapper);
    match inner {
        Node::Object(inner) => members.extend(inner),
        list if alone => *root = list,
        _ => {}
    }
    Some(name)
}

#[cfg(test)]
mod tests;

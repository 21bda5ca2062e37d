//! A body as a refusal is looked for in it: every name once, in the contract's spelling.

use std::collections::BTreeMap;

use serde_json::Value;

use super::node::Node;
use super::reader::same_name;

/// By what is chosen among the values that stand under one name.
#[derive(Clone, Copy)]
pub(crate) struct Preference {
    /// The names that are known in any spelling.
    pub(crate) names: &'static [&'static [&'static str]],
    /// How much a value under this name tells, 0 for nothing; the first of the most telling is
    /// taken.
    pub(crate) rank: fn(&str, &Value) -> u8,
}

/// The body, with one value under each name. Objects that share a name become one, and so do lists:
/// what stands in any of them is seen. `None` when the body is no JSON.
pub(crate) fn plain(body: &[u8], preference: Preference) -> Option<Value> {
    Node::parse(body).ok().map(|node| preference.value(&node))
}

impl Preference {
    fn value(self, node: &Node<'_>) -> Value {
        match node {
            Node::Null => Value::Null,
            Node::Flag(v) => (*v).into(),
            Node::Unsigned(v) => (*v).into(),
            Node::Signed(v) => (*v).into(),
            Node::Float(v) => (*v).into(),
            Node::Text(v) => v.as_ref().into(),
            Node::List(items) => self.list(items),
            Node::Object(members) => self.object(members),
        }
    }

    fn list<'n, 'b: 'n>(self, items: impl IntoIterator<Item = &'n Node<'b>>) -> Value {
        items.into_iter().map(|item| self.value(item)).collect()
    }

    fn object<'n, 'b: 'n>(self, members: impl IntoIterator<Item = &'n Member<'b>>) -> Value {
        let mut by_name: BTreeMap<&str, Vec<&Node<'b>>> = BTreeMap::new();
        for (key, node) in members {
            let known = self.names.iter().copied().flatten().find(|name| same_name(name, key));
            by_name.entry(known.copied().unwrap_or(key)).or_default().push(node);
        }
        let one = |(name, nodes): (&str, Vec<_>)| (name.to_owned(), self.one(name, &nodes));
        Value::Object(by_name.into_iter().map(one).collect())
    }

    /// The one value for all that stand under a name.
    fn one(self, name: &str, nodes: &[&Node<'_>]) -> Value {
        if let [only] = nodes {
            return self.value(only);
        }
        let members = nodes.iter().filter_map(|node| match node {
            Node::Object(members) => Some(members),
            _ => None,
        });
        let items = nodes.iter().filter_map(|node| match node {
            Node::List(items) if leaf(node).is_none() => Some(items),
            _ => None,
        });
        let (object, list) = (self.object(members.flatten()), self.list(items.flatten()));
        let leaves = nodes.iter().filter_map(|node| leaf(node)).map(|leaf| self.value(leaf));
        let mut best = (0, Value::Null);
        for value in [object.clone(), list.clone()].into_iter().chain(leaves) {
            let rank = (self.rank)(name, &value);
            if rank > best.0 {
                best = (rank, value);
            }
        }
        if best.1 == object && (self.rank)(name, &list) == best.0 {
            // Both tell something: neither may hide the other.
            return Value::Array(vec![object, list]);
        }
        best.1
    }
}

/// A value that holds no others, out of its lists of one.
fn leaf<'n, 'b>(node: &'n Node<'b>) -> Option<&'n Node<'b>> {
    match node {
        Node::Object(_) => None,
        Node::List(items) => {
            let mut told = items.iter().filter(|item| !item.is_filler());
            told.next().filter(|_| told.next().is_none()).and_then(leaf)
        }
        leaf => Some(leaf),
    }
}

type Member<'b> = (std::borrow::Cow<'b, str>, Node<'b>);

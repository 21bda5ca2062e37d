//! What must be there, and how often.

use super::{
    Kind,
    path::Path,
    rules::{Node, TypeRule},
    walk::Walk,
};
use crate::json::{Json, Object};

impl Walk<'_, '_> {
    /// Counts the elements of an object against its type and the profiles.
    pub(super) fn presence(
        &mut self,
        object: &Object,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let mut last_choice = "";
        for element in rule.elements {
            if element.choice.is_empty() {
                if element.min > 0 && count(object, element.name) == 0 {
                    self.missing(element.name, rule.name, Kind::Shape, path);
                }
            } else if element.choice != last_choice {
                last_choice = element.choice;
                let given = types_given(object, rule, element.choice);
                if element.min > 0 && given == 0 {
                    self.missing(&format!("{}[x]", element.choice), rule.name, Kind::Shape, path);
                }
                if given > 1 {
                    self.checker.error(
                        path.name(element.choice).to_string(),
                        "choice-once",
                        Kind::Shape,
                        format!("{}[x] is given with {given} types", element.choice),
                        "keep one of them",
                    );
                }
            }
        }
        for node in nodes {
            for child in node.children {
                self.child_presence(object, rule, child, path);
            }
        }
    }

    fn child_presence(
        &mut self,
        object: &Object,
        rule: &'static TypeRule,
        child: &Node,
        path: &Path<'_>,
    ) {
        if child.min == 0 && child.max.is_none() {
            return;
        }
        let count = match count(object, child.name) {
            0 => types_given(object, rule, child.name),
            some => some,
        };
        let base_min = rule
            .elements
            .iter()
            .find(|element| element.name == child.name || element.choice == child.name)
            .map_or(0, |element| usize::from(element.min));
        if count < child.min && !(count == 0 && base_min > 0) {
            let name = child.name;
            if count == 0 {
                self.missing(name, rule.name, Kind::Profile, path);
            } else {
                self.checker.error(
                    path.name(name).to_string(),
                    "min",
                    Kind::Profile,
                    format!("{count} given, the profile wants at least {}", child.min),
                    "add what is missing",
                );
            }
        }
        if let Some(max) = child.max
            && count > max
        {
            self.checker.error(
                path.name(child.name).to_string(),
                "max",
                Kind::Profile,
                format!("{count} given, the profile allows at most {max}"),
                if max == 0 { "take it out".to_owned() } else { format!("keep {max}") },
            );
        }
    }

    fn missing(&mut self, name: &str, owner: &str, kind: Kind, path: &Path<'_>) {
        let whose = if kind == Kind::Profile { "the profile" } else { "FHIR R4" };
        self.checker.error(
            path.name(name).to_string(),
            "required",
            kind,
            format!("{name} is missing"),
            format!("add {name}; {whose} demands it in {owner}"),
        );
    }
}

/// How many values an element has. A primitive can be absent for a stated reason, which its twin
/// `_name` holds: R4 counts that as a value, of its own minimum as of a profile's.
pub(super) fn count(object: &Object, name: &str) -> usize {
    let length = |json: &Json| json.as_array().map_or(1, <[Json]>::len);
    let mut most = 0;
    for (key, value) in object.iter() {
        if key == name || key.strip_prefix('_') == Some(name) {
            most = most.max(length(value));
        }
    }
    most
}

/// With how many types a choice is given.
fn types_given(object: &Object, rule: &TypeRule, choice: &str) -> usize {
    let types = rule.elements.iter().filter(|element| element.choice == choice);
    types.filter(|element| count(object, element.name) > 0).count()
}

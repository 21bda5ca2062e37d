//! `_name`, which holds the id and the extensions of a primitive `name`, and `null` in lists, which
//! stands for a value of which only the twin says anything.

use super::{
    Kind,
    generated::TWIN,
    path::Path,
    rules::{Node, Shape, TypeRule},
    walk::Walk,
};
use crate::json::{Json, Object};

impl<'a> Walk<'_, 'a> {
    pub(super) fn twin(
        &mut self,
        plain: &str,
        value: &'a Json,
        object: &'a Object,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let name = format!("_{plain}");
        let here = path.name(&name);
        // Ids, and the URLs of extensions, are attributes of their element and have no extensions.
        let is_attribute = plain == "id" || (plain == "url" && rule.name == "Extension");
        let element = match rule.element(plain) {
            Some(element) if matches!(element.shape, Shape::Primitive(_)) && !is_attribute => {
                element
            }
            _ => return self.unknown(&name, rule, path),
        };
        let items: &[Json] = match (value, element.list) {
            (Json::Array(items), true) => items,
            (Json::Object(_), false) => std::slice::from_ref(value),
            _ => {
                let wanted = if element.list { "an array" } else { "an object" };
                self.wrong_kind(value, wanted, &here);
                return;
            }
        };
        let values = object.get(plain);
        if let (Json::Array(twins), Some(Json::Array(values))) = (value, values)
            && twins.len() != values.len()
        {
            self.checker.error(
                here.to_string(),
                "twin-length",
                Kind::Shape,
                "the array is not as long as that of the values",
                "fill the shorter one with null",
            );
        }
        if values.is_none() {
            let of_name = |node: &&Node| node.name == plain || node.name == element.choice;
            let fixed = nodes.iter().flat_map(|node| node.children).filter(of_name);
            for fixed in fixed.filter_map(|node| node.fixed) {
                self.checker.error(
                    path.name(plain).to_string(),
                    "fixed-value",
                    Kind::Code,
                    "the profile fixes this value, and it is not there",
                    format!("write \"{fixed}\""),
                );
            }
        }
        for (place, item) in items.iter().enumerate() {
            let inner = here.place(place);
            let item_path = if element.list { &inner } else { &here };
            match item {
                Json::Object(object) => self.object(object, TWIN, &[], item_path, false),
                // Where there are values, their own walk judges it.
                Json::Null if element.list && values.is_some() => {}
                Json::Null if element.list => self.bare_null(plain, item_path),
                other => self.wrong_kind(other, "an object with id or extension", item_path),
            }
        }
    }

    /// A `null` in a list of primitives.
    pub(super) fn null_item(&mut self, name: &str, place: usize, object: &Object, path: &Path<'_>) {
        let twins = object.iter().find(|(key, _)| key.strip_prefix('_') == Some(name));
        let twin = twins.and_then(|(_, twins)| twins.at(place)).and_then(Json::as_object);
        // R4's ele-1: an id alone is no content.
        if !twin.is_some_and(|twin| twin.iter().any(|(member, _)| member != "id")) {
            self.bare_null(name, path);
        }
    }

    fn bare_null(&mut self, name: &str, path: &Path<'_>) {
        self.checker.error(
            path.to_string(),
            "ele-1",
            Kind::Invariant,
            "null in a list, and nothing that says why",
            format!("take it out, or say why in an extension at the same place of _{name}"),
        );
    }
}

//! Lists the elements that change the meaning of what they stand in.

use std::collections::BTreeSet;

use crate::{
    definitions::{Definitions, RESOURCES},
    model,
};

/// The paths of all modifier elements of the resources and of the datatypes they use, one a line.
pub(crate) fn list(definitions: &Definitions) -> anyhow::Result<String> {
    let datatypes = model::reachable_datatypes(definitions)?;
    let types = RESOURCES.iter().copied().chain(datatypes.iter().map(String::as_str));
    let mut paths = BTreeSet::new();
    for name in types {
        let elements = definitions.core(name)?.elements.iter();
        paths.extend(elements.filter(|element| element.modifier).map(|element| &element.path));
    }
    let lines: Vec<&str> = paths.into_iter().map(String::as_str).collect();
    Ok(lines.join("\n") + "\n")
}

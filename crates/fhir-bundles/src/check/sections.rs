use super::{Checker, Kind, path::Path, rules::Slicing};
use crate::json::Json;

/// Sections of a record whose sections are told apart: one that the guide does not name is allowed,
/// and an app may not know where to show it.
pub(super) fn check(
    sections: &[Json],
    sliced: &[(&'static Slicing, Vec<Option<usize>>)],
    path: &Path<'_>,
    checker: &mut Checker,
) {
    for (slicing, places) in sliced {
        for (place, slice) in places.iter().enumerate() {
            if slice.is_some()
                || sections.get(place).is_none_or(|section| section.as_object().is_none())
            {
                continue;
            }
            let old_follow_up = sections.get(place).is_some_and(is_old_follow_up);
            let help = if old_follow_up {
                "write 390906007 \"Follow-up encounter\"; 736271009 was the code of guide 2.0.1"
                    .to_owned()
            } else if slicing.path == "title" {
                let titles: Vec<_> =
                    slicing.slices.iter().flat_map(|slice| slice.values).copied().collect();
                format!("use one of the fixed titles: {}", titles.join(", "))
            } else {
                let codes: Vec<_> = slicing
                    .slices
                    .iter()
                    .map(|slice| format!("{} {}", slice.values.join(" "), slice.name))
                    .collect();
                format!("use one of the codes of the guide: {}", codes.join(", "))
            };
            checker.warning(
                path.place(place).to_string(),
                "section-unknown",
                Kind::Profile,
                "the guide does not name this section",
                help,
            );
        }
    }
}

fn is_old_follow_up(section: &Json) -> bool {
    let codings = section.get("code").and_then(|code| code.get("coding"));
    let codings = codings.and_then(Json::as_array).unwrap_or_default();
    codings.iter().any(|coding| coding.get("code").and_then(Json::as_str) == Some("736271009"))
}

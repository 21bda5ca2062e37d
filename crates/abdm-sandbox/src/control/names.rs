//! Which name was perhaps meant.

/// Longer names are not compared.
const LONGEST: usize = 64;

/// The name among these that is nearest, if any is near.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let meant = letters(name);
    let far = known.map(|known| (distance(&meant, &letters(known)), known));
    // Two letters of a short name are another name.
    let allowed = (meant.len() / 3).clamp(1, 3);
    far.filter(|(far, _)| *far <= allowed).min_by_key(|(far, _)| *far).map(|(_, known)| known)
}

/// `hitypes`, `hi_types` and `hiTypes` are the same name.
fn letters(name: &str) -> Vec<char> {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// How many letters differ (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.iter().enumerate() {
        let (mut diagonal, mut left) = (at, at + 1);
        for (cell, b) in row.iter_mut().skip(1).zip(other) {
            let cost = (diagonal + usize::from(a != b)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, cost);
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_by_its_letters_and_far_by_others() {
        let known = ["hiTypes", "from", "to", "hips", "push_first"];
        for (name, meant) in [
            ("hitypes", Some("hiTypes")),
            ("hi_types", Some("hiTypes")),
            ("hiType", Some("hiTypes")),
            ("form", None),
            ("frm", Some("from")),
            ("hip", Some("hips")),
            ("push_frist", Some("push_first")),
            ("x", None),
            ("", None),
            ("page", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }
}

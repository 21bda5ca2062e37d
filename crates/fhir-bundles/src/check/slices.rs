//! Lists whose items a profile tells apart.

use super::{
    Kind,
    path::Path,
    rules::{Rules, Slicing},
    walk::Walk,
};

impl Walk<'_, '_> {
    /// Judges the items of a list by the slices to which they belong.
    pub(super) fn slices(&mut self, slicing: &Slicing, places: &[Option<usize>], path: &Path<'_>) {
        for (number, slice) in slicing.slices.iter().enumerate() {
            let mut of_slice =
                places.iter().enumerate().filter(|(_, place)| **place == Some(number));
            let count = of_slice.clone().count();
            if count < slice.node.min {
                self.checker.error(
                    path.to_string(),
                    "slice-min",
                    Kind::Profile,
                    format!("{} is missing", slice.name),
                    format!("add one whose {} is {}", slicing.path, slice.values.join(" or ")),
                );
            }
            if let Some(max) = slice.node.max
                && count > max
                && let Some((place, _)) = of_slice.nth(max)
            {
                self.checker.error(
                    path.place(place).to_string(),
                    "slice-max",
                    Kind::Profile,
                    format!("{} is there {count} times, at most {max} is allowed", slice.name),
                    "put what belongs together into one",
                );
            }
        }
        let last_known = places.iter().rposition(Option::is_some);
        for (place, slice) in places.iter().enumerate() {
            if slice.is_some() {
                continue;
            }
            let known: Vec<&str> =
                slicing.slices.iter().flat_map(|slice| slice.values).copied().collect();
            match slicing.rules {
                Rules::Closed => self.checker.error(
                    path.place(place).to_string(),
                    "slice-closed",
                    Kind::Profile,
                    format!("its {} is none of those that the profile allows here", slicing.path),
                    format!("write {} with one of: {}", slicing.path, known.join(", ")),
                ),
                Rules::OpenAtEnd if last_known.is_some_and(|last| place < last) => {
                    self.checker.error(
                        path.place(place).to_string(),
                        "slice-order",
                        Kind::Profile,
                        "one that the guide does not name stands before one that it names",
                        "move it to the end, or give it the code that the guide has for it",
                    );
                }
                Rules::OpenAtEnd | Rules::Open => {}
            }
        }
    }
}

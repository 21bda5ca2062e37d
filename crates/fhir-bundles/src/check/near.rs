//! The right word that is nearest to a wrong one, for the remedy of a finding.

/// Words longer than this are no slips of the pen.
const LONGEST: usize = 40;

/// What hospital systems write, and the codes of FHIR that mean it.
const MEANT: &[(&str, &[&str])] = &[
    ("m", &["male"]),
    ("f", &["female"]),
    ("o", &["other"]),
    ("t", &["other"]),
    ("transgender", &["other"]),
    ("u", &["unknown"]),
    ("mobile", &["phone"]),
    ("done", &["completed", "finished", "final"]),
    ("complete", &["completed", "finished", "final"]),
    ("completed", &["finished", "final", "fulfilled"]),
    ("closed", &["finished", "completed", "inactive"]),
    ("discharged", &["finished"]),
    ("finished", &["completed", "final"]),
    ("final", &["completed", "finished"]),
    ("stopped", &["completed", "cancelled"]),
    ("ongoing", &["in-progress", "active"]),
    ("open", &["in-progress", "active"]),
    ("pending", &["registered", "planned", "draft"]),
    ("paid", &["balanced", "billed"]),
    ("opd", &["AMB"]),
    ("outpatient", &["AMB"]),
    ("ipd", &["IMP"]),
    ("inpatient", &["IMP"]),
    ("casualty", &["EMER"]),
    ("er", &["EMER"]),
    ("teleconsultation", &["VR"]),
    ("urgent", &["UR"]),
    ("routine", &["R"]),
    ("aadhaar", &["ABHA"]),
    ("abhanumber", &["ABHA"]),
    ("healthid", &["ABHA"]),
];

/// The one of these that was probably meant: the same but for case and signs, known to mean the
/// same, or one slip away.
pub(super) fn nearest<'a>(
    given: &str,
    among: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    if given.is_empty() || given.len() > LONGEST {
        return None;
    }
    let wanted = letters(given);
    let same = among.clone().find(|word| !wanted.is_empty() && letters(word) == wanted);
    let meant = || {
        let (_, meanings) = MEANT.iter().find(|(word, _)| *word == wanted)?;
        meanings.iter().find_map(|meaning| among.clone().find(|word| word == meaning))
    };
    let close = || {
        // One slip in a short word makes another word.
        let most = match wanted.chars().count() {
            0..=3 => return None,
            4..=7 => 1,
            _ => 2,
        };
        let with_distance =
            among.clone().map(|word| (distance(&wanted, &letters(word), most), word));
        let near = with_distance.filter(|(distance, _)| *distance <= most);
        near.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
    };
    same.or_else(meant).or_else(close)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters are to be added, taken out, changed or exchanged; more than `most` is not
/// counted.
fn distance(one: &str, other: &str, most: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut earlier: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let cell =
                |cells: &[usize], place: usize| cells.get(place).copied().unwrap_or(most + 1);
            let mut least = (cell(&last, column) + usize::from(letter != wanted))
                .min(cell(&last, column + 1) + 1)
                .min(cell(&now, column) + 1);
            let exchanged = row > 0
                && column > 0
                && other.get(column - 1) == Some(letter)
                && one.get(row - 1) == Some(wanted);
            if exchanged {
                least = least.min(cell(&earlier, column - 1) + 1);
            }
            now.push(least);
        }
        earlier = std::mem::replace(&mut last, now);
    }
    last.last().copied().unwrap_or(most + 1)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_word_that_was_meant_is_found_and_no_other() {
        let statuses = ["planned", "arrived", "in-progress", "finished", "cancelled", "unknown"];
        for (given, meant) in [
            ("Finished", Some("finished")),
            ("in progress", Some("in-progress")),
            ("finsihed", Some("finished")),
            ("canceled", Some("cancelled")),
            ("completed", Some("finished")),
            ("xyz", None),
            ("", None),
            ("something else entirely", None),
        ] {
            assert_eq!(nearest(given, statuses.iter().copied()), meant, "{given}");
        }
        assert_eq!(nearest("AX", ["AC", "AM"].iter().copied()), None);
    }
}

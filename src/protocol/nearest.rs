//! The nearest known name, for messages about unknown ones.

use std::cmp::min;

/// Longest name that is compared; what is longer is not a slip of the pen.
const MAX_LENGTH: usize = 100;

/// The known name that `name` was most likely meant to be; none when nothing is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    if length > MAX_LENGTH {
        return None;
    }
    // A third of the letters may be wrong, at least two: shorter names would otherwise never match.
    let limit = (length / 3).max(2);
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count().max(length))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `, did you mean ...`-style help: the nearest name, or the list of all.
pub(super) fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(nearest) = nearest(name, known.clone()) {
        return format!("write `{nearest}`");
    }
    let known: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
    match known.as_slice() {
        [] => String::from("there is none to name here"),
        [only] => format!("write {only}, the only one there is"),
        some if some.len() <= 24 => format!("write one of {}", some.join(", ")),
        some => format!("write one of {}, ...", some[..24].join(", ")),
    }
}

/// Edit distance in which a swap of neighbours counts once (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for row in 1..=left.len() {
        let mut current = vec![row];
        for column in 1..=right.len() {
            let same = left[row - 1] == right[column - 1];
            let mut cost = min(above[column] + 1, current[column - 1] + 1);
            cost = min(cost, above[column - 1] + usize::from(!same));
            if row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1] {
                cost = min(cost, before[column - 2] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name() {
        let known = ["deploy", "name", "arguments", "libraries"];
        assert_eq!(nearest("argumets", known), Some("arguments"));
        assert_eq!(nearest("delpoy", known), Some("deploy"));
        assert_eq!(nearest("Name", known), Some("name"));
        assert_eq!(nearest("zzzzzz", known), None);
        assert_eq!(nearest("xy", ["ab"]), None);
        assert_eq!(nearest(&"a".repeat(10_000), known), None);
    }
}

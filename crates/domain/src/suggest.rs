//! "Did you mean…": the nearest of the names that exist.

/// Below this similarity (Jaro–Winkler, 0 to 1) a name is no help; chosen by trying the
/// register's names with one or two slips each.
const LEAST_SIMILARITY: f64 = 0.8;

/// Up to three of `names` that resemble `given`, the best first.
pub fn suggestions<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let given = given.trim().to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&given, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= LEAST_SIMILARITY)
        .collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    scored.dedup_by(|left, right| left.1 == right.1);
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_name() {
        let names = ["camden", "croydon", "city-of-london", "hackney"];
        assert_eq!(suggestions("Camdn", names)[0], "camden");
        assert_eq!(suggestions("zzzz", names), Vec::<String>::new());
    }
}

//! The rubric: what each level of each measure means, so that councils mean the same by it.

use std::sync::LazyLock;

use super::{LEVELS, Measure};

/// What the five levels of a measure are called and mean.
pub fn rubric(measure: Measure) -> &'static [(String, String); LEVELS] {
    static RUBRIC: LazyLock<[[(String, String); LEVELS]; 2]> = LazyLock::new(|| {
        let rows = csv::Reader::from_reader(include_str!("../data/rubric.csv").as_bytes())
            .into_deserialize::<(Measure, usize, String, String)>()
            .map(|row| row.expect("a test reads the embedded rubric"))
            .collect::<Vec<_>>();
        Measure::ALL.map(|measure| {
            std::array::from_fn(|level| {
                let row = rows.iter().find(|row| (row.0, row.1) == (measure, level));
                row.map(|row| (row.2.clone(), row.3.clone())).expect("a row for every level")
            })
        })
    });
    match measure {
        Measure::Understanding => &RUBRIC[0],
        Measure::SupportNeed => &RUBRIC[1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_of_both_measures_has_a_name_and_a_meaning() {
        assert_eq!(rubric(Measure::Understanding)[4].0, "Could teach others");
        assert_eq!(rubric(Measure::SupportNeed)[4].0, "Urgent");
        for (label, meaning) in Measure::ALL.map(rubric).into_iter().flatten() {
            assert!(!label.is_empty() && meaning.ends_with('.'), "{label}");
        }
    }
}

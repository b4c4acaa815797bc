//! What people write for an answer: a number, the rubric's word for it, or that there is none.

use std::sync::LazyLock;

use crate::{Level, Measure, Rating, rubric, slug};

/// Below this a start of a word is a slip rather than an abbreviation.
const LEAST_START: usize = 3;

const NO_LEVEL: [(&str, Rating); 10] = [
    ("not-applicable", Rating::NotApplicable),
    ("n-a", Rating::NotApplicable),
    ("na", Rating::NotApplicable),
    ("does-not-apply", Rating::NotApplicable),
    ("dont-know", Rating::DontKnow),
    ("do-not-know", Rating::DontKnow),
    ("dk", Rating::DontKnow),
    ("unsure", Rating::DontKnow),
    ("not-sure", Rating::DontKnow),
    ("not-known", Rating::DontKnow),
];

/// The rating that a cell holds; none if it is empty. The error lists what can be written.
pub(super) fn read_rating(cell: &str, measure: Measure) -> Result<Option<Rating>, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    rating(cell, measure).map(Some).ok_or_else(|| {
        let words = rubric(measure).each_ref().map(|(label, _)| label.to_lowercase());
        format!(
            "write 0 to 4 or the word for it ({}), n/a or don't know; leave it empty if not \
             answered",
            words.join(", ")
        )
    })
}

fn rating(cell: &str, measure: Measure) -> Option<Rating> {
    if cell.chars().all(|c| c == '?') {
        return Some(Rating::DontKnow);
    }
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let level = cell[..digits].parse().ok().and_then(Level::new).map(Rating::Level)?;
        // Spreadsheets may write whole numbers with a nought behind the point.
        let rest = cell[digits..].strip_prefix(".0").unwrap_or(&cell[digits..]).trim();
        let agrees = rest.is_empty() || word(&slug(rest), measure) == Some(level);
        return agrees.then_some(level);
    }
    let given = slug(cell);
    match given.rsplit_once('-') {
        // "Confident (3)".
        Some((label, number)) if cell.ends_with(')') && number.len() == 1 => {
            let level = number.parse().ok().and_then(Level::new).map(Rating::Level);
            word(label, measure).filter(|rating| level == Some(*rating))
        }
        _ => word(&given, measure),
    }
}

/// The rating that a folded word means or begins.
fn word(given: &str, measure: Measure) -> Option<Rating> {
    let words = words(measure);
    let exact = words.iter().find(|(word, _)| word == given);
    if exact.is_some() || given.len() < LEAST_START {
        return exact.map(|(_, rating)| *rating);
    }
    let mut begun = words.iter().filter(|(word, _)| word.starts_with(given)).map(|it| it.1);
    let first = begun.next()?;
    begun.all(|other| other == first).then_some(first)
}

/// Every word of a measure, folded; levels also with their meaning, as forms spell them out.
fn words(measure: Measure) -> &'static [(String, Rating)] {
    static WORDS: LazyLock<[Vec<(String, Rating)>; 2]> = LazyLock::new(|| {
        Measure::ALL.map(|measure| {
            let levels = rubric(measure).iter().zip((0..).filter_map(Level::new));
            let levels = levels.flat_map(|((label, meaning), level)| {
                let spelled_out = slug(&format!("{label} {meaning}"));
                [slug(label), spelled_out].map(|word| (word, Rating::Level(level)))
            });
            let others = NO_LEVEL.iter().map(|(word, rating)| ((*word).to_owned(), *rating));
            levels.chain(others).collect()
        })
    });
    match measure {
        Measure::Understanding => &WORDS[0],
        Measure::SupportNeed => &WORDS[1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(cell: &str, measure: Measure) -> Option<u8> {
        read_rating(cell, measure).ok().flatten().map(Rating::code)
    }

    #[test]
    fn answers_are_read_as_people_write_them() {
        let cases = [
            ("0", 0),
            (" 4 ", 4),
            ("3.0", 3),
            ("Confident", 3),
            ("CONFIDENT", 3),
            ("some practice", 2),
            ("some", 2),
            ("could teach others", 4),
            ("could", 4),
            ("aware", 1),
            ("none", 0),
            ("None – We have not looked at this.", 0),
            ("3 - Confident", 3),
            ("3: conf", 3),
            ("3 (confident)", 3),
            ("Confident (3)", 3),
            ("n/a", 5),
            ("N/A", 5),
            ("Not Applicable", 5),
            ("don't know", 6),
            ("Don’t know", 6),
            ("dk", 6),
            ("?", 6),
            ("unsure", 6),
        ];
        for (cell, wanted) in cases {
            assert_eq!(code(cell, Measure::Understanding), Some(wanted), "{cell}");
        }
        for (cell, wanted) in
            [("urgent", 4), ("much", 3), ("Some", 2), ("a little", 1), ("none", 0)]
        {
            assert_eq!(code(cell, Measure::SupportNeed), Some(wanted), "{cell}");
        }
        assert_eq!(read_rating("  ", Measure::Understanding), Ok(None));
    }

    #[test]
    fn what_might_mean_two_things_is_no_answer() {
        let cells = [
            "5",
            "-1",
            "2.5",
            "3,5",
            "+3",
            "10",
            "3 - Aware",
            "Aware (3)",
            "3/4",
            "3?",
            "c",
            "n",
            "not",
            "yes",
            "-",
            "=1+1",
            "much",
            "99999999999999999999",
            "③",
        ];
        for cell in cells {
            let error = read_rating(cell, Measure::Understanding).expect_err(cell);
            assert!(error.contains("none, aware, some practice, confident"), "{error}");
        }
        assert!(read_rating("aware", Measure::SupportNeed).is_err());
    }
}

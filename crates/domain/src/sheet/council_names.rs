//! Which council a sheet means, by whatever its people call it.

use chrono::NaiveDate;

use crate::{Council, Reference, clean_line};

/// The council of this code or name; of several, the one that stood on the day.
pub(super) fn find<'a>(
    reference: &'a Reference,
    given: &str,
    on: NaiveDate,
) -> Result<&'a Council, String> {
    let found = reference.councils_called(given);
    let standing: Vec<_> =
        found.iter().copied().filter(|council| council.life.contains(on)).collect();
    match (&standing[..], &found[..]) {
        ([only], _) | ([], [only]) => Ok(only),
        ([], []) => Err(unknown(reference, given)),
        ([], several) | (several, _) => {
            let names: Vec<_> = several.iter().map(|council| council.shown()).collect();
            let names = names.join(" or ");
            Err(format!("\"{}\" may be {names}: write the code", quoted(given)))
        }
    }
}

fn unknown(reference: &Reference, given: &str) -> String {
    let near = reference.councils_near(given).into_iter();
    let near: Vec<_> = near.map(Council::shown).collect();
    let hint = match &near[..] {
        [] => ": write its name or its three-letter code".to_owned(),
        near => format!("; did you mean {}?", near.join(" or ")),
    };
    format!("no council called \"{}\"{hint}", quoted(given))
}

/// What the sheet's own people wrote, short enough for a sentence.
pub(crate) fn quoted(given: &str) -> String {
    clean_line(given, 40)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::{ReferenceParts, Register, embedded_register};

    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let Register { councils, successions } = embedded_register();
        Reference::new(ReferenceParts { councils, successions, ..ReferenceParts::default() })
    });

    fn found(given: &str, on: &str) -> Result<String, String> {
        find(&REFERENCE, given, on.parse().expect("a day")).map(|council| council.code.to_string())
    }

    #[test]
    fn councils_are_found_by_what_people_call_them() {
        let cases = [
            ("CMD", "CMD"),
            (" cmd ", "CMD"),
            ("E09000007", "CMD"),
            ("camden", "CMD"),
            ("London Borough of Camden", "CMD"),
            ("Camden Council", "CMD"),
            ("LONDON BOROUGH CAMDEN", "CMD"),
            ("City of London", "LND"),
            ("City of London Corporation", "LND"),
            ("Bristol", "BST"),
            ("Bristol City Council", "BST"),
            ("Hammersmith & Fulham", "HMF"),
            ("Royal Borough of Kensington & Chelsea", "KEC"),
            ("Ynys Mon", "AGY"),
            ("St Helens MBC", "SHN"),
            ("Shepway", "SHE"),
            ("Durham County Council", "DUR"),
            ("Nottingham", "NGM"),
            ("Nottinghamshire", "NTT"),
        ];
        for (given, code) in cases {
            assert_eq!(found(given, "2026-01-01"), Ok(code.to_owned()), "{given}");
        }
    }

    #[test]
    fn shared_names_mean_the_body_of_the_day() {
        assert_eq!(found("Somerset", "2026-01-01"), Ok("SMT".to_owned()));
        assert_eq!(found("Somerset", "2020-01-01"), Ok("SOM".to_owned()));
        assert_eq!(found("Dorset", "2018-01-01"), Ok("DOR".to_owned()));
        assert_eq!(found("Dorset", "2026-01-01"), Ok("DST".to_owned()));
        assert_eq!(found("Cumbria", "2026-01-01"), Ok("CMA".to_owned()), "abolished, yet known");
    }

    #[test]
    fn unknown_names_are_answered_with_suggestions() {
        assert_eq!(
            found("Camdem", "2026-01-01"),
            Err("no council called \"Camdem\"; did you mean Camden (CMD)?".to_owned())
        );
        assert_eq!(
            found("London", "2026-01-01").map_err(|error| error.contains("no council")),
            Err(true)
        );
        assert_eq!(
            found("qqqq", "2026-01-01"),
            Err("no council called \"qqqq\": write its name or its three-letter code".to_owned())
        );
    }
}

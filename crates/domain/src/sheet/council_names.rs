//! Councils by whatever people call them.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{Council, Reference, clean_line, slug, suggestions};

/// Words that are left out of names or put in at will.
const OPTIONAL: [&str; 16] = [
    "and",
    "authority",
    "bc",
    "borough",
    "cc",
    "city",
    "corporation",
    "council",
    "county",
    "dc",
    "district",
    "mbc",
    "metropolitan",
    "of",
    "royal",
    "the",
];
/// What is left of "City of London", but not what people mean by it.
const TOO_VAGUE: &str = "london";

/// An index of the register's names, from exact to loose.
pub(super) struct CouncilNames<'a> {
    councils: &'a [Council],
    /// Codes, GSS codes.
    codes: HashMap<String, Vec<usize>>,
    /// Slugs, everyday, official and alternative names, folded.
    names: HashMap<String, Vec<usize>>,
    /// The same without the words that are optional.
    loose: HashMap<String, Vec<usize>>,
}

impl<'a> CouncilNames<'a> {
    pub(super) fn new(reference: &'a Reference) -> Self {
        let mut names = Self {
            councils: reference.councils(),
            codes: HashMap::new(),
            names: HashMap::new(),
            loose: HashMap::new(),
        };
        let add = |map: &mut HashMap<String, Vec<usize>>, name: String, index| {
            let councils = map.entry(name).or_default();
            if !councils.contains(&index) {
                councils.push(index);
            }
        };
        for (index, council) in names.councils.iter().enumerate() {
            let gss = council.gss.iter().map(|alias| alias.code.as_str());
            for code in gss.chain([council.code.as_str()]) {
                add(&mut names.codes, code.to_lowercase(), index);
            }
            let others = council.alternative_names.iter().map(String::as_str);
            for name in [council.slug.as_str(), &council.name, &council.official_name]
                .into_iter()
                .chain(others)
            {
                add(&mut names.names, folded(name), index);
                add(&mut names.loose, loose(name), index);
            }
        }
        names.loose.remove("");
        names.loose.remove(TOO_VAGUE);
        names
    }

    /// The council of this code or name; of several, the one that stood on the day.
    pub(super) fn find(&self, given: &str, on: NaiveDate) -> Result<&'a Council, String> {
        let keys = [
            (&self.codes, given.trim().to_lowercase()),
            (&self.names, folded(given)),
            (&self.loose, loose(given)),
        ];
        let found = keys.iter().find_map(|(map, key)| map.get(key));
        let Some(found) = found else { return Err(self.unknown(given)) };
        let found: Vec<&Council> = found.iter().map(|index| &self.councils[*index]).collect();
        let standing: Vec<_> =
            found.iter().copied().filter(|council| council.life.contains(on)).collect();
        match (&standing[..], &found[..]) {
            ([only], _) | ([], [only]) => Ok(only),
            ([], several) | (several, _) => {
                let names: Vec<_> = several.iter().map(|council| council.shown()).collect();
                let names = names.join(" or ");
                Err(format!("\"{}\" may be {names}: write the code", quoted(given)))
            }
        }
    }

    fn unknown(&self, given: &str) -> String {
        let standing = |index: &usize| self.councils[*index].life.ends_on.is_none();
        let names = self.loose.iter().filter(|(_, found)| found.iter().any(standing));
        let loosely = loose(given);
        let mut near = suggestions(&loosely, names.map(|(name, _)| name.as_str()));
        // Beside a name that is one or two slips away, those that only resemble it confuse.
        let is_slip = |name: &String| strsim::osa_distance(&loosely, name) <= 2;
        if near.iter().any(is_slip) {
            near.retain(is_slip);
        }
        let mut near: Vec<String> = near
            .iter()
            .filter_map(|name| self.loose.get(name)?.iter().find(|index| standing(index)))
            .map(|index| self.councils[*index].shown())
            .collect();
        near.dedup();
        let hint = match &near[..] {
            [] => ": write its name or its three-letter code".to_owned(),
            near => format!("; did you mean {}?", near.join(" or ")),
        };
        format!("no council called \"{}\"{hint}", quoted(given))
    }
}

/// What the sheet's own people wrote, short enough for a sentence.
pub(crate) fn quoted(given: &str) -> String {
    clean_line(given, 40)
}

fn folded(name: &str) -> String {
    slug(&name.replace('&', " and "))
}

fn loose(name: &str) -> String {
    let folded = folded(name);
    // "London Borough" goes together; London alone does not.
    let folded = folded.replace("london-borough", "borough").replace("london-boro", "borough");
    let words = folded.split('-').filter(|word| OPTIONAL.binary_search(word).is_err());
    words.collect::<Vec<_>>().join("-")
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
    static NAMES: LazyLock<CouncilNames<'static>> = LazyLock::new(|| CouncilNames::new(&REFERENCE));

    fn found(given: &str, on: &str) -> Result<String, String> {
        NAMES.find(given, on.parse().expect("a day")).map(|council| council.code.to_string())
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

    #[test]
    fn optional_words_can_be_looked_up() {
        assert!(OPTIONAL.is_sorted());
    }
}

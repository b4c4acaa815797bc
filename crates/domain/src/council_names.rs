//! Councils by whatever people call them: an index of the register's names, from exact to loose.

use std::collections::HashMap;

use crate::{Council, slug, suggestions};

/// Words that are left out of names or put in at will.
const OPTIONAL: [&str; 20] = [
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
    "lb",
    "mbc",
    "metropolitan",
    "of",
    "rb",
    "royal",
    "the",
    "ua",
    "unitary",
];
/// What is left of "City of London", but not what people mean by it.
const TOO_VAGUE: &str = "london";
/// The most that are suggested.
const MOST: usize = 3;

/// Councils by their places in the list that it was made from.
#[derive(Debug)]
pub(crate) struct CouncilNames {
    /// By slug, everyday, full and alternative names, folded.
    whole: HashMap<Box<str>, Vec<usize>>,
    /// The same without the words that are optional.
    loose: HashMap<Box<str>, Vec<usize>>,
}

impl CouncilNames {
    pub(crate) fn new(councils: &[Council]) -> Self {
        let mut names = Self { whole: HashMap::new(), loose: HashMap::new() };
        let add = |map: &mut HashMap<Box<str>, Vec<usize>>, name: String, place| {
            let places = map.entry(name.into_boxed_str()).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        };
        for (place, council) in councils.iter().enumerate() {
            for name in own_names(council) {
                add(&mut names.whole, folded(name), place);
                add(&mut names.loose, loose(name), place);
            }
        }
        names.loose.remove("");
        names
    }

    /// The places of those that are called so: by a whole name, else without optional words.
    pub(crate) fn called(&self, given: &str, councils: &[Council]) -> Vec<usize> {
        if let Some(places) = self.whole.get(&*folded(given)) {
            return places.clone();
        }
        let loosely = loose(given);
        let places = self.loose.get(&*loosely).filter(|_| loosely != TOO_VAGUE);
        let places = places.into_iter().flatten().copied();
        let mut places: Vec<_> =
            places.filter(|place| !is_of_another_kind(given, &councils[*place])).collect();
        // Newcastle City Council is one of them; Newcastle alone may be under Lyme.
        if !places.is_empty() && folded(given) == loosely {
            let longer = format!("{loosely}-");
            let others = self.loose.iter().filter(|(name, _)| name.starts_with(&longer));
            places.extend(others.flat_map(|(_, places)| places));
            places.sort_unstable();
            places.dedup();
        }
        places
    }

    /// Up to three that may be meant, those that stand alone: of whose names it is a part, and whose
    /// names it resembles.
    pub(crate) fn near<'a>(&self, given: &str, councils: &'a [Council]) -> Vec<&'a Council> {
        let loosely = loose(given);
        let standing = |place: &&usize| councils[**place].life.ends_on.is_none();
        let names = || {
            let names = self.loose.iter();
            names.filter(|(_, places)| places.iter().any(|place| standing(&place)))
        };
        let words: Vec<_> = loosely.split('-').filter(|word| !word.is_empty()).collect();
        let has_all = |name: &str| {
            let has = |word: &&str| name.split('-').any(|one| one == *word);
            !words.is_empty() && words.iter().all(has)
        };
        let mut near: Vec<String> =
            names().map(|(name, _)| name.to_string()).filter(|name| has_all(name)).collect();
        // The shorter a name, the more of it was written.
        near.sort_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
        let mut alike = suggestions(&loosely, names().map(|(name, _)| &**name));
        // Beside a name that is one or two slips away, those that only resemble it confuse.
        let is_slip = |name: &String| strsim::osa_distance(&loosely, name) <= 2;
        if !near.is_empty() {
            alike.retain(|name| name.starts_with(&loosely));
        } else if alike.iter().any(is_slip) {
            alike.retain(is_slip);
        }
        near.append(&mut alike);
        let mut found: Vec<&Council> = Vec::new();
        for place in near.iter().filter_map(|name| self.loose.get(&**name)).flatten() {
            let council = &councils[*place];
            if standing(&place) && !found.contains(&council) {
                found.push(council);
            }
        }
        found.truncate(MOST);
        found
    }
}

fn own_names(council: &Council) -> impl Iterator<Item = &str> {
    let others = council.alternative_names.iter().map(String::as_str);
    [council.slug.as_str(), &council.name, &council.official_name].into_iter().chain(others)
}

/// Counties often bear the name of a city within: "Oxford County Council" is not Oxford's.
fn is_of_another_kind(given: &str, council: &Council) -> bool {
    let says = |text: &str, word: &str| folded(text).split('-').any(|one| one == word);
    let is_smaller = |name: &str| ["city", "borough", "district"].iter().any(|it| says(name, it));
    says(given, "county")
        && is_smaller(&council.official_name)
        && !own_names(council).any(|name| says(name, "county"))
}

fn folded(name: &str) -> String {
    slug(&name.replace('&', " and "))
}

fn loose(name: &str) -> String {
    let folded = folded(name);
    // "London Borough" goes together; London alone does not.
    let folded = folded.replace("london-borough", "borough").replace("london-boro", "borough");
    let words = folded.split('-').filter(|word| OPTIONAL.binary_search(word).is_err());
    let words = words.map(|word| if word == "saint" { "st" } else { word });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::{Reference, ReferenceParts, Register, embedded_register};

    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let Register { councils, successions } = embedded_register();
        Reference::new(ReferenceParts { councils, successions, ..ReferenceParts::default() })
    });

    fn found(given: &str) -> Result<String, String> {
        let today = "2026-01-01".parse().expect("a day");
        let found = REFERENCE.council_by_ref(given, None, today);
        let code = |council: Option<&Council>| council.expect("borne by one").code.to_string();
        found.map(code).map_err(|error| error.to_string())
    }

    #[test]
    fn every_name_of_the_register_names_its_council() {
        // Of two bodies of one name, it means the one that stands; its full name tells the other.
        let shared = ["north-yorkshire", "somerset"];
        for council in REFERENCE.councils() {
            let code = council.code.to_string();
            for name in own_names(council) {
                let bearer = found(name);
                let is_succeeded = bearer.as_ref().is_ok_and(|bearer| {
                    let ended = council.life.ends_on.is_some();
                    ended && bearer != &code && shared.contains(&folded(name).as_str())
                });
                let is_slug = name == council.slug;
                assert!(
                    is_slug || is_succeeded || bearer == Ok(code.clone()),
                    "{name}: {bearer:?}, not {code}"
                );
            }
            let full = &council.official_name;
            assert_eq!(found(full), Ok(code.clone()), "{full}");
            for written in
                [full.to_uppercase(), full.replace(" and ", " & "), full.replace('-', " ")]
            {
                assert_eq!(found(&written), Ok(code.clone()), "{written}");
            }
        }
    }

    #[test]
    fn councils_are_found_by_what_people_call_them() {
        let cases = [
            ("Tower Hamlets", "TWH"),
            ("tower  hamlets", "TWH"),
            ("TOWER-HAMLETS", "TWH"),
            ("Camden Council", "CMD"),
            ("London Borough of Camden", "CMD"),
            ("LB Camden", "CMD"),
            ("Adur District Council", "ADU"),
            ("St. Albans", "SAL"),
            ("Saint Albans", "SAL"),
            ("City of Bristol", "BST"),
            ("Bristol", "BST"),
            ("Hull", "KHL"),
            ("Hull City Council", "KHL"),
            ("King's Lynn and West Norfolk", "KIN"),
            ("King’s Lynn & West Norfolk", "KIN"),
            ("Hammersmith & Fulham", "HMF"),
            ("Durham County Council", "DUR"),
            ("Kent County Council", "KEN"),
            ("Oxford", "OXO"),
            ("Somerset County Council", "SOM"),
            ("Somerset", "SMT"),
        ];
        for (given, code) in cases {
            assert_eq!(found(given), Ok(code.to_owned()), "{given}");
        }
    }

    #[test]
    fn what_may_be_several_is_answered_with_each_and_its_code() {
        for (given, says) in [
            ("Newcastle", ["Newcastle upon Tyne (NET)", "Newcastle-under-Lyme (NEC)"]),
            ("Oxford County Council", ["Oxford (OXO)", "Oxfordshire (OXF)"]),
            ("Kingston", ["Kingston upon Hull (KHL)", "Kingston upon Thames (KTT)"]),
        ] {
            let told = found(given).expect_err(given);
            assert!(says.iter().all(|name| told.contains(name)), "{given}: {told}");
        }
        let told = found("London").expect_err("too vague");
        assert!(told.contains("City of London (LND)"), "{told}");
        assert_eq!(found("qqqq"), Err("unknown council".to_owned()));
    }

    #[test]
    fn optional_words_can_be_looked_up() {
        assert!(OPTIONAL.is_sorted());
    }
}

//! Which meet-ups somebody wants: the words of an address, which are those of the API.

use serde_json::{Map, Value, json};

use super::{super::own::Unsaid, language::Language};

/// As many as the API gives at a time.
const MOST: u32 = 100;

/// As many as a visitor of somebody's site looks at, unless the site says otherwise.
pub(super) const USUAL: u32 = 10;

/// The longest name that the API takes.
const LONGEST: usize = 100;

/// What narrows a list, in the order in which it stands in addresses: the word, the type of its
/// variable, and what the list's title needs to know of it.
const NARROWING: [(&str, &str, &str); 5] = [
    ("region", "RegionRef", "region(ref: $region) { code name }"),
    ("group", "GroupRef", "peerGroup(ref: $group) { slug name region { code } }"),
    (
        "forCouncil",
        "CouncilRef",
        "council(ref: $forCouncil) { name endsOn \
         currentSuccessors { name groups { slug region { code } } } }",
    ),
    (
        "host",
        "CouncilRef",
        "hosting: council(ref: $host) { name endsOn currentSuccessors { name } }",
    ),
    ("point", "PointRef", "point(ref: $point) { label }"),
];

/// Which meet-ups are wanted, and how they are to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// By the places of the words that narrow.
    narrowing: [Option<String>; NARROWING.len()],
    /// How many, 1 to 100.
    pub(super) limit: Option<u32>,
    pub(super) language: Language,
}

impl Wanted {
    /// Reads the words of a query string. `others` are words that mean something to the page
    /// itself; they are left alone.
    pub(super) fn of(pairs: &str, others: &[&str]) -> Result<Self, Unsaid> {
        let mut wanted = Self::default();
        for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
            let (name, text) = (name.as_ref(), text.trim());
            if others.contains(&name) {
                continue;
            }
            match name {
                // Forms send fields that were left empty, too.
                _ if text.is_empty() && Self::knows(name) => {}
                "limit" => {
                    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    wanted.limit = Some(limit.ok_or_else(|| {
                        let told = format!("`limit` must be a whole number from 1 to {MOST}");
                        Unsaid::malformed(told).at("limit")
                    })?);
                }
                "language" => {
                    wanted.language = Language::named(text).ok_or_else(|| {
                        let told = "`language` must be en (English) or cy (Welsh)";
                        Unsaid::malformed(told).at("language")
                    })?;
                }
                _ => wanted.narrow(name, text)?,
            }
        }
        Ok(wanted)
    }

    /// All words that there are.
    pub(in crate::http) fn words() -> impl Iterator<Item = &'static str> {
        NARROWING.iter().map(|(word, ..)| *word).chain(["limit", "language"])
    }

    /// What the fields are called in which people choose.
    pub(super) fn label(word: &str) -> &'static str {
        match word {
            "forCouncil" => "For a council",
            "group" => "Of a peer group",
            "host" => "Hosted by a council",
            "point" => "Topic",
            "limit" => "How many",
            "language" => "Language",
            "layout" => "Layout",
            "headingLevel" => "Level of its heading",
            _ => "Region",
        }
    }

    /// The word that a field of the question is about.
    pub(super) fn word_of(field: &str) -> Option<&'static str> {
        let is_of = |about: &str| about.split(['(', ':']).next() == Some(field);
        NARROWING.iter().find(|(.., about)| is_of(about)).map(|(word, ..)| *word)
    }

    fn knows(name: &str) -> bool {
        Self::words().any(|word| word == name)
    }

    /// Only those that also have this.
    pub(super) fn narrow(&mut self, word: &str, value: &str) -> Result<(), Unsaid> {
        let Some(place) = NARROWING.iter().position(|(known, ..)| *known == word) else {
            let known: Vec<_> = Self::words().collect();
            return Err(Unsaid::malformed(format!(
                "one of the words in the address is unknown: there are {}",
                known.join(", ")
            )));
        };
        if value.len() > LONGEST || value.chars().any(char::is_control) {
            let told = format!("`{word}` must be one short name");
            return Err(Unsaid::malformed(told).at(word));
        }
        if self.narrowing[place].replace(value.to_owned()).is_some() {
            return Err(Unsaid::malformed(format!("`{word}` stands there twice: write it once")));
        }
        Ok(())
    }

    /// The same, so many at most.
    pub(super) fn at_most(&self, limit: u32) -> Self {
        Self { limit: Some(limit), ..self.clone() }
    }

    /// The same, however many there are.
    pub(super) fn whole(&self) -> Self {
        Self { limit: None, ..self.clone() }
    }

    /// What a word says.
    pub(super) fn word(&self, word: &str) -> Option<&str> {
        let place = NARROWING.iter().position(|(known, ..)| *known == word)?;
        self.narrowing[place].as_deref()
    }

    /// The words that were given, in the order of addresses, so that one list has one address.
    pub(super) fn pairs(&self) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for ((word, ..), value) in NARROWING.iter().zip(&self.narrowing) {
            if let Some(value) = value {
                pairs.append_pair(word, value);
            }
        }
        if let Some(limit) = self.limit {
            pairs.append_pair("limit", &limit.to_string());
        }
        if self.language != Language::default() {
            pairs.append_pair("language", self.language.tag());
        }
        pairs.finish()
    }

    /// An address with these words.
    pub(super) fn address(&self, base: &str, path: &str) -> String {
        let base = base.trim_end_matches('/');
        match self.pairs() {
            none if none.is_empty() => format!("{base}{path}"),
            pairs => format!("{base}{path}?{pairs}"),
        }
    }

    /// The question about them: `fields` of each, and what the list's title needs to know. That
    /// stands first: a list that cannot be given ends the answer, and nothing else says which of its
    /// words is to blame.
    pub(super) fn document(&self, fields: &str) -> String {
        let given = || NARROWING.iter().zip(&self.narrowing).filter(|(_, value)| value.is_some());
        let variables: String =
            given().map(|((word, kind, _), _)| format!(", ${word}: {kind}!")).collect();
        let arguments: String =
            given().map(|((word, ..), _)| format!(", {word}: ${word}")).collect();
        let about: String = given().map(|((.., about), _)| format!(" {about}")).collect();
        format!(
            "query($first: Int!, $after: String, $when: When!, $from: Date, $language: String!{variables}) {{{about} \
             meetups(first: $first, after: $after, when: $when, from: $from{arguments}) {{ {fields} \
             pageInfo {{ hasNextPage endCursor }} complete note sources {{ name state asOf }} }} }}"
        )
    }

    /// The words that narrow as variables of that question.
    pub(super) fn variables(&self) -> Map<String, Value> {
        let given = NARROWING.iter().zip(&self.narrowing);
        let given = given.filter_map(|((word, ..), value)| Some((*word, value.as_deref()?)));
        let mut variables: Map<_, _> =
            given.map(|(word, value)| (word.to_owned(), json!(value))).collect();
        variables.insert("language".to_owned(), json!(self.language.tag()));
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_list_has_one_address_however_it_was_written() {
        let wanted = Wanted::of(
            "point=lgdss-2016%2F3&region=london&limit=5&language=cy-GB&layout=x",
            &["layout"],
        );
        let wanted = wanted.expect("known words");
        let address = wanted.address("https://folkmoot.example/", "/meetups");
        assert_eq!(
            address,
            "https://folkmoot.example/meetups?region=london&point=lgdss-2016%2F3&limit=5&language=cy"
        );
        let empty = Wanted::of("region=&limit=&host=", &[]).expect("fields left empty");
        assert_eq!(
            empty.address("https://folkmoot.example", "/meetups"),
            "https://folkmoot.example/meetups"
        );
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (pairs, says) in [
            ("council=camden", "forCouncil"),
            ("limit=0", "1 to 100"),
            ("limit=many", "1 to 100"),
            ("language=fr", "en (English) or cy (Welsh)"),
            ("host=a&host=b", "twice"),
        ] {
            let told = Wanted::of(pairs, &[]).expect_err(pairs).message;
            assert!(told.contains(says), "{pairs}: {told}");
        }
    }

    #[test]
    fn only_what_narrows_is_asked_about() {
        let wanted = Wanted::of("group=london", &[]).expect("a known word");
        let document = wanted.document("nodes { id }");
        assert!(
            document.contains("$group: GroupRef!") && document.contains("peerGroup(ref: $group)")
        );
        assert!(!document.contains("council"));
        assert_eq!(wanted.variables()["group"], "london");
    }
}

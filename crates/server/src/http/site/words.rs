//! The words of a list's address, which are those of the API, and where in the list one is.

use serde_json::{Map, Value, json};

use super::super::own::Unsaid;

/// The longest cursor that is passed on; those of the API are far shorter.
const LONGEST_CURSOR: usize = 4096;

/// What was asked of a list.
#[derive(Debug)]
pub(super) struct Words {
    /// In the order in which the list knows them, so that one list has one address.
    given: Vec<(&'static str, Option<String>)>,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    After(String),
    Before(String),
}

impl Words {
    /// Reads a query string of which these words are known. A word that is not must not be passed
    /// over: what was to be narrowed by it would look like all there is.
    pub(super) fn of(pairs: &str, known: &[&'static str]) -> Result<Self, Unsaid> {
        let mut words =
            Self { given: known.iter().map(|word| (*word, None)).collect(), place: Place::Start };
        for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
            let text = text.trim();
            let place = words.given.iter().position(|(word, _)| *word == name);
            match (name.as_ref(), place) {
                // Forms send fields that were left empty, too.
                ("after" | "before", _) | (_, Some(_)) if text.is_empty() => {}
                ("after" | "before", _) if text.len() > LONGEST_CURSOR => {
                    return Err(Unsaid::malformed("the place in the list is not right"));
                }
                ("after", _) => words.place = Place::After(text.to_owned()),
                ("before", _) => words.place = Place::Before(text.to_owned()),
                (_, Some(place)) => words.given[place].1 = Some(text.to_owned()),
                (_, None) => {
                    return Err(Unsaid::malformed(format!(
                        "one of the words in the address is unknown: there are {}",
                        known
                            .iter()
                            .chain(&["after", "before"])
                            .copied()
                            .collect::<Vec<_>>()
                            .join(", ")
                    )));
                }
            }
        }
        Ok(words)
    }

    /// What a word says.
    pub(super) fn word(&self, word: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| *known == word)?.1.as_deref()
    }

    /// True at the beginning of the list.
    pub(super) fn is_start(&self) -> bool {
        self.place == Place::Start
    }

    /// The variables of a question for so many.
    pub(super) fn variables(&self, page: u32) -> Map<String, Value> {
        let given = self.given.iter().map(|(word, text)| ((*word).to_owned(), json!(text)));
        let mut variables: Map<_, _> = given.collect();
        let place = match &self.place {
            Place::Start => [("first", json!(page)), ("after", Value::Null)],
            Place::After(cursor) => [("first", json!(page)), ("after", json!(cursor))],
            Place::Before(cursor) => [("last", json!(page)), ("before", json!(cursor))],
        };
        variables.extend(place.map(|(name, value)| (name.to_owned(), value)));
        variables
    }

    /// The address of this part of the list.
    pub(super) fn address(&self, path: &str) -> String {
        self.at(path, &self.place)
    }

    /// The address of another part of it.
    pub(super) fn at(&self, path: &str, place: &Place) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (word, text) in &self.given {
            if let Some(text) = text {
                pairs.append_pair(word, text);
            }
        }
        match place {
            Place::Start => {}
            Place::After(cursor) => _ = pairs.append_pair("after", cursor),
            Place::Before(cursor) => _ = pairs.append_pair("before", cursor),
        }
        match pairs.finish() {
            none if none.is_empty() => path.to_owned(),
            pairs => format!("{path}?{pairs}"),
        }
    }
}

/// An address with words.
pub(super) fn with<const N: usize>(path: &str, pairs: [(&str, &str); N]) -> String {
    let pairs = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{pairs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_of_a_list_has_one_address_however_it_was_written() {
        let words = Words::of(
            "after=abc&region=london&search=&point=a%2F1",
            &["search", "point", "region"],
        );
        let words = words.expect("known words");
        assert_eq!(
            words.address("/case-studies"),
            "/case-studies?point=a%2F1&region=london&after=abc"
        );
        assert_eq!(words.at("/x", &Place::Start), "/x?point=a%2F1&region=london");
        let variables = words.variables(20);
        assert_eq!((&variables["first"], &variables["after"]), (&json!(20), &json!("abc")));
        assert!(variables["search"].is_null());
    }

    #[test]
    fn a_word_that_is_not_known_is_not_passed_over() {
        let told = Words::of("regoin=london", &["region"]).expect_err("refused").message;
        assert!(told.contains("region, after, before"), "{told}");
    }
}

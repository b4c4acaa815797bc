//! Numbers in public sentences.

use folkmoot_domain::Share;

/// What a sentence about a need says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sentence {
    /// So many of so many councils, and in per cent.
    pub(crate) need: Option<(Share, u32)>,
    /// The nation's, in per cent.
    pub(crate) nation: Option<u32>,
}

impl Sentence {
    /// Reads every number; one in a place that is not known here is a fault: nobody looked at
    /// what it tells.
    pub(crate) fn read(text: &str) -> Self {
        let need = |part, whole, percent| {
            Some((Share::new(part, whole).expect("a part of them"), percent))
        };
        let numbers = numbers(text);
        match *numbers.as_slice() {
            [] => Self::default(),
            [(nation, true)] => Self { need: None, nation: Some(nation) },
            [(part, false), (whole, false), (percent, true)] => {
                Self { need: need(part, whole, percent), nation: None }
            }
            [(part, false), (whole, false), (percent, true), (nation, true)] => {
                Self { need: need(part, whole, percent), nation: Some(nation) }
            }
            _ => panic!("a number that nobody has looked at: {text}"),
        }
    }
}

/// The numbers of a text in order, and whether they are per cents.
fn numbers(text: &str) -> Vec<(u32, bool)> {
    let is_of_number = |one: char| one.is_ascii_digit() || one == ',';
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|one: char| one.is_ascii_digit()) {
        let from = &rest[start..];
        let end = from.find(|one| !is_of_number(one)).unwrap_or(from.len());
        let number = from[..end].replace(',', "").parse().expect("digits");
        numbers.push((number, from[end..].starts_with('%')));
        rest = &from[end..];
    }
    numbers
}

#[test]
fn every_number_of_a_sentence_is_read() {
    let cases = [
        ("1,012 of 2,024 councils need support (50%), against 31% in the nation.", 4),
        ("1 of 6 councils needs support (17%); no national figure is published.", 3),
        ("Not published: few councils answered, or nearly all alike; 31% in the nation.", 1),
        ("Not published for this half-year.", 0),
    ];
    for (text, expected) in cases {
        let Sentence { need, nation } = Sentence::read(text);
        let found = need.map_or(0, |_| 3) + nation.map_or(0, |_| 1);
        assert_eq!(found, expected, "{text}");
    }
    let need = Share::new(1012, 2024).map(|share| (share, 50));
    assert_eq!(Sentence::read(cases[0].0), Sentence { need, nation: Some(31) });
}

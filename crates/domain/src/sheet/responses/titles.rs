//! What the title of a column asks: about which point, and which of the two measures.

use super::super::table::column_name;
use crate::{Measure, Reference, Standard, StandardPoint};

/// What a title was found to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    /// A point of the round's standard and a measure.
    Answer(&'a StandardPoint, Measure),
    /// A measure, and a point of another standard.
    Elsewhere(&'a StandardPoint),
    /// Both measures, or two points: to guess would put answers where they do not belong.
    Unclear(String, &'a StandardPoint),
    /// A point, but neither measure.
    PointOnly(&'a StandardPoint),
    /// A measure, but no point; the words beside it.
    MeasureOnly(String),
    /// Nothing of a round.
    Other,
}

/// A name of a point, as folded words.
struct Phrase<'a> {
    words: Vec<String>,
    point: &'a StandardPoint,
    /// Labels, titles and references are meant; a short name may be a word by chance.
    is_slug: bool,
}

/// Where a phrase stands in a title.
struct Found<'a> {
    words: std::ops::Range<usize>,
    point: &'a StandardPoint,
    is_slug: bool,
}

impl Found<'_> {
    fn lies_in(&self, words: &std::ops::Range<usize>) -> bool {
        words.start <= self.words.start && self.words.end <= words.end
    }
}

/// Every name of every point, to read titles by.
pub(super) struct Titles<'a> {
    standard: &'a Standard,
    phrases: Vec<Phrase<'a>>,
}

impl<'a> Titles<'a> {
    pub(super) fn new(reference: &'a Reference, standard: &'a Standard) -> Self {
        let points = reference.standards().iter().flat_map(|standard| &standard.points);
        let phrases = points.flat_map(|point| {
            let by_slug =
                point.reference.split('/').next().map(|it| format!("{it} {}", point.slug));
            let names = [
                (Some(point.label.clone()), false),
                (Some(point.title.clone()), false),
                (Some(point.reference.clone()), false),
                (by_slug, false),
                (Some(point.slug.clone()), true),
            ];
            names.into_iter().filter_map(move |(name, is_slug)| {
                Some(Phrase { words: words(&name?), point, is_slug })
            })
        });
        Self { standard, phrases: phrases.filter(|phrase| !phrase.words.is_empty()).collect() }
    }

    pub(super) fn meaning(&self, title: &str) -> Meaning<'a> {
        // Forms put the row of a grid in brackets behind its question.
        let (question, row) = match (title.find('['), title.rfind(']')) {
            (Some(open), Some(close)) if open < close => (&title[..open], &title[open + 1..close]),
            _ => (title, ""),
        };
        let mut all = words(question);
        let bracket = all.len()..all.len() + words(row).len();
        all.extend(words(row));
        let all = without_own_team(all, &bracket);

        let mut found = self.found(&all);
        let bracket = all.len() - bracket.len().min(all.len())..all.len();
        if !bracket.is_empty() && found.iter().any(|it| it.lies_in(&bracket)) {
            found.retain(|it| it.lies_in(&bracket));
        }
        let is_ours = |it: &&Found<'a>| it.point.standard == self.standard.id;
        let mut points: Vec<&StandardPoint> = Vec::new();
        let best = found.iter().filter(is_ours).map(|it| it.is_slug).min();
        for it in found.iter().filter(is_ours).filter(|it| Some(it.is_slug) == best) {
            if !points.iter().any(|point| point.id == it.point.id) {
                points.push(it.point);
            }
        }
        let is_name = |index: usize| {
            let of_point = |it: &Found<'_>| {
                points.is_empty() || points.iter().any(|point| point.id == it.point.id)
            };
            found.iter().any(|it| of_point(it) && it.words.contains(&index))
        };
        let beside: Vec<&str> =
            (0..all.len()).filter(|at| !is_name(*at)).map(|at| all[at].as_str()).collect();
        let measures = measures(&beside);
        let numbered = || self.numbered(&beside).filter(|_| found.is_empty());
        let point = points.first().copied().or_else(numbered);
        match (point, &measures[..]) {
            _ if points.len() > 1 && !measures.is_empty() => {
                let labels: Vec<_> = points.iter().map(|point| point.label.as_str()).collect();
                Meaning::Unclear(labels.join(" and "), points[0])
            }
            (Some(point), [measure]) => Meaning::Answer(point, *measure),
            (Some(point), []) => Meaning::PointOnly(point),
            (Some(point), _) => {
                Meaning::Unclear("understanding and support need".to_owned(), point)
            }
            (None, []) => Meaning::Other,
            (None, _) => match found.iter().min_by_key(|it| it.is_slug) {
                Some(elsewhere) => Meaning::Elsewhere(elsewhere.point),
                None => Meaning::MeasureOnly(others(&beside).join("-")),
            },
        }
    }

    /// The phrases of a title; one within a longer one is not meant.
    fn found(&self, title: &[String]) -> Vec<Found<'a>> {
        let mut found: Vec<Found<'a>> = Vec::new();
        for Phrase { words, point, is_slug } in &self.phrases {
            for (start, window) in title.windows(words.len()).enumerate() {
                if window == words {
                    let words = start..start + words.len();
                    found.push(Found { words, point, is_slug: *is_slug });
                }
            }
        }
        let longer = |one: &Found<'_>, other: &Found<'_>| {
            one.lies_in(&other.words) && one.words.len() < other.words.len()
        };
        let is_within: Vec<bool> =
            found.iter().map(|one| found.iter().any(|other| longer(one, other))).collect();
        let mut is_within = is_within.into_iter();
        found.retain(|_| is_within.next() == Some(false));
        found
    }

    /// A point by its number, if the title says little else: "3 understanding", "Q3 need".
    fn numbered(&self, title: &[&str]) -> Option<&'a StandardPoint> {
        let number = |word: &str| -> Option<u16> {
            let digits = word.strip_prefix(['q', 'p']).unwrap_or(word);
            digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let rest = others(title);
        let mut numbers = rest.iter().filter_map(|word| number(word));
        let given = numbers.next().filter(|_| numbers.next().is_none())?;
        let is_filler = |word: &&str| number(word).is_some() || FILLERS.contains(word);
        let point = self.standard.points.iter().find(|point| point.number == given)?;
        rest.iter().all(is_filler).then_some(point)
    }
}

/// What may stand around a bare number without meaning anything more.
const FILLERS: [&str; 22] = [
    "a", "about", "council", "do", "does", "for", "how", "in", "is", "level", "much", "no",
    "number", "of", "on", "point", "question", "the", "with", "where", "you", "your",
];

fn words(text: &str) -> Vec<String> {
    let name = column_name(text);
    name.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// "How well does your team understand …" is not about the point called team.
fn without_own_team(mut words: Vec<String>, bracket: &std::ops::Range<usize>) -> Vec<String> {
    for at in (1..bracket.start).rev() {
        if words[at] == "team" && ["your", "our", "my"].contains(&words[at - 1].as_str()) {
            words.remove(at);
        }
    }
    words
}

fn measure_of(word: &str) -> Option<Measure> {
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
    if begins(&["underst", "confiden", "capab", "knowledge", "skill"]) {
        Some(Measure::Understanding)
    } else if begins(&["support", "help"]) || ["need", "needs", "needed"].contains(&word) {
        Some(Measure::SupportNeed)
    } else {
        None
    }
}

/// The measures that words name, each once.
fn measures(words: &[&str]) -> Vec<Measure> {
    let named = |measure| {
        let how_well = measure == Measure::Understanding
            && words.windows(2).any(|pair| pair == ["how", "well"]);
        how_well || words.iter().any(|word| measure_of(word) == Some(measure))
    };
    Measure::ALL.into_iter().filter(|measure| named(*measure)).collect()
}

/// Words that name no measure.
fn others<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let is_well = |at: usize| at > 0 && words[at - 1..=at] == ["how", "well"];
    let kept = words.iter().enumerate();
    kept.filter(|(at, word)| measure_of(word).is_none() && !is_well(*at)).map(|it| *it.1).collect()
}

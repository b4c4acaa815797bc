//! Several questions in one request, and the answer to each out of the one that comes back.

use std::collections::BTreeMap;

use folkmoot_domain::ExchangeKind;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    client::Failed,
    refusal::{Refusal, blamed, refusals},
};

/// The one query that regions are asked; variables switch its parts on.
pub(crate) const QUERY: &str = include_str!("../../../../docs/regions/query.graphql");

/// The most page requests of a kind, ids and rows of a page in one request: the contract's.
pub(super) const MAX_PAGES: usize = 100;
pub(super) const MAX_IDS: usize = 500;
pub(super) const MAX_FIRST: usize = 200;

/// The most rows that one request asks for. 2,000: at 2 KB each, which few rows reach, they fill
/// the largest answer that is read.
pub(super) const MAX_ROWS: usize = 2_000;

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// The region's card.
    Card,
    /// A page for each request, and how many rows they may hold together.
    Pages(ExchangeKind, Vec<Value>, usize),
    /// The rows with these ids.
    Rows(ExchangeKind, Vec<Uuid>),
}

/// The answer to a question, not read yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// The card, a page for each request, or a row or null for each id.
    One(Value),
    Many(Vec<Value>),
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Handed {
    Part(Part),
    Failed(Failed),
    /// Another question made the whole request fail: ask it without that one.
    Again,
}

impl Ask {
    /// The name of its field in the answer.
    pub(super) fn alias(&self) -> &'static str {
        match self {
            Self::Card => "describe",
            Self::Pages(ExchangeKind::Meetup, ..) => "meetups",
            Self::Pages(ExchangeKind::CaseStudy, ..) => "caseStudies",
            Self::Pages(ExchangeKind::Offer, ..) => "offers",
            Self::Pages(ExchangeKind::ServiceAssessment, ..) => "serviceAssessments",
            Self::Rows(ExchangeKind::Meetup, _) => "meetupsById",
            Self::Rows(ExchangeKind::CaseStudy, _) => "caseStudiesById",
            Self::Rows(ExchangeKind::Offer, _) => "offersById",
            Self::Rows(ExchangeKind::ServiceAssessment, _) => "assessmentsById",
        }
    }

    /// The names of the variables that carry it and switch it on.
    fn variables(&self) -> (&'static str, &'static str) {
        match self {
            Self::Card => ("describe", "describe"),
            Self::Pages(ExchangeKind::Meetup, ..) => ("meetups", "withMeetups"),
            Self::Pages(ExchangeKind::CaseStudy, ..) => ("caseStudies", "withCaseStudies"),
            Self::Pages(ExchangeKind::Offer, ..) => ("offers", "withOffers"),
            Self::Pages(ExchangeKind::ServiceAssessment, ..) => ("assessments", "withAssessments"),
            Self::Rows(ExchangeKind::Meetup, _) => ("meetupIds", "withMeetupIds"),
            Self::Rows(ExchangeKind::CaseStudy, _) => ("caseStudyIds", "withCaseStudyIds"),
            Self::Rows(ExchangeKind::Offer, _) => ("offerIds", "withOfferIds"),
            Self::Rows(ExchangeKind::ServiceAssessment, _) => {
                ("assessmentIds", "withAssessmentIds")
            }
        }
    }

    /// How many entries of its field's list are its own.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Card => 1,
            Self::Pages(_, pages, _) => pages.len(),
            Self::Rows(_, ids) => ids.len(),
        }
    }

    fn entries(&self) -> Vec<Value> {
        match self {
            Self::Card => Vec::new(),
            Self::Pages(_, pages, _) => pages.clone(),
            Self::Rows(kind, ids) => {
                let entry = |id: &Uuid| json!({"__typename": kind.name(), "id": id});
                ids.iter().map(entry).collect()
            }
        }
    }
}

/// What a request holds so far.
#[derive(Default)]
pub(super) struct Room {
    pages: BTreeMap<&'static str, usize>,
    ids: usize,
    rows: usize,
}

impl Room {
    /// Takes the question in, if there is room for it; the first one always fits.
    pub(super) fn takes(&mut self, ask: &Ask) -> bool {
        let pages = self.pages.get(ask.alias()).copied().unwrap_or_default();
        let (pages, ids, rows) = match ask {
            Ask::Card => (pages, self.ids, self.rows),
            Ask::Pages(_, requests, rows) => (pages + requests.len(), self.ids, self.rows + rows),
            Ask::Rows(_, wanted) => (pages, self.ids + wanted.len(), self.rows + wanted.len()),
        };
        let fits = pages <= MAX_PAGES && ids <= MAX_IDS && rows <= MAX_ROWS;
        if fits {
            self.pages.insert(ask.alias(), pages);
            (self.ids, self.rows) = (ids, rows);
        }
        fits
    }
}

/// The request that asks all of this.
pub(super) fn question(asks: &[&Ask]) -> Vec<u8> {
    let mut variables = Map::new();
    for ask in asks {
        let (list, switch) = ask.variables();
        variables.insert(switch.to_owned(), Value::Bool(true));
        if **ask != Ask::Card {
            let known = variables.entry(list).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(known) = known {
                known.extend(ask.entries());
            }
        }
    }
    let request = json!({
        "query": QUERY, "operationName": "Folkmoot", "variables": Value::Object(variables),
    });
    request.to_string().into_bytes()
}

/// The answer to each question, in their order, out of the body of the one answer.
pub(super) fn hand_out(asks: &[&Ask], body: &[u8]) -> Vec<Handed> {
    let all = |failed: Failed| vec![Handed::Failed(failed); asks.len()];
    let mut answer: Value = match serde_json::from_slice(body) {
        Ok(answer) => answer,
        Err(error) => return all(Failed::malformed(format!("its answer is no JSON: {error}"))),
    };
    if !answer.is_object() {
        return all(Failed::malformed("its answer is no GraphQL response: it is no JSON object"));
    }
    let refusals = refusals(&answer["errors"]);
    let places = places(asks);
    match (answer["data"].take(), refusals.as_slice()) {
        (Value::Object(data), refusals) => parts(asks, &places, data, refusals),
        (Value::Null, []) => all(Failed::malformed("its answer has neither data nor errors")),
        (Value::Null, refusals) => without_data(asks, &places, refusals),
        _ => all(Failed::malformed("data: is no JSON object")),
    }
}

/// For each question, where its entries begin in its field's list.
fn places(asks: &[&Ask]) -> Vec<usize> {
    let before = |place: usize| {
        let same = asks[..place].iter().filter(|other| other.alias() == asks[place].alias());
        same.map(|other| other.len()).sum()
    };
    (0..asks.len()).map(before).collect()
}

/// Without data one bad part may have taken all others with it, for they are never null: those
/// that nothing is said of are asked again without it.
fn without_data(asks: &[&Ask], places: &[usize], refusals: &[Refusal]) -> Vec<Handed> {
    let blamed: Vec<_> =
        asks.iter().zip(places).map(|(ask, place)| blamed(ask, *place, refusals)).collect();
    let is_told_apart = blamed.iter().any(Option::is_some) && blamed.iter().any(Option::is_none);
    let one = |blamed: Option<&Refusal>| match blamed {
        Some(refusal) => Handed::Failed(refusal.failed()),
        None if is_told_apart => Handed::Again,
        None => Handed::Failed(refusals[0].failed()),
    };
    blamed.into_iter().map(one).collect()
}

fn parts(
    asks: &[&Ask],
    places: &[usize],
    mut data: Map<String, Value>,
    refusals: &[Refusal],
) -> Vec<Handed> {
    for refusal in refusals {
        refusal.strike_row(&mut data);
    }
    let of_field = |alias: &str| {
        asks.iter().filter(|other| other.alias() == alias).map(|other| other.len()).sum::<usize>()
    };
    let one = |(ask, place): (&&Ask, &usize)| {
        let alias = ask.alias();
        if let Some(refusal) = blamed(ask, *place, refusals) {
            return Handed::Failed(refusal.failed());
        }
        let malformed = |what: &str| Handed::Failed(Failed::malformed(format!("{alias}: {what}")));
        match (ask, data.get_mut(alias)) {
            (_, None | Some(Value::Null)) => malformed("is missing in its answer"),
            (Ask::Card, Some(card)) => Handed::Part(Part::One(card.clone())),
            (_, Some(Value::Array(list))) if list.len() == of_field(alias) => {
                // Each entry is one question's: taken, since copying rows costs as much as reading.
                let own = list[*place..*place + ask.len()].iter_mut().map(Value::take);
                Handed::Part(Part::Many(own.collect()))
            }
            (_, Some(Value::Array(_))) => malformed("has not one entry for each that was asked"),
            _ => malformed("is no list"),
        }
    };
    asks.iter().zip(places).map(one).collect()
}

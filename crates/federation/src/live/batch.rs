//! Several questions in one request.

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

use folkmoot_domain::ExchangeKind;
use serde_json::{Map, Value, json};
use uuid::Uuid;

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

/// What every request begins with.
static BEGINNING: LazyLock<String> = LazyLock::new(|| {
    format!("{{\"query\":{},\"operationName\":\"Folkmoot\",\"variables\":", json!(QUERY))
});

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
    let mut request = BEGINNING.clone();
    write!(request, "{}}}", Value::Object(variables)).expect("a string takes what is written");
    request.into_bytes()
}

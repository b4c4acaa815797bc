//! The one answer to several questions, cut into what each of them gets.
//!
//! Rows stay JSON texts here, which whoever asked reads. Almost every answer is as it should be: it
//! is cut in one pass, without a copy; and if one kind of page alone was asked for, whoever asked
//! reads its rows in that pass. Any other is looked at once more, member by member, to find out
//! which question it is wrong for.

use bytes::Bytes;
use folkmoot_domain::ExchangeKind;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Map, Value, value::RawValue};

use super::{
    batch::Ask,
    client::Failed,
    refusal::{Refusal, blamed, refusals},
};

/// The answer to a question; JSON texts are not read yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Card(Bytes),
    /// A page for each request.
    Pages(Vec<Page>),
    /// The same where nothing else was asked: the whole answer, not looked at yet.
    Whole(Bytes),
    /// A row or nothing for each id.
    Rows(Vec<Option<Bytes>>),
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    pub(super) rows: Vec<Bytes>,
    pub(super) has_more: bool,
    pub(super) count: Option<u64>,
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Handed {
    Part(Part),
    Failed(Failed),
    /// Another question made the whole request fail: ask it without that one.
    Again,
}

/// The answer to each question, in their order, out of the body of the one answer.
pub(super) fn hand_out(asks: &[&Ask], body: &Bytes) -> Vec<Handed> {
    match asks {
        [Ask::Pages(..)] => vec![Handed::Part(Part::Whole(body.clone()))],
        asks => taken_apart(asks, body),
    }
}

/// The pages of an answer to nothing but so many requests for pages of a kind.
pub(super) fn pages_of(
    kind: ExchangeKind,
    requests: usize,
    body: &Bytes,
) -> Result<Vec<Page>, Failed> {
    let ask = Ask::Pages(kind, vec![Value::Null; requests], 0);
    match taken_apart(&[&ask], body).pop() {
        Some(Handed::Part(Part::Pages(pages))) => Ok(pages),
        Some(Handed::Failed(failed)) => Err(failed),
        // A question alone is not made to fail by others.
        _ => Err(Failed::malformed("its answer has no page")),
    }
}

/// The same read at once; `None` if it is not sound, or not as many.
pub(super) fn items_of<I: DeserializeOwned>(
    kind: ExchangeKind,
    requests: usize,
    body: &[u8],
) -> Option<Vec<SoundPage<I>>> {
    let lists: Lists<I> = sound(body)?;
    let pages = match kind {
        ExchangeKind::Meetup => lists.meetups,
        ExchangeKind::CaseStudy => lists.case_studies,
        ExchangeKind::Offer => lists.offers,
        ExchangeKind::ServiceAssessment => lists.service_assessments,
    };
    pages.filter(|pages| pages.len() == requests)
}

fn taken_apart(asks: &[&Ask], body: &Bytes) -> Vec<Handed> {
    match cut(asks, body) {
        Some(parts) => parts.into_iter().map(Handed::Part).collect(),
        None => look_through(asks, body),
    }
}

/// An answer as it should be.
#[derive(Deserialize)]
struct Sound<D> {
    data: D,
    errors: Option<Vec<IgnoredAny>>,
}

fn sound<'a, D: Deserialize<'a>>(body: &'a [u8]) -> Option<D> {
    // A list would be read as the members of an object, one after the other.
    let text = str::from_utf8(body).ok().filter(|text| text.trim_ascii_start().starts_with('{'))?;
    let answer: Sound<D> = serde_json::from_str(text).ok()?;
    answer.errors.is_none_or(|errors| errors.is_empty()).then_some(answer.data)
}

/// Pages whose rows are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "I: Deserialize<'de>")]
struct Lists<I> {
    meetups: Option<Vec<SoundPage<I>>>,
    case_studies: Option<Vec<SoundPage<I>>>,
    offers: Option<Vec<SoundPage<I>>>,
    service_assessments: Option<Vec<SoundPage<I>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    describe: Option<&'a RawValue>,
    #[serde(borrow)]
    meetups: Option<Vec<SoundPage<&'a RawValue>>>,
    #[serde(borrow)]
    case_studies: Option<Vec<SoundPage<&'a RawValue>>>,
    #[serde(borrow)]
    offers: Option<Vec<SoundPage<&'a RawValue>>>,
    #[serde(borrow)]
    service_assessments: Option<Vec<SoundPage<&'a RawValue>>>,
    meetups_by_id: Option<Vec<Option<&'a RawValue>>>,
    case_studies_by_id: Option<Vec<Option<&'a RawValue>>>,
    offers_by_id: Option<Vec<Option<&'a RawValue>>>,
    assessments_by_id: Option<Vec<Option<&'a RawValue>>>,
}

/// A page as it should be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SoundPage<T> {
    pub(super) rows: Vec<T>,
    pub(super) has_more: bool,
    pub(super) count: Option<u64>,
}

impl<'a> Data<'a> {
    fn pages(&mut self, kind: ExchangeKind) -> &mut Option<Vec<SoundPage<&'a RawValue>>> {
        match kind {
            ExchangeKind::Meetup => &mut self.meetups,
            ExchangeKind::CaseStudy => &mut self.case_studies,
            ExchangeKind::Offer => &mut self.offers,
            ExchangeKind::ServiceAssessment => &mut self.service_assessments,
        }
    }

    fn rows(&mut self, kind: ExchangeKind) -> &mut Option<Vec<Option<&'a RawValue>>> {
        match kind {
            ExchangeKind::Meetup => &mut self.meetups_by_id,
            ExchangeKind::CaseStudy => &mut self.case_studies_by_id,
            ExchangeKind::Offer => &mut self.offers_by_id,
            ExchangeKind::ServiceAssessment => &mut self.assessments_by_id,
        }
    }
}

/// The parts of an answer that has no fault at all.
pub(super) fn cut(asks: &[&Ask], body: &Bytes) -> Option<Vec<Part>> {
    let mut data: Data<'_> = sound(body)?;
    let text = |raw: &RawValue| body.slice_ref(raw.get().as_bytes());
    let page = |page: SoundPage<&RawValue>| Page {
        rows: page.rows.into_iter().map(text).collect(),
        has_more: page.has_more,
        count: page.count,
    };
    // From the last question to the first, each takes its entries off the end of its field's list.
    let part = |ask: &&Ask| match ask {
        Ask::Card => data.describe.map(text).map(Part::Card),
        Ask::Pages(kind, ..) => {
            let own = last(data.pages(*kind).as_mut()?, ask.len())?;
            Some(Part::Pages(own.into_iter().map(page).collect()))
        }
        Ask::Rows(kind, _) => {
            let own = last(data.rows(*kind).as_mut()?, ask.len())?;
            Some(Part::Rows(own.into_iter().map(|row| row.map(text)).collect()))
        }
    };
    let mut parts: Vec<_> = asks.iter().rev().map(part).collect::<Option<_>>()?;
    parts.reverse();
    let mut kinds = asks.iter().filter_map(|ask| match ask {
        Ask::Card => None,
        Ask::Pages(kind, ..) | Ask::Rows(kind, _) => Some(*kind),
    });
    let is_used_up = |kind| {
        data.pages(kind).as_ref().is_none_or(Vec::is_empty)
            && data.rows(kind).as_ref().is_none_or(Vec::is_empty)
    };
    kinds.all(is_used_up).then_some(parts)
}

fn last<T>(list: &mut Vec<T>, count: usize) -> Option<Vec<T>> {
    Some(list.split_off(list.len().checked_sub(count)?))
}

/// The same for any answer.
pub(super) fn look_through(asks: &[&Ask], body: &[u8]) -> Vec<Handed> {
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
        match (ask, data.get(alias)) {
            (_, None | Some(Value::Null)) => malformed("is missing in its answer"),
            (Ask::Card, Some(card)) => Handed::Part(Part::Card(text(card))),
            (_, Some(Value::Array(list))) if list.len() == of_field(alias) => {
                let own = &list[*place..*place + ask.len()];
                part(ask, own).map_or_else(Handed::Failed, Handed::Part)
            }
            (_, Some(Value::Array(_))) => malformed("has not one entry for each that was asked"),
            _ => malformed("is no list"),
        }
    };
    asks.iter().zip(places).map(one).collect()
}

/// The part of a question about rows that these entries are.
fn part(ask: &Ask, own: &[Value]) -> Result<Part, Failed> {
    match ask {
        Ask::Pages(kind, ..) => {
            let malformed = |what| Failed::malformed(format!("a page of {kind}s: {what}"));
            let pages = own.iter().map(|one| page(one).map_err(malformed));
            Ok(Part::Pages(pages.collect::<Result<_, _>>()?))
        }
        Ask::Card | Ask::Rows(..) => {
            let row = |row: &Value| (!row.is_null()).then(|| text(row));
            Ok(Part::Rows(own.iter().map(row).collect()))
        }
    }
}

fn page(page: &Value) -> Result<Page, &'static str> {
    let rows = page["rows"].as_array().ok_or("rows is no list")?;
    let has_more = page["hasMore"].as_bool().ok_or("hasMore is not given")?;
    let count = match &page["count"] {
        Value::Null => None,
        count => Some(count.as_u64().ok_or("count is no number of rows")?),
    };
    Ok(Page { rows: rows.iter().map(text).collect(), has_more, count })
}

fn text(value: &Value) -> Bytes {
    value.to_string().into()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn pages(number: usize) -> Ask {
        Ask::Pages(ExchangeKind::Meetup, vec![Value::Null; number], number)
    }

    /// Both ways to take an answer apart.
    fn both(asks: &[Ask], body: &str) -> (Option<Vec<Handed>>, Vec<Handed>) {
        let (asks, body) = (asks.iter().collect::<Vec<_>>(), Bytes::from(body.to_owned()));
        let cut = cut(&asks, &body);
        (cut.map(|parts| parts.into_iter().map(Handed::Part).collect()), look_through(&asks, &body))
    }

    #[test]
    fn a_sound_answer_is_cut_as_if_looked_through() {
        let asks = [
            pages(1),
            Ask::Card,
            pages(2),
            Ask::Rows(ExchangeKind::Offer, vec![Uuid::nil(), Uuid::max()]),
            Ask::Rows(ExchangeKind::Meetup, vec![Uuid::nil()]),
        ];
        let body = r#" {"data":{"describe":{"code":"kent"},
            "meetups":[{"rows":[{"id":1},null],"hasMore":true,"count":7},
                {"rows":[],"hasMore":false},{"rows":["a\"b"],"hasMore":false,"count":null}],
            "offersById":[null,{"id":2}],"meetupsById":[{"id":3}]},"errors":[],"extensions":{}}"#;
        let (cut, looked_through) = both(&asks, body);
        assert_eq!(cut, Some(looked_through));
    }

    #[test]
    fn an_answer_with_a_fault_is_looked_through() {
        let card = [Ask::Card];
        let faulty: [(&[Ask], &str); 9] = [
            (&card, r#"[{"describe":{}}]"#),
            (&card, r#"{"data":{"describe":{}},"errors":[{"message":"no"}]}"#),
            (&card, r#"{"data":null}"#),
            (&card, r#"{"data":{}}"#),
            (&card, r#"{"data":{"describe":{}}"#),
            (&[pages(1)], r#"{"data":{"meetups":[]}}"#),
            (&[pages(1)], r#"{"data":{"meetups":[{"rows":[]}]}}"#),
            (&[pages(0)], r#"{"data":{"meetups":[{"rows":[],"hasMore":false}]}}"#),
            (&[pages(1)], r#"{"data":{"meetups":[{"rows":{},"hasMore":false}]}}"#),
        ];
        for (asks, body) in faulty {
            let (cut, looked_through) = both(asks, body);
            assert_eq!(cut, None, "{body}");
            assert!(!matches!(looked_through[0], Handed::Part(_)) || body.contains("errors"));
        }
    }
}

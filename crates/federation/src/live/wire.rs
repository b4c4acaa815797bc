//! What is asked of a service, in its own words: ids become codes, slugs and references.

use chrono::{DateTime, SecondsFormat, Utc};
use folkmoot_domain::{
    Assessment, AssessmentFilter, CaseStudy, CaseStudyFilter, CouncilId, Direction, Exchanged, Key,
    Meetup, MeetupFilter, Offer, OfferFilter, PointId, Reference, RegionId, SliceRequest,
};
use serde_json::{Map, Value, json};

use super::batch::MAX_FIRST;

/// A kind of row that live services list.
pub(super) trait Wired: Exchanged {
    /// Which rows a list holds.
    type Filter: Clone + Send + Sync + 'static;

    /// The filter as the service of a region understands it; `None` if no row of it can pass.
    fn filter(filter: &Self::Filter, reference: &Reference, region: RegionId) -> Option<Value>;
}

/// How many rows a page is asked for; what is beyond comes with the next one.
pub(super) fn asked_for<F>(request: &SliceRequest<F>) -> usize {
    request.first.clamp(1, MAX_FIRST)
}

/// A page request; `None` if no row of the region can pass its filter.
pub(super) fn page_request<R: Wired>(
    request: &SliceRequest<R::Filter>,
    reference: &Reference,
    region: RegionId,
) -> Option<Value> {
    let mut page = Map::new();
    page.insert("filter".to_owned(), R::filter(&request.filter, reference, region)?);
    page.insert("direction".to_owned(), direction(request.direction).into());
    for (name, bound) in [("after", &request.after), ("until", &request.until)] {
        if let Some(bound) = bound {
            page.insert(name.to_owned(), key(bound)?);
        }
    }
    page.insert("first".to_owned(), asked_for(request).into());
    page.insert("count".to_owned(), request.count.into());
    Some(Value::Object(page))
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "ASCENDING",
        Direction::Descending => "DESCENDING",
    }
}

/// The place of a row; lists over regions are ordered by instants alone.
pub(super) fn key(key: &Key) -> Option<Value> {
    Some(json!({ "at": instant(key.instant()?), "id": key.id }))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Collects the parts of a filter that are present.
#[derive(Default)]
struct Parts(Map<String, Value>);

impl Parts {
    fn put(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }

    /// A list of ids as names. One that is not known here is nobody's there: it is left out, and
    /// a list of none passes nothing.
    fn names<I: Copy>(
        &mut self,
        name: &str,
        ids: Option<&Vec<I>>,
        of: impl Fn(I) -> Option<String>,
    ) -> Option<()> {
        let Some(ids) = ids else { return Some(()) };
        let names: Vec<_> = ids.iter().filter_map(|id| of(*id)).collect();
        if names.is_empty() {
            return None;
        }
        self.put(name, Some(names));
        Some(())
    }
}

fn word(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn code(reference: &Reference) -> impl Fn(CouncilId) -> Option<String> {
    |id| Some(reference.council(id)?.code.to_string())
}

fn point(reference: &Reference) -> impl Fn(PointId) -> Option<String> {
    |id| Some(reference.point(id)?.reference.clone())
}

impl Wired for Meetup {
    type Filter = MeetupFilter;

    fn filter(filter: &MeetupFilter, reference: &Reference, region: RegionId) -> Option<Value> {
        let slug = |id| {
            let group = reference.group(id).filter(|group| group.region == region)?;
            Some(group.slug.clone())
        };
        let mut parts = Parts::default();
        parts.names("groups", filter.groups.as_ref(), slug)?;
        parts.names("hosts", filter.hosts.as_ref(), code(reference))?;
        parts.names("points", filter.points.as_ref(), point(reference))?;
        parts.put("startsFrom", filter.starts_from.map(instant));
        parts.put("startsBefore", filter.starts_before.map(instant));
        parts.put("endsAfter", filter.ends_after.map(instant));
        parts.put("endsBy", filter.ends_by.map(instant));
        parts.put("attendance", filter.attendance.and_then(|attendance| word(&attendance)));
        parts.names("statuses", filter.statuses.as_ref(), |status| word(&status))?;
        Some(Value::Object(parts.0))
    }
}

impl Wired for CaseStudy {
    type Filter = CaseStudyFilter;

    fn filter(filter: &CaseStudyFilter, reference: &Reference, _: RegionId) -> Option<Value> {
        let mut parts = Parts::default();
        parts.names("points", filter.points.as_ref(), point(reference))?;
        parts.names("councils", filter.councils.as_ref(), code(reference))?;
        parts.put("search", filter.search.clone());
        Some(Value::Object(parts.0))
    }
}

impl Wired for Offer {
    type Filter = OfferFilter;

    fn filter(filter: &OfferFilter, reference: &Reference, _: RegionId) -> Option<Value> {
        let mut parts = Parts::default();
        parts.names("points", filter.points.as_ref(), point(reference))?;
        parts.names("kinds", filter.kinds.as_ref(), |kind| word(&kind))?;
        parts.names("councils", filter.councils.as_ref(), code(reference))?;
        parts.put("remote", filter.remote);
        Some(Value::Object(parts.0))
    }
}

impl Wired for Assessment {
    type Filter = AssessmentFilter;

    /// Regions give public ones alone, so whose others a viewer may see does not matter.
    fn filter(filter: &AssessmentFilter, reference: &Reference, _: RegionId) -> Option<Value> {
        let mut parts = Parts::default();
        parts.names("councils", filter.councils.as_ref(), code(reference))?;
        parts.names("stages", filter.stages.as_ref(), |stage| word(&stage))?;
        Some(Value::Object(parts.0))
    }
}

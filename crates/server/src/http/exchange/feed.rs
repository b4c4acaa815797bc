//! `/regions/CODE/changes/KIND`: a page of a region's change feed.

use axum::{
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use folkmoot_domain::{
    Assessment, AssessmentId, EntryState, ExchangeKind, Exchanged, FeedEntry, FeedPage, Link,
    MAX_PAGE_ITEMS, PAGE_MEDIA_TYPE, Reference, Region,
};
use folkmoot_store::{FeedVersion, RowChange};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::{App, graphql::Asked, tags},
    Refusal, address, feed_path, reference, region,
};

/// The change after which a page begins: its number, and the row's id.
type Place = (i64, Uuid);

/// Long enough to take the weight off a page that many ask for, and far below the minute after
/// which a mirror looks again.
const KEEP: &str = "public, max-age=5";

/// `GET /regions/london/changes/meetups?afterChange=40&afterId=…`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    Path((name, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let Some(kind) = ExchangeKind::ALL.into_iter().find(|kind| kind.path() == path) else {
        let paths = ExchangeKind::ALL.map(ExchangeKind::path).join(", ");
        return Err(Refusal::Unknown(format!("a region has the feeds {paths}")));
    };
    let rest = feed_path(kind);
    let version = app.store.reference_version();
    let reference = reference(&app).await?;
    let region = region(&app, &reference, &asked.viewer, &name, &rest, query.as_deref())?;
    if !region.door.is_stored() {
        return Err(Refusal::Unknown(format!(
            "{} answers for itself and its rows are not kept here: ask its own service",
            region.name
        )));
    }
    let after = place(query.as_deref().unwrap_or_default()).map_err(Refusal::Malformed)?;
    app.admission.count(&asked.asker)?;
    let own = page_address(&app, region, &rest, after);
    // Before the rows: what is read after it is at least as new as the tag says.
    let feed = app.store.feed_version(region.id, kind).await?;
    let tag = tag(feed, version, &own);
    let is_anonymous = asked.viewer.token().is_none();
    let common = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, if is_anonymous { KEEP } else { "private, no-cache" }.to_owned()),
        (header::VARY, "Authorization, Accept-Encoding".to_owned()),
    ];
    if tags::is_known(&asked.headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let items = items(&app, &reference, region, kind, after).await?;
    let next = match items.last() {
        Some(last) => page_address(&app, region, &rest, Some(last.place())),
        None => own,
    };
    let page = FeedPage { next, items, license: region.licence.as_deref().and_then(licence) };
    let body = serde_json::to_vec(&page).expect("a page has string keys only");
    Ok((common, [(header::CONTENT_TYPE, PAGE_MEDIA_TYPE)], body).into_response())
}

fn page_address(app: &App, region: &Region, rest: &str, after: Option<Place>) -> String {
    let query = after.map(|(number, id)| format!("afterChange={number}&afterId={id}"));
    address(app, region, rest, query.as_deref())
}

/// Weak: rows that are written between the tag and the page are on the page already.
fn tag(feed: FeedVersion, reference_version: u64, own: &str) -> String {
    let FeedVersion { epoch, generation } = feed;
    let build = env!("CARGO_PKG_VERSION");
    let said = format!("{build} {epoch} {generation} {reference_version} {own}");
    format!("W/{}", tags::of(&Sha256::digest(said)))
}

/// Where the page begins, from the query string; what is wrong with it otherwise.
fn place(pairs: &str) -> Result<Option<Place>, String> {
    let (mut change, mut id) = (None, None);
    for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
        match name.as_ref() {
            "afterChange" => {
                let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
                change = Some(number.ok_or("`afterChange` is a whole number, such as 40")?);
            }
            "afterId" => {
                let known = text.parse::<Uuid>();
                id = Some(known.map_err(|_| "`afterId` is the id of a row, a UUID")?);
            }
            _ => {
                let known = "a parameter is unknown: there are afterChange and afterId";
                return Err(known.to_owned());
            }
        }
    }
    match (change, id) {
        (None, None) => Ok(None),
        (Some(change), Some(id)) => Ok(Some((change, id))),
        _ => Err("pass `afterChange` and `afterId` together, as `next` has them".to_owned()),
    }
}

async fn items(
    app: &App,
    reference: &Reference,
    region: &Region,
    kind: ExchangeKind,
    after: Option<Place>,
) -> Result<Vec<FeedEntry>, Refusal> {
    let (store, id, first) = (&app.store, region.id, MAX_PAGE_ITEMS);
    match kind {
        ExchangeKind::Meetup => {
            written(app, reference, &store.meetup_changes(id, after, first).await?).await
        }
        ExchangeKind::CaseStudy => {
            written(app, reference, &store.case_study_changes(id, after, first).await?).await
        }
        ExchangeKind::Offer => {
            written(app, reference, &store.offer_changes(id, after, first).await?).await
        }
        ExchangeKind::ServiceAssessment => {
            let mut changes = store.assessment_changes(id, after, first).await?;
            forget_hidden(app, region, &mut changes).await?;
            written(app, reference, &changes).await
        }
    }
}

/// An assessment that is not public is not named by the one that follows it either.
async fn forget_hidden(
    app: &App,
    region: &Region,
    changes: &mut [RowChange<Assessment>],
) -> Result<(), Refusal> {
    let mut rows: Vec<_> = changes.iter_mut().filter_map(|change| change.row.as_mut()).collect();
    let named: Vec<AssessmentId> = rows.iter().filter_map(|row| row.previous).collect();
    let public = app.store.public_assessments(region.id, &named).await?;
    for row in &mut rows {
        row.previous = row.previous.filter(|id| public.contains(id));
    }
    Ok(())
}

async fn written<R: Exchanged>(
    app: &App,
    known: &Reference,
    changes: &[RowChange<R>],
) -> Result<Vec<FeedEntry>, Refusal> {
    let (entries, is_whole) = entries(known, changes);
    if is_whole {
        return Ok(entries);
    }
    // A group or council that another process has just added. A row that were given out as gone
    // until this process hears of it would stay gone for whoever read it meanwhile.
    app.store.poll_generations().await?;
    Ok(self::entries(&*reference(app).await?, changes).0)
}

/// The entries, and whether every row that is there could be written.
fn entries<R: Exchanged>(
    reference: &Reference,
    changes: &[RowChange<R>],
) -> (Vec<FeedEntry>, bool) {
    let mut is_whole = true;
    let entry = |change: &RowChange<R>| {
        let item = change.row.as_ref().and_then(|row| row.to_item(reference));
        is_whole &= item.is_some() || change.row.is_none();
        let data =
            item.map(|item| serde_json::to_value(item).expect("an item has string keys only"));
        let state = if data.is_some() { EntryState::Updated } else { EntryState::Deleted };
        FeedEntry { state, kind: R::KIND, id: change.id, modified: change.number, data }
    };
    let entries = changes.iter().map(entry).collect();
    (entries, is_whole)
}

/// The address of a licence that a region names.
fn licence(name: &str) -> Option<String> {
    let number = name.strip_prefix("OGL-UK-").and_then(|version| version.strip_suffix(".0"));
    if let Some(number @ ("1" | "2" | "3")) = number {
        let place = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version";
        return Some(format!("{place}/{number}/"));
    }
    Link::parse(name).ok().map(|link| link.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_after_a_change_and_a_row_or_at_the_beginning() {
        let id = "0190c5a8-1b2c-7d3e-8f40-112233445566";
        let at = (40, id.parse().expect("an id"));
        assert_eq!(place(""), Ok(None));
        assert_eq!(place(&format!("afterChange=40&afterId={id}")), Ok(Some(at)));
        for (pairs, says) in [
            ("afterChange=40", "together"),
            ("afterId=0190c5a8-1b2c-7d3e-8f40-112233445566", "together"),
            ("afterChange=new&afterId=x", "whole number"),
            ("afterChange=-1", "whole number"),
            ("afterChange=99999999999999999999", "whole number"),
            ("afterChange=1&afterId=17", "a UUID"),
            ("afterTimestamp=1", "there are afterChange and afterId"),
        ] {
            let message = place(pairs).expect_err(pairs);
            assert!(message.contains(says), "{pairs}: {message}");
        }
    }

    #[test]
    fn licences_lead_to_their_text() {
        let ogl = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/";
        assert_eq!(licence("OGL-UK-3.0").as_deref(), Some(ogl));
        assert_eq!(licence("https://example.org/l").as_deref(), Some("https://example.org/l"));
        assert_eq!(licence("ours"), None);
    }
}

//! `/calendar/…` and `/feeds/…`: which list an address names, and in which form.
//!
//! After the first part stand `all`, a region's code, or `groups`, `points`, `councils` and a name;
//! calendars also have `meetups` and an id. What follows the last dot is the form. Words in the
//! query string narrow the list further.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use chrono::TimeDelta;
use folkmoot_domain::london_day;

use super::{
    super::{
        App, cells,
        graphql::Asked,
        own::Unsaid,
        sending::{Body, refusal},
    },
    calendar::{self, About},
    feeds::Channel,
    listing::{self, Part},
    wanted::{USUAL, Wanted},
};

/// Subscribers keep what was: half a year back, so that what they had does not vanish at once.
const CALENDAR_REACHES_BACK: TimeDelta = TimeDelta::days(183);

/// `GET /calendar/london.ics`
pub(super) async fn calendar(
    State(app): State<App>,
    asked: Asked,
    Path(path): Path<String>,
    RawQuery(pairs): RawQuery,
) -> Response {
    let pairs = pairs.unwrap_or_default();
    let Some(name) = path.strip_suffix(".ics") else {
        return refusal(&unknown("calendars end in .ics, such as /calendar/london.ics"));
    };
    let made = match name.strip_prefix("meetups/") {
        Some(id) => single(&app, &asked, id, &pairs).await,
        None => subscribed(&app, &asked, name, &path, &pairs).await,
    };
    match made {
        Ok(body) => body.sent(&asked.headers),
        Err(unsaid) => refusal(&unsaid),
    }
}

async fn subscribed(
    app: &App,
    asked: &Asked,
    name: &str,
    path: &str,
    pairs: &str,
) -> Result<Body, Unsaid> {
    let wanted = named(name, pairs)?;
    let today = london_day(app.clock.now());
    let part = Part::Since(today - CALENDAR_REACHES_BACK);
    let listing =
        listing::listing(app, &asked.asker, &wanted, part).await.map_err(|it| here(it, name))?;
    let own = with_pairs(&format!("{}/calendar/{path}", base(app)), pairs);
    let page = wanted.address(base(app), "/meetups");
    let about = About::list(&listing, &own, &page, wanted.language, today);
    let bytes = calendar::file(&about, &listing.meetups).into_bytes();
    let keep = listing.keep.clone();
    Ok(Body { bytes, media_type: calendar::MEDIA_TYPE, keep, file_name: None })
}

async fn single(app: &App, asked: &Asked, id: &str, pairs: &str) -> Result<Body, Unsaid> {
    let language = Wanted::of(pairs, &[])?.language;
    let said = listing::one(app, &asked.asker, id, language).await.map_err(|mut unsaid| {
        if unsaid.code == "MALFORMED_ID" {
            unsaid.status = StatusCode::NOT_FOUND;
        }
        unsaid
    })?;
    let meetup = said.data;
    let title = meetup.told_title(language);
    let about = About {
        title: &title,
        notice: None,
        source: &meetup.ics_url,
        page: &meetup.url,
        language,
        today: london_day(app.clock.now()),
    };
    let bytes = calendar::file(&about, [&meetup]).into_bytes();
    // Saved under the day and the group: ids say nothing to people.
    let day = meetup.starts_at.with_timezone(&meetup.time_zone).format("%Y-%m-%d");
    let file_name = Some(format!("{day}-{}.ics", meetup.group.slug));
    Ok(Body { bytes, media_type: calendar::MEDIA_TYPE, keep: said.keep, file_name })
}

/// `GET /feeds/london.rss`, and as `.atom`, `.json`, `.csv`
pub(super) async fn feed(
    State(app): State<App>,
    asked: Asked,
    Path(path): Path<String>,
    RawQuery(pairs): RawQuery,
) -> Response {
    match written(&app, &asked, &path, &pairs.unwrap_or_default()).await {
        Ok(body) => body.sent(&asked.headers),
        Err(unsaid) => refusal(&unsaid),
    }
}

async fn written(app: &App, asked: &Asked, path: &str, pairs: &str) -> Result<Body, Unsaid> {
    type Writes = fn(&Channel<'_>) -> Vec<u8>;
    let (name, form) = path.rsplit_once('.').unwrap_or((path, ""));
    let (media_type, write): (_, Writes) = match form {
        "rss" => ("application/rss+xml; charset=utf-8", |channel| channel.rss()),
        "atom" => ("application/atom+xml; charset=utf-8", |channel| channel.atom()),
        "json" => ("application/feed+json; charset=utf-8", |channel| channel.json()),
        "csv" => (cells::MEDIA_TYPE, |channel| channel.csv()),
        _ => {
            return Err(unknown(
                "feeds end in .rss, .atom, .json or .csv, such as /feeds/london.rss",
            ));
        }
    };
    let wanted = named(name, pairs)?;
    let part = Part::Upcoming(wanted.limit.unwrap_or(USUAL));
    let listing =
        listing::listing(app, &asked.asker, &wanted, part).await.map_err(|it| here(it, name))?;
    let lasting = with_pairs(&format!("/feeds/{path}"), pairs);
    let own = format!("{}{lasting}", base(app));
    let page = wanted.address(base(app), "/meetups");
    let today = london_day(app.clock.now());
    let language = wanted.language;
    let channel =
        Channel { listing: &listing, own: &own, name: &lasting, page: &page, language, today };
    let bytes = write(&channel);
    let file_name = (form == "csv").then(|| "meetups.csv".to_owned());
    Ok(Body { bytes, media_type, keep: listing.keep.clone(), file_name })
}

/// The list that an address names.
fn named(name: &str, pairs: &str) -> Result<Wanted, Unsaid> {
    let mut wanted = Wanted::of(pairs, &[])?;
    match name.split_once('/') {
        None if name == "all" => {}
        None => wanted.narrow("region", name)?,
        Some(("groups", slug)) => wanted.narrow("group", slug)?,
        Some(("points", point)) => wanted.narrow("point", point)?,
        Some(("councils", council)) => wanted.narrow("forCouncil", council)?,
        Some(_) => {
            return Err(unknown(
                "after the first part stand all, a region's code, or groups, points or councils \
                 and a name",
            ));
        }
    }
    Ok(wanted)
}

/// What an address names that is not there: a reader that finds an empty list would wait for ever.
fn here(mut unsaid: Unsaid, name: &str) -> Unsaid {
    if unsaid.code == "UNKNOWN_REFERENCE" && name != "all" {
        unsaid.status = StatusCode::NOT_FOUND;
    }
    unsaid
}

fn unknown(message: &str) -> Unsaid {
    Unsaid::nothing(message)
}

/// Where readers reach this gateway, without a slash at the end.
pub(in crate::http) fn base(app: &App) -> &str {
    app.public_url.trim_end_matches('/')
}

fn with_pairs(address: &str, pairs: &str) -> String {
    match pairs {
        "" => address.to_owned(),
        pairs => format!("{address}?{pairs}"),
    }
}

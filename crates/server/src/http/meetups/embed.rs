//! What the component on councils' sites is, and what it reads.

use std::borrow::Cow;

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::Embed;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha384};

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        sending::{self, Body},
    },
    address::base,
    listing::{self, Listing, Part, State as Standing},
    meetup::{Meetup, instant},
    wanted::{USUAL, Wanted},
};

/// How long browsers and caches may go on with what they have while the gateway is away.
const IF_ERROR: &str = "stale-if-error=86400";

/// `GET /embed/meetups.json?region=london&limit=5`: what the component shows.
pub(super) async fn list(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    match told(&app, &asked, &pairs.unwrap_or_default()).await {
        Ok(body) => body.sent(&asked.headers),
        Err(unsaid) => refused(&unsaid),
    }
}

async fn told(app: &App, asked: &Asked, pairs: &str) -> Result<Body, Unsaid> {
    let wanted = Wanted::of(pairs, &[])?;
    let part = Part::Upcoming(wanted.limit.unwrap_or(USUAL));
    let listing = listing::listing(app, &asked.asker, &wanted, part).await?;
    let shown = Shown::of(app, &wanted, &listing);
    let bytes = serde_json::to_vec(&shown).expect("a list has string keys only");
    let keep = match listing.keep.as_str() {
        keep if keep.starts_with("public, max-age") => format!("{keep}, {IF_ERROR}"),
        keep => keep.to_owned(),
    };
    Ok(Body { bytes, media_type: "application/json", keep, file_name: None })
}

fn refused(unsaid: &Unsaid) -> Response {
    let error = json!({ "message": unsaid.message, "extensions": { "code": unsaid.code } });
    let mut response = (unsaid.status, Json(json!({ "errors": [error] }))).into_response();
    sending::tell(&mut response, unsaid);
    response
}

/// A list as the component takes it: every word of it is ready to print.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    language: &'static str,
    title: &'a str,
    state: &'static str,
    notice: Option<&'a str>,
    /// What to say of an empty list.
    none: &'a str,
    meetups: Vec<ShownMeetup<'a>>,
    page_url: String,
    calendar_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownMeetup<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    summary: Option<&'a str>,
    status: &'static str,
    starts_at: String,
    ends_at: String,
    starts: &'a str,
    attendance: &'static str,
    attendance_label: &'static str,
    venue: Option<ShownVenue<'a>>,
    group: ShownGroup<'a>,
    points: Vec<&'a str>,
    booking_url: Option<&'a str>,
    calendar_url: &'a str,
}

#[derive(Serialize)]
struct ShownVenue<'a> {
    name: &'a str,
    address: Option<&'a str>,
    access: Vec<&'static str>,
}

#[derive(Serialize)]
struct ShownGroup<'a> {
    name: &'a str,
    url: &'a str,
}

impl<'a> Shown<'a> {
    fn of(app: &App, wanted: &Wanted, listing: &'a Listing) -> Self {
        let one = |meetup: &'a Meetup| ShownMeetup {
            id: &meetup.id,
            url: &meetup.url,
            title: &meetup.title,
            summary: meetup.summary.as_deref(),
            status: meetup.status.name(),
            starts_at: instant(meetup.starts_at),
            ends_at: instant(meetup.ends_at),
            starts: &meetup.starts,
            attendance: meetup.attendance.name(),
            attendance_label: meetup.attendance_label(wanted.language),
            venue: meetup.venue.as_ref().map(|venue| ShownVenue {
                name: &venue.name,
                address: venue.address.as_deref(),
                access: venue.access(wanted.language),
            }),
            group: ShownGroup { name: &meetup.group.name, url: &meetup.group.url },
            points: meetup.points.iter().map(|point| point.label.as_str()).collect(),
            booking_url: meetup.booking_url.as_deref(),
            calendar_url: &meetup.ics_url,
        };
        let whole = wanted.whole();
        Self {
            language: wanted.language.tag(),
            title: &listing.title,
            state: match listing.state {
                Standing::Fresh => "FRESH",
                Standing::Stale => "STALE",
                Standing::Partial => "PARTIAL",
            },
            notice: listing.notice.as_deref(),
            none: listing.none(wanted.language),
            meetups: listing.meetups.iter().map(one).collect(),
            page_url: whole.address(base(app), "/meetups"),
            calendar_url: whole.address(base(app), "/calendar/all.ics"),
        }
    }
}

/// The component's files, one per version: those of two years back stay, for sites name them.
#[derive(Embed)]
#[folder = "../../web/embed"]
#[allow_missing = true]
struct Scripts;

/// A version of the component.
pub(super) struct Script {
    pub(super) version: String,
    bytes: Cow<'static, [u8]>,
}

impl Script {
    /// The newest; absent where the program was built without the web part.
    pub(super) fn latest() -> Option<Self> {
        let numbers = |version: &str| -> Vec<u32> {
            version.split('.').map(|number| number.parse().unwrap_or_default()).collect()
        };
        let names = Scripts::iter();
        let versions = names.filter_map(|name| {
            Some(name.strip_prefix("meetups-")?.strip_suffix(".js")?.to_owned())
        });
        Self::of(&versions.max_by_key(|version| numbers(version))?)
    }

    fn of(version: &str) -> Option<Self> {
        let file = Scripts::get(&format!("meetups-{version}.js"))?;
        Some(Self { version: version.to_owned(), bytes: file.data })
    }

    /// Where it stays as it is.
    pub(super) fn address(&self, app: &App) -> String {
        format!("{}/embed/{}/meetups.js", base(app), self.version)
    }

    /// By which a browser refuses any other file in its place.
    pub(super) fn integrity(&self) -> String {
        format!("sha384-{}", data_encoding::BASE64.encode(&Sha384::digest(&self.bytes)))
    }

    fn sent(self, asked: &HeaderMap, keep: &str) -> Response {
        let media_type = "text/javascript; charset=utf-8";
        let keep = format!("{keep}, {IF_ERROR}");
        let body = Body { bytes: self.bytes.into_owned(), media_type, keep, file_name: None };
        let mut response = body.sent(asked);
        // Sites that are isolated from others load only what says that they may.
        let anywhere = HeaderValue::from_static("cross-origin");
        response.headers_mut().insert(CROSS_ORIGIN, anywhere);
        response
    }
}

const CROSS_ORIGIN: header::HeaderName =
    header::HeaderName::from_static("cross-origin-resource-policy");

/// `GET /embed/meetups.js`: the newest, which sites get within the hour.
pub(super) async fn latest_script(headers: HeaderMap) -> Response {
    match Script::latest() {
        Some(script) => script.sent(&headers, "public, max-age=3600, stale-while-revalidate=86400"),
        None => no_script(),
    }
}

/// `GET /embed/1.0.0/meetups.js`: one version, for ever the same.
pub(super) async fn script(Path(version): Path<String>, headers: HeaderMap) -> Response {
    match Script::of(&version) {
        Some(script) => script.sent(&headers, "public, max-age=31536000, immutable"),
        None => no_script(),
    }
}

fn no_script() -> Response {
    let told = "there is no such version of the component: /embed says which ones there are\n";
    (StatusCode::NOT_FOUND, told).into_response()
}

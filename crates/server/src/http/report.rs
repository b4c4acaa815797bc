//! `/regions/CODE/report`: what was read of a region's sheets, calendars or changes, what was left
//! out and why, and when they are looked at next.
//!
//! Everyone may see whether a region's feeds can be read. What stands in single rows is for the
//! region's coordinators, who send their token with a form: no cookie, no script, nothing kept.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
    routing::get,
};
use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::{
    Door, FeedMarker, FeedOf, FeedReading, FiguresOutcome, FiguresReport, HarvestOutcome,
    KindReading, Reference, Region, SheetKind, Viewer, contested_homes,
};
use folkmoot_store::{StoreError, WatchedFeed};
use maud::{Markup, html};

use super::{
    App,
    pages::{answer, document},
};
use crate::sentences::sentence;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/regions/{name}/report", get(public).post(of_coordinator))
}

/// Programs send the token as they do to the API.
async fn public(State(app): State<App>, Path(code): Path<String>, headers: HeaderMap) -> Response {
    match headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default()) {
        None => report(&app, &code, &Viewer::anonymous(), None).await,
        Some(authorization) => with_token(&app, &code, authorization).await,
    }
}

async fn of_coordinator(
    State(app): State<App>,
    Path(code): Path<String>,
    form: String,
) -> Response {
    let mut pairs = url::form_urlencoded::parse(form.as_bytes());
    let token = pairs.find(|(name, _)| name == "token").map(|(_, token)| token.trim().to_owned());
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        let message = "The field was empty: paste the token into it.";
        return report(&app, &code, &Viewer::anonymous(), Some(message.to_owned())).await;
    };
    with_token(&app, &code, &format!("Bearer {token}")).await
}

async fn with_token(app: &App, code: &str, authorization: &str) -> Response {
    match app.tokens.viewer(authorization).await {
        Ok(Ok(viewer)) => report(app, code, &viewer, None).await,
        Ok(Err(denied)) => {
            report(app, code, &Viewer::anonymous(), Some(sentence(&denied.to_string()))).await
        }
        Err(error) => failed(&error),
    }
}

async fn report(app: &App, code: &str, viewer: &Viewer, message: Option<String>) -> Response {
    let reference = match app.reference.reference().await {
        Ok(reference) => reference,
        Err(error) => {
            tracing::error!(%error, "reference data not loaded for a report");
            return unavailable();
        }
    };
    let Ok(region) = reference.region_by_ref(code, viewer) else {
        return answer(StatusCode::NOT_FOUND, &unknown(&reference, viewer, message));
    };
    let feeds = match app.store.feeds(&[region.id]).await {
        Ok(feeds) => feeds,
        Err(error) => return failed(&error),
    };
    let figures = match app.store.figures_reports().await {
        Ok(all) => all.into_iter().find(|report| report.region == region.id),
        Err(error) => return failed(&error),
    };
    let coordinates = viewer.coordinates(region);
    let message = message.or_else(|| {
        let is_theirs = viewer.token().is_none() || coordinates;
        (!is_theirs).then(|| format!("This token is not of a coordinator of {}.", region.name))
    });
    let contested = contested_homes(&reference, region, app.clock.now());
    let page = page(region, &feeds, figures.as_ref(), &contested, coordinates, message);
    answer(StatusCode::OK, &page)
}

fn page(
    region: &Region,
    feeds: &[WatchedFeed],
    figures: Option<&FiguresReport>,
    contested: &[String],
    coordinates: bool,
    message: Option<String>,
) -> Markup {
    let what = match region.door {
        Door::Changes => "changes",
        Door::Hosted | Door::Sheet | Door::Live => "sheets and calendars",
    };
    let title = format!("{}: what is read of its {what}", region.name);
    document(
        &title,
        html! {
            @if feeds.is_empty() {
                p { (region.name) " has no sheet, calendar or change feed that is read: its rows come another way." }
            }
            @for watched in feeds { (feed(watched, coordinates)) }
            @if let Some(report) = figures { (figures_of(report, coordinates)) }
            @if !contested.is_empty() {
                section {
                    h2 { "Councils that another region has as well" }
                    ul { @for one in contested { li { (one) } } }
                }
            }
            @if !coordinates {
                section {
                    h2 { "For coordinators of " (region.name) }
                    p { "With your token you see where each feed is, which rows were left out, and why." }
                    (form(message))
                }
            }
        },
    )
}

/// What came of asking a region that answers for itself for what it closed.
fn figures_of(report: &FiguresReport, coordinates: bool) -> Markup {
    let state = match report.outcome {
        FiguresOutcome::Taken => "All half-years that it closed were taken.",
        FiguresOutcome::OldContract => "Its service gives no figures.",
        FiguresOutcome::NotAllowed => "Its service gives this gateway no figures.",
        FiguresOutcome::Unreachable => "It could not be asked.",
        FiguresOutcome::Refused => "Something of what it gives cannot be taken.",
        FiguresOutcome::Changed => "It says something else now than when it was taken.",
    };
    html! {
        section {
            h2 { "Capability figures" }
            p class=[(report.outcome != FiguresOutcome::Taken).then_some("bad")] { (state) }
            dl { dt { "Asked" } dd { (moment(report.asked_at)) } }
            @if coordinates && !report.notes.is_empty() {
                ul { @for note in &report.notes { li { (sentence(note)) } } }
            }
        }
    }
}

fn feed(watched: &WatchedFeed, coordinates: bool) -> Markup {
    let what = match watched.feed.of {
        FeedOf::Sheet(kind) => format!("Sheet of {}", spoken(kind)),
        FeedOf::Calendar => "Calendar of meet-ups".to_owned(),
        FeedOf::Changes => "Changes".to_owned(),
    };
    let is_bad = watched.outcome.as_ref().is_some_and(HarvestOutcome::is_failure);
    html! {
        section {
            h2 { (what) }
            p class=[is_bad.then_some("bad")] { (state(watched, coordinates)) }
            dl {
                @if coordinates {
                    dt { "Address" } dd { (watched.feed.address) }
                }
                @if let Some(at) = watched.checked_at { dt { "Looked at" } dd { (moment(at)) } }
                @if let Some(at) = watched.read_at { dt { "Last read" } dd { (moment(at)) } }
                dt { "Next look" } dd { (moment(watched.due_at)) }
                @if let Some(reading) = &watched.reading {
                    dt { "Good rows" } dd { (reading.rows) }
                    dt { "Left out" } dd { (reading.rows_left_out()) }
                }
            }
            @for kind in watched.reading.iter().flat_map(|reading| &reading.kinds) {
                (kind_of_rows(kind, watched.marker.as_ref(), coordinates))
            }
            @if let (true, Some(reading)) = (coordinates, &watched.reading) { (details(reading)) }
        }
    }
}

/// What stands of a kind that comes by changes, and how far they have been read.
fn kind_of_rows(kind: &KindReading, marker: Option<&FeedMarker>, coordinates: bool) -> Markup {
    let here = marker.and_then(|marker| marker.kinds.get(&kind.kind));
    let unlisted = kind.left_out.saturating_sub(kind.refused.len() as u64);
    html! {
        h3 { (kind.kind) }
        dl {
            dt { "Good rows" } dd { (kind.rows) }
            dt { "Left out" } dd { (kind.left_out) }
            dt { "Read as far as" }
            dd {
                @match kind.change {
                    Some(change) => { "change " (change) }
                    None => { "the beginning" }
                }
                @if !kind.is_read { ", and there is more" }
            }
            @if let Some(here) = here {
                @if let Some(at) = here.whole_at { dt { "Read as a whole" } dd { (moment(at)) } }
                @if let Some(at) = here.whole_since {
                    dt { "Read from the start since" } dd { (moment(at)) }
                }
                @if coordinates { dt { "Next page" } dd { (here.next) } }
            }
        }
        @if coordinates && !kind.refused.is_empty() {
            ul {
                @for row in &kind.refused {
                    li { (row.id) @for fault in &row.faults { br; (fault) } }
                }
                @if unlisted > 0 { li { (unlisted) " more" } }
            }
        }
    }
}

fn details(reading: &FeedReading) -> Markup {
    html! {
        p {
            "Of the last reading: " (reading.created) " new, " (reading.updated) " changed, "
            (reading.removed) " taken away."
        }
        @if !reading.refused.is_empty() {
            h3 { "Left out, and why" }
            ul { @for problem in &reading.refused { li { (problem) } } }
        }
        @if !reading.notes.is_empty() {
            h3 { "Worth a look" }
            ul { @for note in &reading.notes { li { (sentence(note)) } } }
        }
    }
}

fn state(watched: &WatchedFeed, coordinates: bool) -> String {
    match &watched.outcome {
        None => "Not looked at yet.".to_owned(),
        Some(outcome) if outcome.is_good() => {
            let left_out = watched.reading.as_ref().map_or(0, FeedReading::rows_left_out);
            match left_out {
                0 => "Read, with every row.".to_owned(),
                1 => "Read, but for 1 row.".to_owned(),
                rows => format!("Read, but for {rows} rows."),
            }
        }
        Some(HarvestOutcome::Underway) => {
            "Read in part: there is more than is read at once, and it is gone on with.".to_owned()
        }
        Some(HarvestOutcome::Read | HarvestOutcome::Unchanged) => "Read.".to_owned(),
        Some(HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason })
            if coordinates =>
        {
            format!("Not read: {reason}. What was read before stays.")
        }
        Some(HarvestOutcome::Refused { .. }) => {
            "It was reached and cannot be read. What was read before stays.".to_owned()
        }
        Some(HarvestOutcome::Unreachable { .. }) => {
            "It could not be reached. What was read before stays.".to_owned()
        }
    }
}

fn spoken(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Memberships => "memberships",
        SheetKind::Meetups => "meet-ups",
        SheetKind::CaseStudies => "case studies",
        SheetKind::Offers => "offers",
        SheetKind::Responses => "answers",
        SheetKind::Needs => "calls for help",
        SheetKind::Topics => "topics",
        SheetKind::Introductions => "introductions",
        SheetKind::Assessments => "service assessments",
    }
}

fn unknown(reference: &Reference, viewer: &Viewer, message: Option<String>) -> Markup {
    let seen = reference.regions().iter().filter(|region| viewer.sees(region));
    document(
        "There is no such region",
        html! {
            p { "If it is on trial, only its coordinators see it." }
            (form(message))
            h2 { "Regions" }
            ul {
                @for region in seen {
                    li { a href={ "/regions/" (region.code) "/report" } { (region.name) } }
                }
            }
        },
    )
}

fn form(message: Option<String>) -> Markup {
    html! {
        form method="post" {
            @if let Some(message) = message { p.bad role="alert" { (message) } }
            label for="token" { "Token" }
            input #token name="token" type="password" autocomplete="off" spellcheck="false" required;
            button type="submit" { "Show the report" }
        }
    }
}

/// By London's clock: those who read it keep their sheets there.
fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&London).format("%-d %B %Y, %H:%M").to_string()
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "report not read");
    unavailable()
}

fn unavailable() -> Response {
    let page = document(
        "The report cannot be shown now",
        html! {
            p { "The database cannot be reached. Try again in a minute." }
        },
    );
    answer(StatusCode::SERVICE_UNAVAILABLE, &page)
}

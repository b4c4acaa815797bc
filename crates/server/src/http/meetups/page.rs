//! `/meetups` and `/meetups/ID`: what is on, and one of it, for people and for search engines.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{
        App,
        choices::{self, Choices},
        fields::{Fault, Field, Given},
        graphql::Asked,
        own::{Said, Unsaid},
        pages::{Page, Trail, failed},
        pieces::{self, Under, credit, elsewhere, paragraphs, row},
    },
    address::base,
    elsewhere::taken_along,
    facts,
    language::Language,
    listing::{self, Listing, Part},
    meetup::{Meetup, Point, instant},
    teaser::{path, teaser},
    wanted::Wanted,
};

/// As many as a page shows.
const USUAL: u32 = 50;

/// `GET /meetups?region=london`
pub(super) async fn list(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    match listed(&app, &asked, &pairs.unwrap_or_default()).await {
        Ok(response) => response,
        Err(unsaid) => failed(&unsaid),
    }
}

async fn listed(app: &App, asked: &Asked, pairs: &str) -> Result<Response, Unsaid> {
    let choices = choices::all(app, &asked.asker).await?;
    let given = Given::of(pairs);
    let listed = match Wanted::of(pairs, &[]) {
        Ok(wanted) => {
            let part = Part::Upcoming(wanted.limit.unwrap_or(USUAL));
            let listing = listing::listing(app, &asked.asker, &wanted, part).await;
            listing.map(|listing| (wanted, listing))
        }
        Err(unsaid) => Err(unsaid),
    };
    let (wanted, listing) = match listed {
        Ok(listed) => listed,
        // What is wrong with a field is said where it can be mended.
        Err(unsaid) if unsaid.is_malformed() && unsaid.at.is_some() => {
            let meant = choices.meant(app, &asked.asker, &unsaid, &given, "/meetups").await;
            let fault = Fault::of(&unsaid, Wanted::label, meant);
            let page = Page {
                title: "Meet-ups".to_owned(),
                path: "/meetups".to_owned(),
                trail: Trail::start(),
                problem: Some(fault.summary(Wanted::label)),
                body: Some(narrowing(&given, Some(&fault), &choices)),
                ..Page::default()
            };
            let mut response = page.sent(app, &asked.headers, "no-store".to_owned());
            *response.status_mut() = unsaid.status;
            return Ok(response);
        }
        Err(unsaid) => return Err(unsaid),
    };
    let here = wanted.address("", "/meetups");
    let oembed = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("url", &format!("{}{here}", base(app)))
        .finish();
    let feed = |form: &str| wanted.address("", &format!("/feeds/all.{form}"));
    let page = Page {
        title: listing.title.clone(),
        summary: Some(summary(&listing)),
        alternates: vec![
            ("application/rss+xml", feed("rss"), listing.title.clone()),
            ("application/atom+xml", feed("atom"), listing.title.clone()),
            ("application/feed+json", feed("json"), listing.title.clone()),
            (
                "text/calendar",
                wanted.whole().address("", "/calendar/all.ics"),
                listing.title.clone(),
            ),
            ("application/json+oembed", format!("/oembed?{oembed}"), listing.title.clone()),
        ],
        json_ld: Some(facts::list(&listing)),
        body: Some(list_body(&wanted, &given, &listing, &choices)),
        trail: Trail::start(),
        path: here,
        ..Page::default()
    };
    Ok(page.sent(app, &asked.headers, listing.keep))
}

fn summary(listing: &Listing) -> String {
    match listing.meetups.first() {
        Some(next) => format!("Next: {}, {}.", next.title, next.starts),
        None => none(listing),
    }
}

fn none(listing: &Listing) -> String {
    match &listing.excluded {
        Some(excluded) => format!("{excluded}."),
        None => "No meet-ups are planned yet.".to_owned(),
    }
}

fn list_body(wanted: &Wanted, given: &Given, listing: &Listing, choices: &Choices) -> Markup {
    html! {
        @if let Some(notice) = &listing.notice {
            div.govuk-inset-text { (notice) }
        }
        (narrowing(given, None, choices))
        @if listing.meetups.is_empty() {
            p.govuk-body { (none(listing)) }
        } @else {
            ul.folk-list role="list" {
                @for meetup in &listing.meetups { li { (teaser(meetup, Under::Page)) } }
            }
        }
        @if listing.has_more {
            @let more = wanted.at_most(100);
            p.govuk-body { a.govuk-link href=(more.address("", "/meetups")) { "Show more" } }
        }
        (taken_along(
            "Take these meet-ups with you",
            &wanted.address("", "/embed"),
            &wanted.whole().address("", "/calendar/all.ics"),
            |form| wanted.address("", &format!("/feeds/all.{form}")),
        ))
    }
}

fn narrowing(given: &Given, fault: Option<&Fault>, choices: &Choices) -> Markup {
    let field = |word| Field::new(word, Wanted::label(word), given.word(word)).fault(fault);
    html! {
        form.folk-narrow action="/meetups" method="get" {
            (choices.region_in(&field("region")))
            (choices.point_in(&field("point")))
            (field("forCouncil").hint("Name, code or GSS code.").text(None))
            // What the form has no field for stays as it is, unless it is wrong.
            @for word in ["group", "host", "limit", "language"] {
                @let field = field(word);
                @if field.is_wrong() {
                    (field.text(None))
                } @else if let Some(value) = field.given {
                    input type="hidden" name=(word) value=(value);
                }
            }
            button.govuk-button type="submit" { "Show" }
        }
    }
}

/// `GET /meetups/ID`
pub(super) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path(id): Path<String>,
    RawQuery(pairs): RawQuery,
) -> Response {
    // Words of links elsewhere, such as those that count visits, change nothing here.
    let _ = pairs;
    match listing::one(&app, &asked.asker, &id, Language::English).await {
        Ok(said) => shown(&app, &asked, said),
        Err(mut unsaid) => {
            if unsaid.code == "MALFORMED_ID" {
                unsaid.status = StatusCode::NOT_FOUND;
                unsaid.message = "there is no meet-up with this id".to_owned();
            }
            failed(&unsaid)
        }
    }
}

fn shown(app: &App, asked: &Asked, said: Said<Meetup>) -> Response {
    let meetup = said.data;
    let page = Page {
        title: meetup.told_title(Language::English),
        summary: Some(format!("{}. {}", meetup.starts, meetup.group.name)),
        path: path(&meetup),
        trail: Trail::start().then("/meetups", "Meet-ups"),
        alternates: vec![("text/calendar", meetup.ics_url.clone(), meetup.title.clone())],
        json_ld: Some(facts::one(&meetup)),
        body: Some(one_body(&meetup)),
        ..Page::default()
    };
    page.sent(app, &asked.headers, said.keep)
}

fn one_body(meetup: &Meetup) -> Markup {
    html! {
        @if meetup.is_cancelled() {
            div.govuk-inset-text { "This meet-up was cancelled: do not travel to it." }
        }
        @if meetup.provenance.synthetic {
            p.govuk-body { strong.govuk-tag { "Made up" } " This is an example of the demo." }
        }
        @if let Some(summary) = &meetup.summary { (paragraphs(summary)) }
        p.govuk-body {
            @if let (Some(address), false) = (&meetup.booking_url, meetup.is_cancelled()) {
                (elsewhere(address, "Book a place")) " · "
            }
            a.govuk-link href=(meetup.ics_url) { "Add to your calendar" }
            @if let Some(address) = &meetup.materials_url {
                " · " (elsewhere(address, "Notes and slides"))
            }
        }
        dl.govuk-summary-list {
            (row("When", html! {
                time datetime=(instant(meetup.starts_at)) {
                    (meetup.starts)
                }
                " to " (end(meetup))
            }))
            (row("How", html! { (meetup.attendance_label(Language::English)) }))
            @if let Some(venue) = &meetup.venue {
                (row("Where", html! { (venue.line()) }))
                @let access = venue.access(Language::English);
                @if !access.is_empty() { (row("Access", html! { (access.join(", ")) })) }
            }
            (row("Group", html! { a.govuk-link href={ "/groups/" (meetup.group.slug) } { (meetup.group.name) } }))
            (row("Region", html! { a.govuk-link href={ "/regions/" (meetup.group.region.code) } { (meetup.group.region.name) } }))
            @if let Some(host) = &meetup.host { (row("Host", host.link())) }
            @if !meetup.points.is_empty() {
                (row("About", pieces::listed(meetup.points.iter().map(Point::link))))
            }
        }
        @if !meetup.talks.is_empty() {
            h2.govuk-heading-m { "What is on" }
            ul.govuk-list.govuk-list--bullet {
                @for talk in &meetup.talks { li { (talk.title) " – " (talk.given_by) } }
            }
        }
        (credit(meetup.provenance.attribution.as_deref(), meetup.provenance.licence.as_deref()))
    }
}

fn end(meetup: &Meetup) -> String {
    let (starts, ends) = (meetup.starts_at, meetup.ends_at);
    let spoken = folkmoot_domain::spoken_start(ends, meetup.time_zone, "en");
    let is_same_day = (starts.with_timezone(&meetup.time_zone).date_naive())
        == ends.with_timezone(&meetup.time_zone).date_naive();
    match spoken.split_once(", ") {
        Some((time, _)) if is_same_day => time.to_owned(),
        _ => spoken,
    }
}

//! `/regions/CODE`: what a region has, how it stands, and how to take it elsewhere.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        App,
        graphql::Asked,
        meetups::{MEETUP, Meetup, taken_along, teaser},
        own::Unsaid,
        pages::{Page, Trail},
        pieces::{Here, Named, Under, credit, elsewhere, listed, row},
    },
    NoPage,
    asking::{Asking, variables},
    assessments, by_id, case_studies,
    lists::{self, Section, counted},
    regions::{Source, door},
    words::with,
};
use crate::sentences::sentence;

const REGION: &str = "query($it: RegionRef!) { region(ref: $it) { code name synthetic licence \
    attribution url website source { state note asOf } groups { name url } \
    councils(first: 1) { totalCount } } }";

#[derive(Deserialize)]
struct Found {
    region: Option<Region>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name: String,
    synthetic: bool,
    licence: Option<String>,
    attribution: Option<String>,
    url: Here,
    website: Option<String>,
    source: Source,
    groups: Vec<Named>,
    councils: Councils,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Councils {
    total_count: Option<u64>,
}

/// `GET /regions/london`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &name).await;
    asking.answer(made, "/regions/")
}

async fn made(asking: &Asking<'_>, name: &str) -> Result<Page, NoPage> {
    by_id::is_name(asking, name).await?;
    let found: Found = asking.ask(REGION, variables([("it", json!(name))])).await?;
    let region = found.region.ok_or_else(|| Unsaid::nothing("there is no such region"))?;
    let it = || variables([("it", json!(region.code))]);
    let few = |list: &str, fields: &str| lists::about("RegionRef", list, fields);
    let meetups = few("meetups(region: $it, first: 5)", &format!("starts {MEETUP}"));
    let studies = few("caseStudies(region: $it, first: 5)", case_studies::TEASER);
    let newest = few("serviceAssessments(region: $it, first: 3)", assessments::TEASER);
    let (meetups, studies, newest, door) = futures::join!(
        asking.list::<Meetup>(&meetups, it()),
        asking.list(&studies, it()),
        asking.list(&newest, it()),
        door(asking.app, &region.code),
    );
    let of_region = |path: &str| with(path, [("region", &region.code)]);
    let feed = |form: &str| format!("/feeds/{}.{form}", region.code);
    let calendar = format!("/calendar/{}.ics", region.code);
    let body = html! {
        @if region.synthetic {
            p.govuk-body { strong.govuk-tag { "Made up" } " This region is an example of the demo." }
        }
        (about(&region, door))
        (Section {
            title: "Next meet-ups",
            none: "No meet-ups are planned yet.",
            all: Some((of_region("/meetups"), "Show all meet-ups of this region")),
        }.shown(&meetups, |meetup| teaser(meetup, Under::Section)))
        (Section {
            title: "Newest case studies",
            none: "No case studies yet.",
            all: Some((of_region("/case-studies"), "Show all case studies of this region")),
        }.shown(&studies, |study| case_studies::teaser(study, Under::Section)))
        (Section {
            title: "Newest service assessments",
            none: "No service assessments are published yet.",
            all: Some((of_region("/assessments"), "Show all service assessments of this region")),
        }.shown(&newest, |one| assessments::teaser(one, Under::Section)))
        (taken_along(
            "Take this region’s meet-ups with you",
            &with("/embed", [("region", &region.code)]),
            &calendar,
            feed,
        ))
        (credit(region.attribution.as_deref(), region.licence.as_deref()))
    };
    let feeds = format!("Meet-ups in {}", region.name);
    Ok(Page {
        title: region.name.clone(),
        summary: Some(format!(
            "Meet-ups, case studies and service assessments of councils in {}.",
            region.name
        )),
        path: region.url.path().to_owned(),
        trail: Trail::start().then("/regions", "Regions"),
        alternates: vec![
            ("application/rss+xml", feed("rss"), feeds.clone()),
            ("application/atom+xml", feed("atom"), feeds.clone()),
            ("text/calendar", calendar, feeds),
        ],
        json_ld: Some(facts(&region)),
        body: Some(body),
        ..Page::default()
    })
}

fn about(region: &Region, door: Option<&str>) -> Markup {
    html! {
        dl.govuk-summary-list {
            (row("How it stands", html! {
                (region.source.tag()) " " (region.source.words()) " "
                a.govuk-link href={ "/regions/" (region.code) "/report" } { "Report on it" }
            }))
            @if let Some(door) = door { (row("How it plugs in", sentence(door))) }
            (row("Peer groups", html! {
                @if region.groups.is_empty() { "None yet" }
                (listed(region.groups.iter().map(Named::link)))
            }))
            @if let Some(count) = region.councils.total_count.filter(|count| *count > 0) {
                (row("Councils", html! {
                    a.govuk-link href=(with("/councils", [("region", &region.code)])) {
                        (counted(count, "council", "councils"))
                    }
                }))
            }
            @if let Some(address) = &region.website { (row("Website", elsewhere(address, address))) }
        }
    }
}

fn facts(region: &Region) -> Value {
    let mut facts = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": region.url.0,
        "name": region.name,
        "url": region.url.0,
        "subOrganization": region.groups.iter().map(|group| {
            json!({ "@type": "Organization", "name": group.name, "url": group.url.0 })
        }).collect::<Vec<_>>(),
    });
    if let Some(website) = &region.website {
        facts["sameAs"] = json!(website);
    }
    facts
}

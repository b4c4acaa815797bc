//! `/councils/REF`: a council, what came before and after it, and what it shares.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use folkmoot_domain::london_day;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    super::{
        App,
        graphql::Asked,
        meetups::{MEETUP, Meetup, teaser},
        own::Unsaid,
        pages::{Page, Trail},
        pieces::{Here, Named, Under, day, elsewhere, listed, row},
    },
    NoPage,
    asking::{Asking, variables},
    assessments, by_id, case_studies,
    councils::{CouncilType, now},
    lists::{self, Section},
    offers,
    point::Rung,
    words::with,
};

const COUNCIL: &str = "query($it: CouncilRef!) { council(ref: $it) { code gssCode name officialName \
    type onsRegion url website startsOn endsOn region { name url } groups { name url } \
    predecessors { name url } successors { name url } currentSuccessors { name url } } }";

const ANSWERS: &str = "query($it: CouncilRef!) { council(ref: $it) { \
    answers { halfYear measure label point { label url } } } }";

#[derive(Deserialize)]
struct Found<T> {
    council: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Council {
    code: String,
    gss_code: Option<String>,
    name: String,
    official_name: String,
    #[serde(rename = "type")]
    kind: CouncilType,
    ons_region: Option<String>,
    url: Here,
    website: Option<String>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    region: Option<Named>,
    groups: Vec<Named>,
    predecessors: Vec<Named>,
    successors: Vec<Named>,
    current_successors: Vec<Named>,
}

#[derive(Deserialize)]
struct Answers {
    answers: Vec<Rung>,
}

/// `GET /councils/camden`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &name).await;
    asking.answer(made, "/councils/")
}

async fn made(asking: &Asking<'_>, name: &str) -> Result<Page, NoPage> {
    by_id::is_name(asking, name).await?;
    let found: Found<Council> = asking.ask(COUNCIL, of(name)).await?;
    let council = found.council.ok_or_else(|| Unsaid::nothing("there is no such council"))?;
    let it = || of(&council.code);
    let few = |list: &str, fields: &str| lists::about("CouncilRef", list, fields);
    let meetups = few("meetups(forCouncil: $it, first: 5)", &format!("starts {MEETUP}"));
    let studies = few("caseStudies(council: $it, first: 5)", case_studies::TEASER);
    let assessed = few("serviceAssessments(council: $it, first: 5)", assessments::TEASER);
    // Offers by council are on the council alone.
    let offered = format!(
        "query($it: CouncilRef!) {{ within: council(ref: $it) {{ list: offers(first: 10) {} }} }}",
        lists::of(offers::TEASER)
    );
    let (meetups, studies, assessed, offered, answers) = futures::join!(
        asking.list::<Meetup>(&meetups, it()),
        asking.list(&studies, it()),
        asking.list(&assessed, it()),
        asking.list(&offered, it()),
        asking.ask::<Found<Answers>>(ANSWERS, it()),
    );
    let answers = answers.map(|found| found.council.map_or_else(Vec::new, |it| it.answers));
    let of_council = |path: &str, word: &str| with(path, [(word, council.code.as_str())]);
    let today = london_day(asking.app.clock.now());
    let is_over = council.ends_on.is_some_and(|end| end <= today);
    // One that is over has its successors' meet-ups.
    let is_member = is_over || !council.groups.is_empty();
    let body = html! {
        (ending(&council, today))
        (about(&council))
        (Section {
            title: if is_over { "Next meet-ups of what came after it" } else { "Next meet-ups of its peer groups" },
            none: if is_member { "No meet-ups are planned yet." } else { "It belongs to no peer group here." },
            all: Some((of_council("/meetups", "forCouncil"), "Show all meet-ups for this council")),
        }.shown(&meetups, |meetup| teaser(meetup, Under::Section)))
        @if is_member && !is_over {
            p.govuk-body {
                a.govuk-link href=(of_council("/embed", "forCouncil")) { "Put these meet-ups on the council’s site" }
            }
        }
        (Section {
            title: "Case studies",
            none: "No case studies.",
            all: Some((of_council("/case-studies", "council"), "Show all its case studies")),
        }.shown(&studies, |study| case_studies::teaser(study, Under::Section)))
        (Section { title: "Offers of help", none: "No offers.", all: None }
            .shown(&offered, |offer| offers::teaser(offer, Under::Section)))
        (Section {
            title: "Service assessments",
            none: "None of its service assessments are published.",
            all: Some((of_council("/assessments", "council"), "Show all its service assessments")),
        }.shown(&assessed, |one| assessments::teaser(one, Under::Section)))
        @if !(is_over && answers.as_ref().is_ok_and(Vec::is_empty)) { (own_answers(&answers)) }
    };
    Ok(Page {
        title: council.name.clone(),
        summary: Some(format!(
            "{}: its peer groups, meet-ups, case studies and offers.",
            council.official_name
        )),
        path: council.url.path().to_owned(),
        trail: Trail::start().then("/councils", "Councils"),
        json_ld: Some(facts(&council)),
        body: Some(body),
        ..Page::default()
    })
}

fn of(name: &str) -> Map<String, Value> {
    variables([("it", json!(name))])
}

/// That it is no more, or will not be for long, before anything else.
fn ending(council: &Council, today: NaiveDate) -> Markup {
    html! {
        @if let Some(end) = council.ends_on {
            div.govuk-inset-text {
                @if end <= today {
                    (council.official_name) " was abolished on " (day(end)) ". "
                    (now(&council.current_successors))
                } @else {
                    (council.official_name) " will be abolished on " (day(end)) ". "
                    @if !council.successors.is_empty() {
                        "It will be followed by " (named(&council.successors)) "."
                    }
                }
            }
        }
    }
}

fn named(councils: &[Named]) -> Markup {
    listed(councils.iter().map(Named::link))
}

fn about(council: &Council) -> Markup {
    html! {
        dl.govuk-summary-list {
            (row("Full name", &council.official_name))
            (row("Type", council.kind.label()))
            @if let Some(region) = &council.region { (row("Region", region.link())) }
            @if !council.groups.is_empty() { (row("Peer groups", named(&council.groups))) }
            @if let Some(start) = council.starts_on { (row("Since", html! { (day(start)) })) }
            @if let Some(end) = council.ends_on { (row("Abolished", html! { (day(end)) })) }
            @if !council.predecessors.is_empty() { (row("Came after", named(&council.predecessors))) }
            @if !council.successors.is_empty() { (row("Followed by", named(&council.successors))) }
            (row("Codes", html! {
                (council.code) @if let Some(code) = &council.gss_code { ", " (code) " (GSS)" }
            }))
            @if let Some(region) = &council.ons_region { (row("Statistical region", region)) }
            @if let Some(address) = &council.website { (row("Website", elsewhere(address, address))) }
        }
    }
}

/// What it said of itself, where it shows that.
fn own_answers(answers: &Result<Vec<Rung>, Unsaid>) -> Markup {
    html! {
        section.folk-section {
            h2.govuk-heading-m { "How it rates itself" }
            @match answers {
                Ok(answers) => {
                    @if let Some(first) = answers.first() {
                        p.govuk-body { "Published by the council itself, for " (first.half_year) "." }
                        (Rung::table(answers))
                    } @else {
                        p.govuk-body {
                            "This council does not publish its own answers. "
                            a.govuk-link href="/trends" { "See what councils say together" }
                        }
                    }
                }
                Err(_) => { div.govuk-inset-text { "This cannot be shown just now." } }
            }
        }
    }
}

fn facts(council: &Council) -> Value {
    let mut facts = json!({
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "@id": council.url.0,
        "name": council.official_name,
        "alternateName": council.name,
        "url": council.url.0,
        "identifier": council.gss_code.as_ref().unwrap_or(&council.code),
        "foundingDate": council.starts_on,
        "dissolutionDate": council.ends_on,
        "memberOf": council.groups.iter().map(|group| {
            json!({ "@type": "Organization", "name": group.name, "url": group.url.0 })
        }).collect::<Vec<_>>(),
    });
    if let Some(website) = &council.website {
        facts["sameAs"] = json!(website);
    }
    facts
}

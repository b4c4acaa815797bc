//! `/groups/SLUG`: a peer group, who belongs to it, and what it meets about.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use chrono::NaiveDate;
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
        pieces::{Here, Named, Under, day, row},
    },
    NoPage,
    asking::{Asking, variables},
    by_id,
    lists::{self, Listed, Section},
    pager::pager,
    words::{Words, with},
};

/// As many past meet-ups as a page shows.
const PAST: u32 = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    peer_group: Option<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    slug: String,
    name: String,
    region: Named,
    first_met_on: Option<NaiveDate>,
    url: Here,
    members: Listed<Named>,
}

/// `GET /groups/london`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
    RawQuery(pairs): RawQuery,
) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &name, &pairs.unwrap_or_default()).await;
    asking.answer(made, "/groups/")
}

async fn made(asking: &Asking<'_>, name: &str, pairs: &str) -> Result<Page, NoPage> {
    by_id::is_name(asking, name).await?;
    let words = Words::of(pairs, &[])?;
    let document = format!(
        "query($it: GroupRef!) {{ peerGroup(ref: $it) {{ slug name region {{ name url }} firstMetOn url \
         members(first: 500) {} }} }}",
        lists::of("name url")
    );
    let found: Found = asking.ask(&document, variables([("it", json!(name))])).await?;
    let group = found.peer_group.ok_or_else(|| Unsaid::nothing("there is no such peer group"))?;
    let fields = format!("starts {MEETUP}");
    let next = lists::about("GroupRef", "meetups(group: $it, first: 10)", &fields);
    let past = format!(
        "query($it: GroupRef!, $first: Int, $after: String, $last: Int, $before: String) {{ \
         list: meetups(group: $it, when: PAST, first: $first, after: $after, last: $last, \
         before: $before) {} }}",
        lists::of(&fields)
    );
    let mut of_past = words.variables(PAST);
    of_past.insert("it".to_owned(), json!(group.slug));
    let (next, past) = futures::join!(
        asking.list::<Meetup>(&next, variables([("it", json!(group.slug))])),
        asking.list::<Meetup>(&past, of_past),
    );
    let path = group.url.path();
    let feed = |form: &str| format!("/feeds/groups/{}.{form}", group.slug);
    let calendar = format!("/calendar/groups/{}.ics", group.slug);
    let body = html! {
        dl.govuk-summary-list {
            (row("Region", group.region.link()))
            @if let Some(first) = group.first_met_on { (row("First met", html! { (day(first)) })) }
        }
        (Section {
            title: "Next meet-ups",
            none: "No meet-ups are planned yet.",
            all: Some((with("/meetups", [("group", &group.slug)]), "Show all meet-ups to come")),
        }.shown(&next, |meetup| teaser(meetup, Under::Section)))
        (members(&group))
        div #past {
            (Section { title: "Past meet-ups", none: "None yet.", all: None }
                .shown(&past, |meetup| teaser(meetup, Under::Section)))
            @if let Ok(past) = &past { (pager(&words, path, &past.page_info, "past meet-ups", "#past")) }
        }
        (taken_along(
            "Take its meet-ups with you",
            &with("/embed", [("group", &group.slug)]),
            &calendar,
            feed,
        ))
    };
    let feeds = format!("Meet-ups of the {}", group.name);
    Ok(Page {
        title: group.name.clone(),
        summary: Some(format!("Who belongs to the {}, and what it meets about.", group.name)),
        path: words.address(path),
        trail: Trail::start()
            .then("/regions", "Regions")
            .then(group.region.url.path(), &group.region.name),
        alternates: vec![
            ("application/rss+xml", feed("rss"), feeds.clone()),
            ("application/atom+xml", feed("atom"), feeds.clone()),
            ("text/calendar", calendar, feeds),
        ],
        json_ld: Some(facts(&group)),
        body: Some(body),
        ..Page::default()
    })
}

fn members(group: &Group) -> Markup {
    html! {
        section.folk-section {
            h2.govuk-heading-m { "Councils that belong to it" }
            (group.members.notice())
            (group.members.count("council", "councils"))
            ul.govuk-list.folk-columns {
                @for council in &group.members.nodes { li { (council.link()) } }
            }
        }
    }
}

fn facts(group: &Group) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": group.url.0,
        "name": group.name,
        "url": group.url.0,
        "parentOrganization": {
            "@type": "Organization", "name": group.region.name, "url": group.region.url.0,
        },
    })
}

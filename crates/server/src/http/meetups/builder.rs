//! `/embed`: how to put a list on a site: what to choose, what to paste, and how it will look.
//! The ways in stand in the order in which content systems let them through.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};

mod form;
mod policies;
mod ways;

use self::{form::form, ways::ways};
use super::{
    super::{
        App,
        choices::{self, Choices},
        fields::{Fault, Given},
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
    },
    frame,
    language::Language,
    listing::{self, Listing, Part},
    wanted::{USUAL, Wanted},
};

/// The words that only the builder has.
const OWN_WORDS: [&str; 2] = ["layout", "headingLevel"];

/// `GET /embed?region=london&layout=cards`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    match built(&app, &asked, &pairs.unwrap_or_default()).await {
        Ok(response) => response,
        Err(unsaid) => failed(&unsaid),
    }
}

async fn built(app: &App, asked: &Asked, pairs: &str) -> Result<Response, Unsaid> {
    let (choices, councils) =
        futures::try_join!(choices::all(app, &asked.asker), choices::councils(app, &asked.asker))?;
    let form = |given: &Given, fault: Option<&Fault>| form(given, fault, &choices, &councils);
    let given = Given::of(pairs);
    let listed = match Built::of(pairs) {
        Ok(built) => {
            let part = Part::Upcoming(built.wanted.limit.unwrap_or(USUAL));
            let listing = listing::listing(app, &asked.asker, &built.wanted, part).await;
            listing.map(|listing| (built, listing))
        }
        Err(unsaid) => Err(unsaid),
    };
    let (built, listing) = match listed {
        Ok(listed) => listed,
        // What is wrong with a field is said on the page itself.
        Err(unsaid) if unsaid.is_malformed() => {
            let fault = fault(app, asked, &unsaid, &given, &choices).await;
            let body = html! {
                (form(&given, Some(&fault)))
                div #built { p.govuk-body.folk-fault { "There is nothing to paste yet. " (fault.told()) } }
            };
            let mut page = page_of(body);
            page.problem = Some(fault.summary(Wanted::label));
            let mut response = page.sent(app, &asked.headers, "no-store".to_owned());
            *response.status_mut() = unsaid.status;
            return Ok(response);
        }
        Err(unsaid) => return Err(unsaid),
    };
    let body = html! {
        (form(&given, None))
        div #built {
            @if let Some(excluded) = &listing.excluded {
                div.govuk-inset-text {
                    (excluded) "; "
                    @match (built.wanted.word("region"), built.wanted.word("group")) {
                        (None, None) => "choose a region instead.",
                        _ => "choose one of them alone.",
                    }
                    " As it is, the list would stay empty."
                }
            }
            (preview(&built, &listing))
            (ways(app, &built, &listing))
        }
    };
    Ok(page_of(body).sent(app, &asked.headers, listing.keep))
}

async fn fault(
    app: &App,
    asked: &Asked,
    unsaid: &Unsaid,
    given: &Given,
    choices: &Choices,
) -> Fault {
    let meant = choices.meant(app, &asked.asker, unsaid, given, "/embed").await;
    Fault::of(unsaid, Wanted::label, meant)
}

fn page_of(body: Markup) -> Page {
    Page {
        title: "Put meet-ups on your site".to_owned(),
        summary: Some("Choose a list, copy a few lines, paste them into your site.".to_owned()),
        path: "/embed".to_owned(),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    }
}

/// What was chosen.
#[derive(Default)]
struct Built {
    wanted: Wanted,
    layout: &'static str,
    heading_level: Option<u8>,
}

impl Built {
    fn of(pairs: &str) -> Result<Self, Unsaid> {
        let wanted = Wanted::of(pairs, &OWN_WORDS)?;
        let layout = frame::layout(pairs)?;
        let mut words = url::form_urlencoded::parse(pairs.as_bytes());
        let given = words.find(|(name, text)| name == "headingLevel" && !text.is_empty());
        let heading_level = match given {
            None => None,
            Some((_, text)) => {
                let level = text.parse().ok().filter(|level| (2..=6).contains(level));
                let told = || Unsaid::malformed("`headingLevel` must be 2 to 6").at("headingLevel");
                Some(level.ok_or_else(told)?)
            }
        };
        Ok(Self { wanted, layout, heading_level })
    }

    /// The address of the list in a frame.
    fn frame(&self, base: &str) -> String {
        let address = self.wanted.address(base, "/embed/meetups");
        match self.layout {
            "" | "list" => address,
            layout if address.contains('?') => format!("{address}&layout={layout}"),
            layout => format!("{address}?layout={layout}"),
        }
    }

    /// The element, with a link inside for visitors without scripts. With a copy of the script it has
    /// to say where the gateway is.
    fn element(&self, base: &str, title: &str, is_copy: bool) -> String {
        let attributes = [
            ("region", "region"),
            ("group", "group"),
            ("for-council", "forCouncil"),
            ("host", "host"),
            ("point", "point"),
        ];
        let mut element = String::from("<folkmoot-meetups");
        let mut set = |name: &str, value: &str| {
            element.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        };
        if is_copy {
            set("src", base);
        }
        for (attribute, word) in attributes {
            if let Some(value) = self.wanted.word(word) {
                set(attribute, value);
            }
        }
        if let Some(limit) = self.wanted.limit {
            set("limit", &limit.to_string());
        }
        if self.wanted.language != Language::default() {
            set("language", self.wanted.language.tag());
        }
        if let Some(level) = self.heading_level {
            set("heading-level", &level.to_string());
        }
        if !["", "list"].contains(&self.layout) {
            set("layout", self.layout);
        }
        let page = escaped(&self.wanted.whole().address(base, "/meetups"));
        format!("{element}>\n  <a href=\"{page}\">{}</a>\n</folkmoot-meetups>", escaped(title))
    }
}

/// A text as it stands in HTML, in an attribute too.
fn escaped(text: &str) -> String {
    html! { (text) }.into_string().replace('\'', "&#39;")
}

fn preview(built: &Built, listing: &Listing) -> Markup {
    html! {
        h2.govuk-heading-m { "Preview" }
        p.govuk-body {
            "As a frame shows it. The component has your site’s own look, and a feed block has titles with day and time."
        }
        iframe.folk-preview src=(built.frame("")) title={ "Preview: " (listing.title) } {}
    }
}

//! `/embed`: how to put a list on a site: what to choose, what to paste, and how it will look.
//! The ways in stand in the order in which content systems let them through.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};

mod form;
mod ways;

use self::{form::form, ways::ways};
use super::{
    super::{
        App, choices,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::problem,
    },
    embed::USUAL,
    frame,
    language::Language,
    listing::{self, Listing, Part},
    wanted::Wanted,
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
    let choices = choices::all(app, &asked.asker).await?;
    // What is wrong with a field is said on the page itself, beside the fields.
    let built = match Built::of(pairs) {
        Ok(built) => {
            let part = Part::Upcoming(built.wanted.limit.unwrap_or(USUAL));
            listing::listing(app, &asked.asker, &built.wanted, part)
                .await
                .map(|listing| (built, listing))
        }
        Err(unsaid) => Err(unsaid),
    };
    let (built, listing) = match built {
        Ok(built) => built,
        Err(unsaid) if unsaid.is_malformed() => {
            let body = html! {
                (form(&Built::default(), &choices))
                div #built { (problem(&unsaid.message)) }
            };
            return Ok(sent(app, asked, body, "no-store".to_owned()));
        }
        Err(unsaid) => return Err(unsaid),
    };
    let body = html! {
        (form(&built, &choices))
        div #built {
            (preview(&built, &listing))
            (ways(app, &built, &listing))
        }
    };
    Ok(sent(app, asked, body, listing.keep))
}

fn sent(app: &App, asked: &Asked, body: Markup, keep: String) -> Response {
    let page = Page {
        title: "Put meet-ups on your site".to_owned(),
        summary: Some("Choose a list, copy a few lines, paste them into your site.".to_owned()),
        path: "/embed".to_owned(),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    };
    page.sent(app, &asked.headers, keep)
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
                Some(level.ok_or_else(|| Unsaid::malformed("`headingLevel` is 2 to 6"))?)
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

    /// The element, with a link inside for visitors without scripts.
    fn element(&self, base: &str, title: &str) -> String {
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

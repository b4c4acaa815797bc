//! `/embed`: how to put a list on a site: what to choose, what to paste, and how it will look.
//! The ways in stand in the order in which content systems let them through.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{
        App,
        choices::{self, Choices},
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::problem,
    },
    address::base,
    embed::{Script, USUAL},
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

fn form(built: &Built, choices: &Choices) -> Markup {
    let wanted = &built.wanted;
    let field = |word, label, hint| choices::text(word, wanted.word(word), label, Some(hint));
    html! {
        p.govuk-body-l { "Choose which meet-ups, then copy what suits your site. It keeps itself up to date." }
        form.folk-build action="/embed" method="get" data-live="built" {
            (choices.region(wanted.word("region")))
            (choices.point(wanted.word("point")))
            (field("forCouncil", "For the council", "The groups it belongs to. Its name, code or GSS code."))
            (field("host", "Hosted by the council", "Only what takes place at its invitation."))
            (field("group", "Of the peer group", "Its short name, such as london."))
            div.govuk-form-group {
                label.govuk-label for="limit" { "How many" }
                input #limit.govuk-input.govuk-input--width-3 name="limit" inputmode="numeric"
                    value=[wanted.limit] placeholder=(USUAL);
            }
            div.govuk-form-group {
                label.govuk-label for="language" { "Language" }
                select #language.govuk-select name="language" {
                    option value="" { "English" }
                    option value="cy" selected[wanted.language == Language::Welsh] { "Cymraeg" }
                }
            }
            div.govuk-form-group {
                label.govuk-label for="layout" { "Layout" }
                select #layout.govuk-select name="layout" {
                    @for (layout, name) in [("", "List"), ("cards", "Cards"), ("compact", "Compact")] {
                        option value=(layout) selected[!layout.is_empty() && built.layout == layout] { (name) }
                    }
                }
            }
            div.govuk-form-group {
                label.govuk-label for="headingLevel" { "Level of the headings" }
                select #headingLevel.govuk-select name="headingLevel" {
                    @for level in 2..=6_u8 {
                        @let is_usual = built.heading_level.is_none() && level == 3;
                        option value=[(level != 3).then_some(level).or(is_usual.then_some(3))]
                            selected[built.heading_level == Some(level) || is_usual] { (level) }
                    }
                }
            }
            button.govuk-button type="submit" { "Show what to paste" }
        }
    }
}

fn preview(built: &Built, listing: &Listing) -> Markup {
    html! {
        h2.govuk-heading-m { "Preview" }
        iframe.folk-preview src=(built.frame("")) title={ "Preview: " (listing.title) } {}
    }
}

/// A way in: what to paste, and where.
fn way(title: &str, how: Markup, lines: &str) -> Markup {
    html! {
        section.folk-way {
            h3.govuk-heading-s { (title) }
            p.govuk-body { (how) }
            pre.folk-snippet tabindex="0" { code { (lines) } }
        }
    }
}

fn ways(app: &App, built: &Built, listing: &Listing) -> Markup {
    let base = base(app);
    let wanted = &built.wanted;
    let frame = format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"600\" height=\"480\" loading=\"lazy\" \
         referrerpolicy=\"no-referrer\" style=\"border:0;max-width:100%\"></iframe>",
        escaped(&built.frame(base)),
        escaped(&listing.title)
    );
    html! {
        h2.govuk-heading-m { "What to paste" }
        (way("A feed block", html! {
            "Works in every WordPress (the RSS block) and most other systems. Titles with their date, in your site’s own look."
        }, &wanted.address(base, "/feeds/all.rss")))
        (way("The address alone", html! {
            "Paste it on a line of its own: WordPress and others that know oEmbed turn it into the list. In Drupal add this site as a provider first: the endpoint is "
            code { (base) "/oembed" } ", the scheme " code { (base) "/meetups*" } "."
        }, &wanted.address(base, "/meetups")))
        (way("A frame", html! {
            "Where HTML may be pasted. It needs no script and sets no cookie. If your site has a content security policy, add "
            code { "frame-src " (base) } "."
        }, &frame))
        @match Script::latest() {
            Some(script) => (component(app, built, listing, &script)),
            None => p.govuk-body { "The component was not built into this gateway." },
        }
        (way("A calendar", html! {
            "For people who want it in their own calendar: a link to subscribe to."
        }, &wanted.whole().address(base, "/calendar/all.ics")))
    }
}

fn component(app: &App, built: &Built, listing: &Listing, script: &Script) -> Markup {
    let base = base(app);
    let element = built.element(base, &listing.title);
    let fixed = format!(
        "<script src=\"{}\" integrity=\"{}\" crossorigin=\"anonymous\" async></script>\n{element}",
        script.address(app),
        script.integrity()
    );
    let latest = format!("<script src=\"{base}/embed/meetups.js\" async></script>\n{element}");
    html! {
        (way("The component", html! {
            "The list in your site’s own type and colours. This names one version, which stays as it is for two years, and your visitors’ browsers refuse any other file in its place. If your site has a content security policy, add "
            code { "script-src " (base) } " and " code { "connect-src " (base) } "; styles need nothing. Or save the file on your own site and name it there with " code { "src=\"" (base) "\"" } " on the element."
        }, &fixed))
        details.govuk-details {
            summary.govuk-details__summary { span.govuk-details__summary-text { "The component, always the newest" } }
            div.govuk-details__text {
                pre.folk-snippet tabindex="0" { code { (latest) } }
            }
        }
    }
}

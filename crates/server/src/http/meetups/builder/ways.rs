//! What the builder gives to paste, each way with where to paste it. They stand in the order in
//! which content systems let them through.

use maud::{Markup, html};
use url::Url;

use super::{
    super::{super::App, address::base, embed::Script, listing::Listing},
    Built, escaped, policies,
};

pub(super) fn ways(app: &App, built: &Built, listing: &Listing) -> Markup {
    let base = base(app);
    let wanted = &built.wanted;
    html! {
        h2.govuk-heading-m #paste { "What to paste" }
        p.govuk-body.folk-lead {
            "The simplest way comes first. Take the first one that your site lets through, and look at your page: the list is there at once. "
            "You write the HTML yourself? Take " a.govuk-link href="#component" { "the component" } "."
        }
        (way("feed", "An address for a feed block", html! {
            "In WordPress add the block “RSS” and paste this address into it; it shows 5 unless the block says otherwise. Many other systems have a block for feeds, too. It shows titles with day and time, in your site’s own look."
        }, &wanted.address(base, "/feeds/all.rss"), html! {}))
        (way("address", "An address on a line of its own", html! {
            "WordPress turns it into the list. So does Drupal, once this site is one of its oEmbed providers: the endpoint is "
            code { (base) "/oembed" } ", the scheme " code { (base) "/meetups*" }
            ". Elsewhere it stays an address."
        }, &wanted.address(base, "/meetups"), html! {}))
        (frame(built, listing, base))
        @match Script::latest() {
            Some(script) => (component(app, built, listing, &script)),
            None => p.govuk-body { "The component was not built into this gateway." },
        }
        (calendar(built, listing, base))
        (link(built, listing, base))
        p.govuk-body {
            a.govuk-link href="/docs/websites" { "More for web teams" }
            ": colours and type, what visitors see when something is down, privacy."
        }
    }
}

/// A way in: what to paste, and where; `more` only some need to know.
fn way(id: &str, title: &str, how: Markup, lines: &str, more: Markup) -> Markup {
    html! {
        section.folk-way id=(id) {
            h3.govuk-heading-s { (title) }
            p.govuk-body { (how) }
            (snippet(title, lines))
            (more)
        }
    }
}

/// Lines to copy. The button beside them, which a script adds, is named after them.
pub(super) fn snippet(what: &str, lines: &str) -> Markup {
    html! { pre.folk-snippet tabindex="0" data-what=(what) { code { (lines) } } }
}

/// What is folded up.
fn aside(title: &str, text: Markup) -> Markup {
    html! {
        details.govuk-details {
            summary.govuk-details__summary { span.govuk-details__summary-text { (title) } }
            div.govuk-details__text { (text) }
        }
    }
}

fn frame(built: &Built, listing: &Listing, base: &str) -> Markup {
    let lines = format!(
        // By attributes: a strict policy for styles refuses those that stand on an element.
        "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"480\" frameborder=\"0\" \
         loading=\"lazy\" referrerpolicy=\"no-referrer\"></iframe>",
        escaped(&built.frame(base)),
        escaped(&listing.title)
    );
    let host = Url::parse(base).ok().and_then(|base| base.host_str().map(str::to_owned));
    let locked = aside(
        "If the frame stays empty, is gone, or its links do nothing",
        html! {
            (policies::of_frame(base))
            p.govuk-body {
                "It is gone after saving: the editor removes frames, as CKEditor does. Use its “HTML embed”, or whoever looks after it lets frames through in its “General HTML Support”."
            }
            p.govuk-body {
                "Its links do nothing: the editor locks frames, as TinyMCE does. Whoever looks after it adds "
                code { (host.as_deref().unwrap_or(base)) } " to " code { "sandbox_iframes_exclusions" }
                "; then paste it again: a frame that was saved before stays locked."
            }
            p.govuk-body { "None of this can be done: take " a.govuk-link href="#link" { "a plain link" } "." }
        },
    );
    way(
        "frame",
        "A frame",
        html! {
            "Where your site takes HTML, but no scripts. Paste it in the editor’s HTML or source view: among the text of a page it would stay text."
        },
        &lines,
        locked,
    )
}

fn component(app: &App, built: &Built, listing: &Listing, script: &Script) -> Markup {
    let base = base(app);
    let element = built.element(base, &listing.title, false);
    let copied = built.element(base, &listing.title, true);
    let fixed = format!(
        "<script src=\"{}\" integrity=\"{}\" crossorigin=\"anonymous\" async></script>\n{element}",
        script.address(app),
        script.integrity()
    );
    let latest = format!("<script src=\"{base}/embed/meetups.js\" async></script>\n{element}");
    let copied = format!("<script src=\"/meetups.js\" async></script>\n{copied}");
    let file = format!("/embed/{}/meetups.js", script.version);
    let versions = aside(
        "Which version, and content security policy",
        html! {
            p.govuk-body { "This names one version, which stays as it is for two years; your visitors’ browsers refuse any other file in its place. This is always the newest:" }
            (snippet("The component, always the newest", &latest))
            (policies::of_component(base))
            p.govuk-body {
                "Or keep the script on your own site: " a.govuk-link href=(file) download="meetups.js" { "save the file" }
                ", and say on the element where the meet-ups are. Of a policy it still needs the " code { "connect-src" } "."
            }
            (snippet("The component with your own copy of the script", &copied))
        },
    );
    way(
        "component",
        "The component",
        html! {
            "Where your site takes HTML with a script. Paste all of it where the list belongs: it is in your site’s own type and colours."
        },
        &fixed,
        versions,
    )
}

fn calendar(built: &Built, listing: &Listing, base: &str) -> Markup {
    let wanted = built.wanted.whole();
    let address = wanted.address(base, "/calendar/all.ics");
    let (_, rest) = address.split_once(':').unwrap_or(("", &address));
    let lines = format!(
        "<a href=\"webcal:{}\">{}: {}</a>",
        escaped(rest),
        wanted.language.words().calendar,
        escaped(&listing.title)
    );
    way(
        "calendar",
        "A link to a calendar",
        html! {
            "For people who want them in their own calendar: it has all of them, and stays up to date. Where a calendar asks for an address, it is "
            code { (address) } "."
        },
        &lines,
        html! {},
    )
}

fn link(built: &Built, listing: &Listing, base: &str) -> Markup {
    let page = built.wanted.whole().address(base, "/meetups");
    let lines = format!("<a href=\"{}\">{}</a>", escaped(&page), escaped(&listing.title));
    way(
        "link",
        "A plain link",
        html! { "Where nothing else can be put: it leads to the list on this site." },
        &lines,
        html! {},
    )
}

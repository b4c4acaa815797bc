//! `/docs`: the documents of the repository's `docs/` as pages. They are ours, read when the program
//! was built; what stands in them as HTML is shown as text all the same.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use folkmoot_domain::slug;
use maud::{Markup, PreEscaped, html as markup};
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};
use rust_embed::Embed;

use super::{
    App,
    own::Unsaid,
    pages::{Page, Trail, failed},
    sending::Body,
};

#[derive(Embed)]
#[folder = "../../docs"]
struct Documents;

/// What a document without a heading is called.
const UNTITLED: &str = "Untitled";

/// They change with the program.
const KEEP: &str = "public, max-age=300, stale-while-revalidate=3600";

pub(crate) fn routes() -> Router<App> {
    let index = |State(app): State<App>, headers: HeaderMap| async move {
        document(&app, "index", &headers)
    };
    Router::new().route("/docs", get(index)).route("/docs/{*path}", get(named))
}

async fn named(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    match path.rsplit_once('.') {
        // As it is named in the repository.
        Some((name, "md")) => document(&app, name, &headers),
        Some(_) => file(&path, &headers),
        None => document(&app, &path, &headers),
    }
}

fn document(app: &App, name: &str, asked: &HeaderMap) -> Response {
    let name = name.trim_end_matches('/');
    // A folder is its own index.
    let names = [format!("{name}.md"), format!("{name}/index.md")];
    let Some((path, found)) = names.iter().find_map(|path| Some((path, Documents::get(path)?)))
    else {
        return failed(&Unsaid::nothing("there is no such document: /docs has them all"));
    };
    let text = String::from_utf8_lossy(&found.data);
    let text = with_own_address(&text, super::meetups::base(app));
    let Rendered { title, summary, body } = rendered(&text, folder(path));
    let here = match name {
        "index" => "/docs".to_owned(),
        name => format!("/docs/{}", name.trim_end_matches("/index")),
    };
    let body = markup! {
        div.folk-prose { (body) }
    };
    let trail = match here.as_str() {
        "/docs" => Trail::start(),
        _ => Trail::start().then("/docs", "Help"),
    };
    let page = Page { title, summary, trail, path: here, body: Some(body), ..Page::default() };
    page.sent(app, asked, KEEP.to_owned())
}

/// Whatever else lies there, such as a dashboard to import or a schema.
fn file(path: &str, asked: &HeaderMap) -> Response {
    let Some(found) = Documents::get(path) else {
        return failed(&Unsaid::nothing("there is no such file: /docs names those there are"));
    };
    let media_type = match path.rsplit_once('.') {
        Some((_, "json")) => "application/json",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let (bytes, keep) = (found.data.into_owned(), KEEP.to_owned());
    let mut response = Body { bytes, media_type, keep, file_name: None }.sent(asked);
    if response.status() == StatusCode::OK {
        // Shown rather than run, whatever it is; a picture has its colours within.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        let policy = header::HeaderValue::from_static(policy);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.into_response()
}

/// The gateway of the examples is this one: what is copied from them works.
fn with_own_address(text: &str, base: &str) -> String {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    let text = text.replace("folkmoot.example.org", "folkmoot.example");
    text.replace("https://folkmoot.example", base).replace("folkmoot.example", host)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A document as it is shown.
struct Rendered {
    title: String,
    /// Its first paragraph.
    summary: Option<String>,
    body: Markup,
}

fn rendered(text: &str, folder: &str) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events: Vec<_> = Parser::new_ext(text, options).collect();
    let title = text_within(&events, |tag| heading(tag) == Some(HeadingLevel::H1));
    let summary = text_within(&events, |tag| *tag == Tag::Paragraph);
    let mut anchors = Anchors::default();
    let mut body = Vec::with_capacity(events.len());
    let (mut is_title, mut is_linked) = (false, false);
    for (at, event) in events.iter().enumerate() {
        match event {
            // The page has it as its heading already.
            Event::Start(tag) if heading(tag) == Some(HeadingLevel::H1) => is_title = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => is_title = false,
            _ if is_title => {}
            Event::Start(Tag::Heading { level, .. }) => {
                let name = text_within(&events[at..], |tag| heading(tag) == Some(*level));
                let id = anchors.of(&name.unwrap_or_default());
                let size = if *level == HeadingLevel::H2 { "m" } else { "s" };
                let opened = format!("<{level} id=\"{id}\" class=\"govuk-heading-{size}\">");
                body.push(Event::Html(opened.into()));
            }
            Event::Start(Tag::Link { dest_url, link_type, title, id }) => {
                let leads = address(dest_url, folder);
                is_linked = leads.is_some();
                let (link_type, title, id) = (*link_type, title.clone(), id.clone());
                body.extend(leads.map(|leads| {
                    Event::Start(Tag::Link { link_type, dest_url: leads.into(), title, id })
                }));
            }
            Event::End(TagEnd::Link) if !is_linked => {}
            Event::Start(Tag::Image { dest_url, link_type, title, id }) => {
                let lies = address(dest_url, folder).unwrap_or_else(|| dest_url.to_string());
                let (link_type, title, id) = (*link_type, title.clone(), id.clone());
                body.push(Event::Start(Tag::Image { link_type, dest_url: lies.into(), title, id }));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.clone(),
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                // Wide ones are scrolled, which the keyboard must reach.
                let opened = format!(
                    "<pre class=\"folk-snippet\" tabindex=\"0\"><code data-language=\"{}\">",
                    slug(&language)
                );
                body.push(Event::Html(opened.into()));
            }
            Event::End(TagEnd::CodeBlock) => body.push(Event::Html("</code></pre>".into())),
            Event::Start(Tag::Table(columns)) => {
                body.push(Event::Html("<div class=\"folk-wide\" tabindex=\"0\">".into()));
                body.push(Event::Start(Tag::Table(columns.clone())));
            }
            Event::End(TagEnd::Table) => {
                body.push(Event::End(TagEnd::Table));
                body.push(Event::Html("</div>".into()));
            }
            // For whoever writes the document.
            Event::Html(html) if html.starts_with("<!--") => {}
            Event::Html(html) | Event::InlineHtml(html) => body.push(Event::Text(html.clone())),
            other => body.push(other.clone()),
        }
    }
    let mut written = String::with_capacity(text.len() * 2);
    html::push_html(&mut written, body.into_iter());
    Rendered {
        title: title.unwrap_or_else(|| UNTITLED.to_owned()),
        summary,
        body: PreEscaped(written),
    }
}

fn heading(tag: &Tag<'_>) -> Option<HeadingLevel> {
    match tag {
        Tag::Heading { level, .. } => Some(*level),
        _ => None,
    }
}

/// The plain text of the first part that begins with such a tag.
fn text_within(events: &[Event<'_>], begins: impl Fn(&Tag<'_>) -> bool) -> Option<String> {
    let start =
        events.iter().position(|event| matches!(event, Event::Start(tag) if begins(tag)))?;
    let Event::Start(tag) = &events[start] else { return None };
    let end = tag.to_end();
    let within = events[start..].iter().take_while(|event| **event != Event::End(end));
    let text = within.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    });
    Some(text.collect())
}

/// Names of headings within one document, each once.
#[derive(Default)]
struct Anchors(HashMap<String, usize>);

impl Anchors {
    fn of(&mut self, name: &str) -> String {
        let id = slug(name);
        let times = self.0.entry(id.clone()).or_default();
        *times += 1;
        match times {
            1 => id,
            times => format!("{id}-{times}"),
        }
    }
}

/// Where a link of a document in this folder leads: documents are pages here. What lies outside of
/// `docs/` is in the repository alone, and nothing here leads to it.
fn address(link: &str, folder: &str) -> Option<String> {
    if link.contains("://") || link.starts_with(['#', '/']) || link.starts_with("mailto:") {
        return Some(link.to_owned());
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, at)| (path, Some(at)));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    Documents::get(&path)?;
    let path = path.strip_suffix(".md").unwrap_or(&path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    let path = if path == "index" { "/docs".to_owned() } else { format!("/docs/{path}") };
    Some(match anchor {
        Some(anchor) => format!("{path}#{anchor}"),
        None => path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        rendered(text, "regions").body.into_string()
    }

    #[test]
    fn links_lead_to_pages_from_any_folder() {
        for (link, leads) in [
            ("live.md", "/docs/regions/live"),
            ("../websites.md#a-frame", "/docs/websites#a-frame"),
            ("index.md", "/docs/regions"),
            ("../index.md", "/docs"),
            ("capability.graphql", "/docs/regions/capability.graphql"),
            ("#below", "#below"),
            ("https://folkmoot.example/x", "https://folkmoot.example/x"),
            ("/embed", "/embed"),
        ] {
            assert_eq!(address(link, "regions").as_deref(), Some(leads), "{link}");
        }
        for link in ["../../crates/README.md", "schemas/", "none.md"] {
            assert_eq!(address(link, "regions"), None, "{link} is not here");
        }
        assert!(shown("# T\n\n[there](../../README.md) is more").contains("<p>there is more</p>"));
    }

    #[test]
    fn html_is_shown_and_headings_can_be_linked_to() {
        let page = shown("# T\n\nFirst *words*.\n\n## A `b` c\n\n## A b c\n\n<script>x</script>\n");
        assert!(page.contains("<h2 id=\"a-b-c\"") && page.contains("<h2 id=\"a-b-c-2\""), "{page}");
        assert!(!page.contains("<script>") && !page.contains("<h1"), "{page}");
        let page = shown("# T\n\n<!-- written by a program -->\n<b>x</b>\n");
        assert!(!page.contains("written") && page.contains("&lt;b&gt;"), "{page}");
        let page = rendered("# The title\n\nFirst *words*\nof it.\n", "");
        assert_eq!(
            (page.title.as_str(), page.summary.as_deref()),
            ("The title", Some("First words of it."))
        );
    }

    #[test]
    fn pictures_lie_beside_their_document_wherever_it_is_shown() {
        let page = shown("# T\n\n![in words](../benchmarks/reached.svg)\n");
        let shown = "<img src=\"/docs/benchmarks/reached.svg\" alt=\"in words\"";
        assert!(page.contains(shown), "{page}");
        let picture = file("benchmarks/reached.svg", &HeaderMap::new());
        assert_eq!(picture.headers()[header::CONTENT_TYPE], "image/svg+xml");
    }

    #[test]
    fn examples_name_the_gateway_that_shows_them() {
        let text = "`https://folkmoot.example/x` <a href=\"webcal://folkmoot.example/y\">";
        assert_eq!(
            with_own_address(text, "http://127.0.0.1:8080"),
            "`http://127.0.0.1:8080/x` <a href=\"webcal://127.0.0.1:8080/y\">"
        );
    }

    #[test]
    fn every_document_has_a_title_and_a_first_paragraph() {
        for path in Documents::iter().filter(|path| path.ends_with(".md")) {
            let found = Documents::get(&path).expect("it is listed");
            let page = rendered(&String::from_utf8_lossy(&found.data), folder(&path));
            assert!(page.title != UNTITLED && page.summary.is_some(), "{path}");
        }
    }
}

//! `/oembed`: what content systems show when somebody pastes the address of a list or of a meet-up
//! (oembed.com, version 1.0).

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::html;
use serde_json::json;

use super::{
    super::{App, graphql::Asked, own::Unsaid, sending::refusal},
    address::base,
    frame::OWN_WORDS,
    listing::{self, Part},
    wanted::{USUAL, Wanted},
};

/// As wide as the text column of most sites.
const WIDTH: u32 = 600;
/// Three meet-ups, and the frame scrolls; content systems that let the page say its height make it fit.
const HEIGHT: u32 = 480;

/// `GET /oembed?url=https://…/meetups?region=london&maxwidth=600`
pub(super) async fn answer(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    let words = match Words::of(&pairs.unwrap_or_default()) {
        Ok(words) => words,
        Err(refused) => return *refused,
    };
    match told(&app, &asked, &words).await {
        Ok(response) => response,
        Err(unsaid) => refusal(&unsaid),
    }
}

/// What a content system asks with.
struct Words {
    url: String,
    width: u32,
    height: u32,
}

impl Words {
    fn of(pairs: &str) -> Result<Self, Box<Response>> {
        let (mut url, mut width, mut height) = (None, WIDTH, HEIGHT);
        let at_most =
            |text: &str, usual: u32| text.parse().map_or(usual, |most: u32| usual.min(most));
        for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
            match name.as_ref() {
                "url" => url = Some(text.into_owned()),
                "maxwidth" => width = at_most(&text, WIDTH),
                "maxheight" => height = at_most(&text, HEIGHT),
                "format" if text != "json" => {
                    let told = "only JSON is given: ask with format=json\n";
                    return Err(Box::new((StatusCode::NOT_IMPLEMENTED, told).into_response()));
                }
                _ => {}
            }
        }
        let missing =
            || refusal(&Unsaid::malformed("`url` is missing: the address that was pasted"));
        Ok(Self { url: url.ok_or_else(|| Box::new(missing()))?, width, height })
    }
}

async fn told(app: &App, asked: &Asked, words: &Words) -> Result<Response, Unsaid> {
    let wanted = wanted(app, &words.url)?;
    let part = Part::Upcoming(wanted.limit.unwrap_or(USUAL));
    let listing = listing::listing(app, &asked.asker, &wanted, part).await?;
    let shown = wanted.at_most(wanted.limit.unwrap_or(USUAL));
    let source = shown.address(base(app), "/embed/meetups");
    let frame = html! {
        iframe src=(source) title=(listing.title) width=(words.width) height=(words.height)
            loading="lazy" referrerpolicy="no-referrer" frameborder="0" {}
    };
    let body = json!({
        "version": "1.0",
        "type": "rich",
        "title": listing.title,
        "provider_name": "Folkmoot",
        "provider_url": base(app),
        "cache_age": 3600,
        "html": frame.into_string(),
        "width": words.width,
        "height": words.height,
    });
    Ok(([(header::CACHE_CONTROL, listing.keep)], Json(body)).into_response())
}

/// The list that a pasted address shows.
fn wanted(app: &App, pasted: &str) -> Result<Wanted, Unsaid> {
    let not_ours = || {
        Unsaid::nothing(format!(
            "this is not an address of a list here: they begin with {}/meetups",
            base(app)
        ))
    };
    let rest = pasted.strip_prefix(base(app)).ok_or_else(not_ours)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, pairs) = rest.split_once('?').unwrap_or((rest, ""));
    let mut wanted = Wanted::of(pairs, &OWN_WORDS)?;
    match path.trim_end_matches('/').split('/').collect::<Vec<_>>()[..] {
        ["", "meetups"] | ["", "embed", "meetups"] => {}
        ["", "regions", region] => wanted.narrow("region", region)?,
        ["", "groups", group] => wanted.narrow("group", group)?,
        ["", "councils", council] => wanted.narrow("forCouncil", council)?,
        _ => return Err(not_ours()),
    }
    Ok(wanted)
}

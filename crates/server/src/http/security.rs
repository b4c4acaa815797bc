//! `/.well-known/security.txt` (RFC 9116): to whom weaknesses are reported.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Days, NaiveTime, Utc};

use super::App;

/// For how long what stands there may be trusted; the standard wants less than a year.
const GOOD_FOR: Days = Days::new(180);

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/.well-known/security.txt", get(show))
}

async fn show(State(app): State<App>) -> Response {
    match app.security_contact.as_str() {
        "" => {
            (StatusCode::NOT_FOUND, "Whoever runs this gateway gave no contact.\n").into_response()
        }
        contact => {
            let keep = "public, max-age=86400";
            let kind = "text/plain; charset=utf-8";
            let text = text(contact, app.public_url.trim_end_matches('/'), app.clock.now());
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], text).into_response()
        }
    }
}

fn text(contact: &str, base: &str, now: DateTime<Utc>) -> String {
    // The same all day, so that caches agree.
    let expires = (now.date_naive() + GOOD_FOR).and_time(NaiveTime::MIN).and_utc();
    format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: en, cy\n\
         Canonical: {base}/.well-known/security.txt\n",
        expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_whom_to_tell_and_until_when_that_holds() {
        let now = "2026-11-27T08:00:00Z".parse().expect("an instant");
        let said = text("mailto:security@folkmoot.example", "https://folkmoot.example", now);
        assert_eq!(
            said,
            "Contact: mailto:security@folkmoot.example\nExpires: 2027-05-26T00:00:00Z\n\
             Preferred-Languages: en, cy\n\
             Canonical: https://folkmoot.example/.well-known/security.txt\n"
        );
    }
}

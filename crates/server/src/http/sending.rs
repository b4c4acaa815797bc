//! Bodies that are made for whoever asks: with a tag by which a reader that has them already is
//! told so, and with what caches on the way may do.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::{metrics::ErrorType, own::Unsaid, tags};

/// A body with what is to be said of it.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: &'static str,
    /// The value of `Cache-Control`.
    pub(super) keep: String,
    /// The name under which it is saved, if it is one to save.
    pub(super) file_name: Option<String>,
}

impl Body {
    /// The answer to a GET with these headers.
    pub(super) fn sent(self, asked: &HeaderMap) -> Response {
        // Weak, for the bytes on the way may be packed.
        let tag = format!("W/{}", tags::of(&Sha256::digest(&self.bytes)));
        let common = [
            (header::ETAG, tag.clone()),
            (header::CACHE_CONTROL, self.keep),
            (header::VARY, "Authorization, Accept-Encoding".to_owned()),
        ];
        if tags::is_known(asked, &tag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.media_type)];
        let mut response = (common, kind, self.bytes).into_response();
        if let Some(name) = self.file_name {
            let saved = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            let saved = saved.expect("made of plain letters");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, saved);
        }
        response
    }
}

/// Why there is nothing, as one line of text.
pub(super) fn refusal(unsaid: &Unsaid) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let mut response = (unsaid.status, kind, format!("{}\n", unsaid.message)).into_response();
    tell(&mut response, unsaid);
    response
}

/// Says beside the words when to ask again, where that may help, and what is measured.
pub(super) fn tell(response: &mut Response, unsaid: &Unsaid) {
    if let Some(seconds) = unsaid.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response.extensions_mut().insert(ErrorType(unsaid.code.clone()));
}

/// The shorter of two values of `Cache-Control`, for what is made of two answers.
pub(super) fn shorter(one: String, other: String) -> String {
    let seconds = |keep: &str| -> u64 {
        let age = keep.split(", ").find_map(|part| part.strip_prefix("max-age=")?.parse().ok());
        // Without an age nothing is kept unasked; what nobody keeps at all comes before that.
        age.map_or(u64::from(keep != "no-store"), |age: u64| age.saturating_add(2))
    };
    if seconds(&other) < seconds(&one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_of_two_answers_is_kept_as_long_as_the_shorter_lived() {
        let kept = ["no-store", "public, no-cache", "public, max-age=0", "public, max-age=60"];
        for (place, shorter_one) in kept.iter().enumerate() {
            for longer in &kept[place..] {
                for (one, other) in [(shorter_one, longer), (longer, shorter_one)] {
                    let both = shorter((*one).to_owned(), (*other).to_owned());
                    assert_eq!(both, **shorter_one, "{one} and {other}");
                }
            }
        }
    }
}

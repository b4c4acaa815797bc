//! Answers that the public shares: how they are sent, and what caches on the way are told.

use std::{io::Write, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use folkmoot_graphql::{Given, Lasts};

use super::{super::tags, media::Media};

/// How this gateway's cache took part, by RFC 9211.
pub(crate) const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// What the answer depends on beside the address.
const VARY: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Encoding, Authorization, Cookie");

/// Smaller bodies are sent as they are: the head of the answer is as long.
const LEAST_PACKED: usize = 512;

/// How long others may keep what changes a few times a year.
const REFERENCE_FOR: Duration = Duration::from_secs(300);

/// How long others may keep an answer that lacks something.
const PARTIAL_FOR: Duration = Duration::from_secs(5);

/// The most bytes that Brotli looks back; bodies are smaller.
const BROTLI_WINDOW: u32 = 20;

/// How hard is tried. Each body is packed once for all who ask; 5 takes some milliseconds for
/// 100 KB.
const EFFORT: u32 = 5;

/// A way of packing a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The one with the highest weight that the reader takes; Brotli wins a tie.
    fn negotiated(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
        let codings: Vec<_> = accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|coding| {
                let (name, rest) = coding.split_once(';').unwrap_or((coding, ""));
                let weight = rest.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
                (name.trim(), weight.unwrap_or(0.0))
            })
            .collect();
        let weight = |name: &str| {
            let named = codings.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name));
            named
                .or_else(|| codings.iter().find(|(coding, _)| *coding == "*"))
                .map_or(0.0, |it| it.1)
        };
        let (brotli, gzip) = (weight("br"), weight("gzip"));
        match (brotli > 0.0 && brotli >= gzip, gzip > 0.0) {
            (true, _) => Some(Self::Brotli),
            (false, true) => Some(Self::Gzip),
            (false, false) => None,
        }
    }

    fn packed(self, body: &Bytes) -> Bytes {
        let mut packed = Vec::with_capacity(body.len() / 4);
        match self {
            Self::Brotli => {
                let mut writer =
                    brotli::CompressorWriter::new(&mut packed, body.len(), EFFORT, BROTLI_WINDOW);
                writer.write_all(body).expect("a vector takes whatever is written");
            }
            Self::Gzip => {
                let mut writer = GzEncoder::new(&mut packed, Compression::new(EFFORT));
                writer.write_all(body).expect("a vector takes whatever is written");
                writer.finish().expect("a vector takes whatever is written");
            }
        }
        packed.into()
    }
}

/// Sends an answer that is shared. By GET, a reader that has it already is told so.
pub(super) fn sent(headers: &HeaderMap, media: Media, given: &Given, is_get: bool) -> Response {
    let answer = &given.answer;
    // Weak: the bytes depend on how they are packed.
    let tag = format!("W/{}", tags::of(answer.digest()));
    let mut response = if is_get && tags::is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let coding = Coding::negotiated(headers).filter(|_| answer.body().len() >= LEAST_PACKED);
        let body = match coding {
            Some(coding) => answer.packed(coding as usize, |body| coding.packed(body)),
            None => answer.body(),
        };
        let mut response = body.clone().into_response();
        let kind = HeaderValue::from_static(media.content_type());
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(coding) = coding {
            let coding = HeaderValue::from_static(coding.name());
            response.headers_mut().insert(header::CONTENT_ENCODING, coding);
        }
        response
    };
    let told = response.headers_mut();
    told.insert(header::VARY, VARY);
    told.insert(header::AGE, given.age.as_secs().into());
    for (name, text) in [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, cache_control(given)),
        (CACHE_STATUS, cache_status(given)),
    ] {
        told.insert(name, HeaderValue::from_str(&text).expect("made of plain words"));
    }
    response
}

/// Marks an answer that is one reader's own, or not right for anybody later.
pub(super) fn mark_own(response: &mut Response) {
    let told = response.headers_mut();
    told.insert(header::VARY, VARY);
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    told.insert(CACHE_STATUS, HeaderValue::from_static("folkmoot; fwd=bypass"));
}

/// What caches of others may do with it.
pub(in crate::http) fn cache_control(given: &Given) -> String {
    // `Age` is counted against it.
    let until = |limit: Duration| limit.as_secs() + given.age.as_secs();
    let rest = until(given.rest.max(Duration::from_secs(1)));
    match given.answer.lasts {
        _ if !given.is_verified => "public, no-cache".to_owned(),
        Lasts::Partial => format!("public, max-age={}", until(PARTIAL_FOR)),
        Lasts::Seconds => format!("public, max-age={rest}"),
        Lasts::Minutes => format!("public, max-age={rest}, stale-while-revalidate=60"),
        Lasts::Long => {
            format!("public, max-age={}, stale-while-revalidate=3600", until(REFERENCE_FOR))
        }
    }
}

fn cache_status(given: &Given) -> String {
    let how = match given.is_hit {
        true => format!("hit; ttl={}", given.rest.as_secs()),
        false => "fwd=miss; stored".to_owned(),
    };
    let detail = if given.is_verified { "" } else { "; detail=unverified" };
    format!("folkmoot; {how}{detail}")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn what_was_packed_is_the_body_once_unpacked() {
        let body = Bytes::from("{\"data\":[1,2,3]}".repeat(10_000));
        let (mut brotli, mut gzip) = (Vec::new(), Vec::new());
        let packed = Coding::Brotli.packed(&body);
        brotli::BrotliDecompress(&mut packed.as_ref(), &mut brotli).expect("packed");
        let packed = Coding::Gzip.packed(&body);
        GzDecoder::new(packed.as_ref()).read_to_end(&mut gzip).expect("packed");
        assert!(brotli == body && gzip == body);
        assert!(packed.len() < body.len() / 10);
    }

    #[test]
    fn readers_get_the_packing_they_prefer() {
        let negotiated = |text: &'static str| {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
            Coding::negotiated(&headers)
        };
        for (text, coding) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("gzip", Some(Coding::Gzip)),
            ("br;q=0.2, gzip;q=0.8", Some(Coding::Gzip)),
            ("*", Some(Coding::Brotli)),
            ("br;q=0, *", Some(Coding::Gzip)),
            ("identity", None),
            ("gzip;q=0", None),
            ("gzip;q=much", None),
        ] {
            assert_eq!(negotiated(text), coding, "{text}");
        }
        assert_eq!(Coding::negotiated(&HeaderMap::new()), None);
    }
}

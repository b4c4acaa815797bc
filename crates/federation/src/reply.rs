//! What comes back from an address that is somebody else's: a body within bounds, the address that
//! it leads on to, and its headers as text.

use reqwest::{Response, header};
use url::Url;

/// Published sheets lead on to another address, seldom to a third.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// Why a body was not read to its end.
pub(crate) enum Cut {
    /// It is larger than may be read.
    TooLarge,
    /// It broke off.
    Broken(reqwest::Error),
}

/// The body, of so many bytes at most once unpacked.
pub(crate) async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Cut> {
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(Cut::TooLarge);
    }
    let told = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut bytes = Vec::with_capacity(told.unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(Cut::Broken)? {
        if bytes.len() + chunk.len() > most {
            return Err(Cut::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Why an address that another leads on to is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Astray {
    /// It is none of the web's.
    Nowhere,
    /// It is less secure than the one before.
    Open,
}

/// The address that an answer leads on to.
pub(crate) fn leads_to(from: &Url, location: Option<&str>) -> Result<Url, Astray> {
    let to = location.and_then(|location| from.join(location).ok());
    let is_web = |to: &Url| matches!(to.scheme(), "http" | "https");
    let to = to.filter(is_web).ok_or(Astray::Nowhere)?;
    match from.scheme() == "https" && to.scheme() != "https" {
        true => Err(Astray::Open),
        false => Ok(to),
    }
}

/// A header as text.
pub(crate) fn text(response: &Response, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_on_to_what_is_less_secure_or_no_web_address() {
        let from = Url::parse("https://example.org/a/b.csv").expect("an address");
        let led = |to: Option<&str>| leads_to(&from, to).map(|to| to.to_string());
        assert_eq!(led(Some("c.csv")), Ok("https://example.org/a/c.csv".to_owned()));
        assert_eq!(led(Some("https://other.example/")), Ok("https://other.example/".to_owned()));
        assert_eq!(led(Some("http://example.org/c")), Err(Astray::Open));
        for to in [None, Some("file:///etc/passwd"), Some("https://")] {
            assert_eq!(led(to), Err(Astray::Nowhere), "{to:?}");
        }
    }
}

//! Media types: which one the reader wants, and whether the body is JSON.

use axum::http::{HeaderMap, header};

/// The two forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status says whether the request was one.
    GraphqlResponse,
    /// `application/json`: the status is 200 for whatever GraphQL answers.
    Json,
}

impl Media {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form with the highest weight; JSON if the reader does not say; `None` if neither will do.
    pub(super) fn negotiated(headers: &HeaderMap) -> Option<Self> {
        let mut accepted = headers.get_all(header::ACCEPT).iter().peekable();
        if accepted.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges: Vec<_> = accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(Range::of)
            .collect();
        // The most specific range decides the weight of a form; JSON wins a tie.
        let weight = |form: &str| {
            let fits = ranges.iter().filter_map(|range| Some((range.fits(form)?, range.weight)));
            fits.max_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)))
                .map_or(0.0, |(_, weight)| weight)
        };
        let json = weight("application/json");
        let graphql = weight("application/graphql-response+json");
        if graphql > json {
            Some(Self::GraphqlResponse)
        } else {
            (json > 0.0).then_some(Self::Json)
        }
    }
}

/// One range of an `Accept` header.
struct Range {
    name: String,
    weight: f32,
}

impl Range {
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next()?;
        let mut weight = 1.0;
        for parameter in parts {
            match parameter.split_once('=') {
                Some(("q", value)) => weight = value.parse().unwrap_or(0.0),
                Some(("charset", value)) if value.trim_matches('"') != "utf-8" => return None,
                _ => {}
            }
        }
        Some(Self { name, weight })
    }

    /// How specific the range is, if it takes the form.
    fn fits(&self, form: &str) -> Option<u8> {
        match self.name.as_str() {
            name if name == form => Some(2),
            "application/*" => Some(1),
            "*/*" => Some(0),
            _ => None,
        }
    }
}

/// True for `application/json`, in UTF-8 if it says.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(kind)) = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str()) else {
        return false;
    };
    let kind = kind.to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    parts.next() == Some("application/json")
        && parts.all(|part| match part.split_once('=') {
            Some(("charset", value)) => value.trim_matches('"') == "utf-8",
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        Media::negotiated(&headers)
    }

    #[test]
    fn the_heaviest_form_wins_and_json_is_the_default() {
        use Media::{GraphqlResponse, Json};
        for (accept, wanted) in [
            ("*/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json;q=0.5, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.2, application/json;q=0.9", Some(Json)),
            ("application/json; charset=utf-8", Some(Json)),
            ("text/html, application/*;q=0.8", Some(Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
        ] {
            assert_eq!(negotiated(accept), wanted, "{accept}");
        }
        assert_eq!(Media::negotiated(&HeaderMap::new()), Some(Json));
    }
}

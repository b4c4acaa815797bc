//! Case studies as regions exchange them.

use async_graphql::{InputObject, Result, SimpleObject};
use folkmoot_domain::{self as domain, CaseStudyItem};
use folkmoot_federation::CaseStudies;

use super::{Seat, pages::Served, scalars::Id};
use crate::{
    error::{code, failure},
    lists::MAX_SEARCH,
    scalars::{Date, DateTime},
};

/// A case study: what a council learned. Texts are plain, not HTML.
#[derive(SimpleObject, Clone)]
pub(super) struct CaseStudy {
    /// The same for ever.
    id: Id,
    /// One line.
    title: String,
    /// A paragraph or a few.
    summary: String,
    /// The code of the council that it is about, if it is about one.
    council: Option<String>,
    /// References of points, such as `lgdss-2016/3`.
    points: Vec<String>,
    /// Where the whole text is.
    url: Option<String>,
    /// Whole seconds: the order of lists.
    published_at: DateTime,
    /// When somebody last checked that it still holds.
    reviewed_on: Option<Date>,
    /// True for a made-up row.
    synthetic: bool,
}

/// Points by reference, councils by code.
#[derive(InputObject, Default)]
pub(super) struct CaseStudyFilter {
    /// On one of these points.
    points: Option<Vec<String>>,
    /// About one of these councils.
    councils: Option<Vec<String>>,
    /// Words that all stand in title or summary, as your search understands them.
    search: Option<String>,
}

impl Served for CaseStudy {
    type Stored = domain::CaseStudy;
    type Kind = CaseStudies;
    type Filter = CaseStudyFilter;

    fn filter(given: CaseStudyFilter, seat: &Seat) -> Result<domain::CaseStudyFilter> {
        Ok(domain::CaseStudyFilter {
            points: given.points.map(|references| seat.points(&references)),
            councils: given.councils.map(|codes| seat.councils(&codes)),
            search: given.search.as_deref().map(words).transpose()?,
        })
    }
}

/// Words to search for; a text without one holds everything.
fn words(text: &str) -> Result<String> {
    let words = folkmoot_domain::clean_line(text, MAX_SEARCH + 1);
    if words.chars().count() > MAX_SEARCH {
        let message = format!("`search` is longer than {MAX_SEARCH} characters: send fewer words");
        return Err(failure(code::TEXT_LENGTH, message));
    }
    Ok(words)
}

impl From<CaseStudyItem> for CaseStudy {
    fn from(item: CaseStudyItem) -> Self {
        Self {
            id: Id(item.id),
            title: item.title,
            summary: item.summary,
            council: item.council,
            points: item.points,
            url: item.url,
            published_at: DateTime(item.published_at),
            reviewed_on: item.reviewed_on.map(Date),
            synthetic: item.synthetic,
        }
    }
}

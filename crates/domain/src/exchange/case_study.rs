//! Case studies as others get them.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    desk::Desk,
    instant::instant,
    item::{ExchangeKind, Exchanged},
};
use crate::{
    CaseStudy, CaseStudyId, Reference,
    sheet::{MAX_POINTS, MAX_SUMMARY, MAX_TITLE},
};

/// A case study: what a council learned. Texts are plain, not HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "CaseStudy")]
pub struct CaseStudyItem {
    /// Yours, unique, and the same for ever.
    pub id: Uuid,
    /// One line, at most 200 characters.
    pub title: String,
    /// A paragraph or a few, at most 2,000 characters.
    pub summary: String,
    /// The code of the council that it is about, if it is about one.
    pub council: Option<String>,
    /// References of points, such as `lgdss-2016/3`; at most 30.
    #[serde(default)]
    pub points: Vec<String>,
    /// Where the whole text is: an https address.
    pub url: Option<String>,
    /// Whole seconds: the order of lists.
    #[serde(deserialize_with = "instant")]
    pub published_at: DateTime<Utc>,
    /// When somebody last checked that it still holds.
    pub reviewed_on: Option<NaiveDate>,
    /// True for a made-up row.
    #[serde(default)]
    pub synthetic: bool,
}

impl Exchanged for CaseStudy {
    const KIND: ExchangeKind = ExchangeKind::CaseStudy;
    const ORDERED_BY: &'static str = "publishedAt";
    type Item = CaseStudyItem;

    fn to_item(&self, reference: &Reference) -> Option<CaseStudyItem> {
        let council = match self.council {
            Some(council) => Some(reference.council(council)?.code.to_string()),
            None => None,
        };
        Some(CaseStudyItem {
            id: self.id.0,
            title: self.title.clone(),
            summary: self.summary.clone(),
            council,
            points: super::references(&self.points, reference)?,
            url: self.link.as_ref().map(ToString::to_string),
            published_at: self.published_at,
            reviewed_on: self.reviewed_on,
            synthetic: self.provenance.synthetic,
        })
    }

    fn of_item(item: CaseStudyItem, desk: &mut Desk<'_>) -> Option<Self> {
        desk.at_most("points", &item.points, MAX_POINTS);
        Some(Self {
            id: CaseStudyId(item.id),
            region: desk.region(),
            council: desk.some_council("council", item.council.as_deref()),
            natural_key: item.id.to_string(),
            title: desk.line("title", &item.title, MAX_TITLE),
            summary: desk.block("summary", &item.summary, MAX_SUMMARY),
            points: desk.points(&item.points),
            link: desk.some_link("url", item.url.as_deref()),
            published_at: desk.instant("publishedAt", item.published_at),
            reviewed_on: item.reviewed_on.map(|day| desk.day("reviewedOn", day)),
            provenance: desk.provenance(item.synthetic),
            revision: 0,
        })
    }
}

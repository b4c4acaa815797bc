//! Text search over everything.

use async_graphql::{Context, Object, Result};
use folkmoot_domain::{Region, RegionState};
use folkmoot_store::{SearchRequest, kind};

use crate::{
    asked::{Whose, asked},
    connection::{cost, within},
    error::{self, code, failure},
    lists::search_words,
    scalars::RegionRef,
    types::SearchResults,
};

/// What is searched, beside the reference data.
const SEARCHED: [&str; 4] = [kind::ASSESSMENT, kind::CASE_STUDY, kind::MEETUP, kind::OFFER];

/// The most hits: who needs more needs other words.
const MAX_HITS: usize = 100;

/// Search at the root.
#[derive(Default)]
pub(crate) struct SearchQueries;

#[Object]
impl SearchQueries {
    /// Councils, peer groups, points, meet-ups, case studies, offers and service assessments that
    /// hold these words, the best first. Not paged: ask for up to 100, or use other words.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One or more words; the last may be unfinished.")] text: String,
        #[graphql(
            desc = "Of what regions share, only this region's; councils and points are national and always searched."
        )]
        region: Option<RegionRef>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
    ) -> Result<SearchResults> {
        let asked = asked(ctx);
        let text = search_words(&text)?;
        let Some(most) = within(first, MAX_HITS) else {
            let message =
                format!("`first` is from 1 to {MAX_HITS}: search for rarer words instead");
            return Err(failure(code::PAGE_SIZE, message));
        };
        let wanted =
            region.map(|given| asked.region(&given).map(|region| region.id)).transpose()?;
        let regions =
            asked.visible_regions().filter(|region| wanted.is_none_or(|id| id == region.id));
        let is_paused = |region: &Region| matches!(region.state, RegionState::Paused { .. });
        let (stored, unsearched): (Vec<_>, Vec<_>) =
            regions.partition(|region| region.door.is_stored() && !is_paused(region));
        let request = SearchRequest {
            text,
            regions: stored.iter().map(|region| region.id).collect(),
            first: most,
        };
        let store = asked.store(&SEARCHED, Whose::Regions(&request.regions));
        let found = store.search(&request).await;
        let answer = found.map_err(|failed| error::store(&failed))?;
        let unsearched = unsearched.iter().map(|region| {
            let why = if is_paused(region) { "is paused" } else { "keeps its own rows" };
            format!("{} {why}", region.name)
        });
        let unsearched = unsearched.collect();
        Ok(SearchResults { answer, unsearched })
    }
}

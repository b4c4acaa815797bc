//! A list over all regions, put together argument by argument.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::{Direction, Extent, RegionId, london_day_start};
use folkmoot_federation::{Kind, Page, PageArgs};

use crate::{
    asked::{Asked, asked},
    connection::{PageWords, wanted, wants_count},
    error::{self, code, failure},
    loaders::{Listing, PageKey},
    scalars::{Date, RegionRef},
};

/// The longest text to search for: longer ones find nothing more.
pub(crate) const MAX_SEARCH: usize = 200;

/// A list as it is being asked for. Every argument that narrows it is noted in canonical form,
/// so that a cursor can tell that it belongs to another question.
pub(crate) struct ListAsk<'c, L> {
    pub(crate) asked: &'c Arc<Asked>,
    pub(crate) list: L,
    pub(crate) direction: Direction,
    field: &'static str,
    arguments: Vec<(&'static str, String)>,
    /// The regions that can have such rows; all that are visible if absent. A region that has
    /// none must not make the answer incomplete.
    regions: Option<BTreeSet<RegionId>>,
    page: PageArgs,
    count: bool,
    extent: Extent,
}

impl<'c, L: Listing> ListAsk<'c, L> {
    pub(crate) fn new(
        ctx: &Context<'c>,
        field: &'static str,
        direction: Direction,
        list: L,
        page: PageWords,
    ) -> Result<Self> {
        // Every argument stands in its place, so that a cursor names the one that changed.
        let arguments = L::ARGUMENTS.iter().map(|name| (*name, String::new())).collect();
        Ok(Self {
            asked: asked(ctx),
            list,
            direction,
            field,
            arguments,
            regions: None,
            page: page.checked()?,
            count: wants_count(ctx),
            extent: wanted(ctx, L::BRIEF),
        })
    }

    /// Notes an argument in canonical form.
    pub(crate) fn note(&mut self, name: &'static str, canonical: impl ToString) {
        let place = self.arguments.iter_mut().find(|(known, _)| *known == name);
        place.expect("the kind lists all its arguments").1 = canonical.to_string();
    }

    /// Notes an argument that is a list; the order of its values does not matter.
    pub(crate) fn note_all<T: ToString>(&mut self, name: &'static str, values: &[T]) {
        let mut texts: Vec<_> = values.iter().map(ToString::to_string).collect();
        texts.sort();
        self.note(name, texts.join(","));
    }

    /// Only rows of a region that people named.
    pub(crate) fn of_region(self, region: Option<RegionRef>) -> Result<Self> {
        let Some(given) = region else { return Ok(self) };
        let region = self.asked.region(&given)?.id;
        Ok(self.within(region))
    }

    /// Only rows of a region.
    pub(crate) fn within(mut self, region: RegionId) -> Self {
        self.note("region", region);
        self.keep_regions([region].into());
        self
    }

    /// Only regions among these can have such rows.
    pub(crate) fn keep_regions(&mut self, regions: BTreeSet<RegionId>) {
        self.regions = Some(match self.regions.take() {
            Some(kept) => kept.intersection(&regions).copied().collect(),
            None => regions,
        });
    }

    /// Asks the nation.
    pub(crate) async fn page(self) -> Result<Arc<Page<<L::Kind as Kind>::Row>>>
    where
        Asked: HasLoaders<L>,
    {
        let visible = self.asked.visible_regions().map(|region| region.id);
        let can_have = |id: &RegionId| self.regions.as_ref().is_none_or(|kept| kept.contains(id));
        let regions: Vec<_> = visible.filter(can_have).collect();
        self.asked.note_asked(L::KIND, &regions);
        let key = PageKey {
            field: self.field,
            arguments: self.arguments,
            list: self.list,
            direction: self.direction,
            regions,
            page: self.page,
            count: self.count,
            extent: self.extent,
        };
        let page =
            self.asked.loaders_of().page(key).await.map_err(|failed| error::list(&failed))?;
        self.asked.learn(&page.sources);
        Ok(page)
    }
}

/// Finds the loaders of a kind of list.
pub(crate) trait HasLoaders<L: Listing> {
    fn loaders_of(&self) -> &crate::loaders::KindLoaders<L>;
}

macro_rules! has_loaders {
    ($($list:ident: $field:ident;)*) => {$(
        impl HasLoaders<crate::loaders::$list> for Asked {
            fn loaders_of(&self) -> &crate::loaders::KindLoaders<crate::loaders::$list> {
                &self.loaders.$field
            }
        }
    )*};
}

has_loaders! {
    MeetupList: meetups;
    CaseStudyList: case_studies;
    OfferList: offers;
    AssessmentList: assessments;
}

type Instant = DateTime<Utc>;

/// The instants from the start of one day to the end of another, by London's clock.
pub(crate) fn day_range(
    from: Option<Date>,
    to: Option<Date>,
) -> Result<(Option<Instant>, Option<Instant>)> {
    if let (Some(from), Some(to)) = (from, to)
        && to.0 < from.0
    {
        return Err(failure(
            code::DATE_RANGE,
            "`to` is before `from`: pass the earlier day as `from`",
        ));
    }
    let day_after = |day: NaiveDate| day.succ_opt().unwrap_or(NaiveDate::MAX);
    Ok((from.map(|day| london_day_start(day.0)), to.map(|day| london_day_start(day_after(day.0)))))
}

/// Words to search for, if they are few enough.
pub(crate) fn search_words(text: &str) -> Result<String> {
    let words = folkmoot_domain::clean_line(text, MAX_SEARCH + 1);
    if words.is_empty() {
        return Err(failure(code::TEXT_LENGTH, "the search is empty: write a word or two"));
    }
    if words.chars().count() > MAX_SEARCH {
        return Err(failure(
            code::TEXT_LENGTH,
            format!("the search is longer than {MAX_SEARCH} characters: write fewer words"),
        ));
    }
    Ok(words)
}

//! What waits for a region's coordinators.

use std::collections::BTreeSet;

use async_graphql::{Context, Object, Result};
use folkmoot_domain::{
    Assessment, AssessmentFilter, AttentionInput, CaseStudy, CaseStudyFilter, Closing, Direction,
    Door, FiguresReport, HalfYear, Introduction, Need, Offer, OfferFilter, Region, Round,
    SliceRequest, Unpublished, attention,
};
use folkmoot_store::{StoreError, kind};

use crate::{
    asked::{Asked, Whose, asked},
    connection::plain_list,
    error,
    scalars::RegionRef,
    types::{Attention, AttentionRow},
};

/// The most rows of each kind that are looked at, the oldest first: those are what is stale.
const ROWS_READ: usize = 2_000;

/// What waits, at the root.
#[derive(Default)]
pub(crate) struct AttentionQueries;

#[Object]
impl AttentionQueries {
    /// What is stale in a region, what has been due for longest first: case studies that nobody
    /// reviewed, offers that nobody took up, calls for help that nobody answered, actions of
    /// assessments that are overdue, half-years that were not closed, figures that cannot be
    /// taken, councils that another region has as at home, too, and a silent feed. Seen by:
    /// coordinators of the region.
    #[graphql(complexity = "plain_list(100, child_complexity)")]
    async fn needs_attention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region.")] region: RegionRef,
    ) -> Option<Result<Attention>> {
        Some(waiting(asked(ctx), &region).await)
    }
}

async fn waiting(asked: &Asked, given: &RegionRef) -> Result<Attention> {
    let region = asked.region(given)?.id;
    let region = asked.coordinated(region, "it is the region's own list of things to do")?;
    let rows = Rows::read(asked, region).await.map_err(|failed| error::store(&failed))?;
    let statuses = asked.statuses(&[region.id]).await;
    let heard_at = statuses.into_iter().find_map(|status| status.as_of);
    let open_half_years = rows.open_half_years(region);
    let input = AttentionInput {
        region,
        heard_at,
        open_half_years: &open_half_years,
        figures: rows.figures.as_ref(),
        assessments: &rows.assessments,
        needs: &rows.needs,
        offers: &rows.offers,
        case_studies: &rows.case_studies,
        introductions: &rows.introductions,
    };
    let due = attention(input, &asked.reference, asked.now);
    let note = match region.door.is_stored() {
        true => format!("Everything that {} keeps here was looked at.", region.name),
        false => format!("{} keeps its own rows: only what is here was looked at.", region.name),
    };
    Ok(Attention {
        rows: due.into_iter().map(|row| AttentionRow::new(asked, region, row)).collect(),
        complete: region.door.is_stored() && !rows.is_cut,
        note,
    })
}

/// A region's rows, as far as something may be stale in them.
struct Rows {
    rounds: Vec<Round>,
    figures: Option<FiguresReport>,
    closings: Vec<Closing>,
    assessments: Vec<Assessment>,
    needs: Vec<Need>,
    offers: Vec<Offer>,
    case_studies: Vec<CaseStudy>,
    introductions: Vec<Introduction>,
    /// True if there are more than are looked at.
    is_cut: bool,
}

impl Rows {
    async fn read(asked: &Asked, region: &Region) -> Result<Self, StoreError> {
        let store = asked.store(&kind::ALL, Whose::Anybodys);
        let unpublished = Unpublished { of_regions: vec![region.id], ..Unpublished::default() };
        let assessments = AssessmentFilter { unpublished, ..AssessmentFilter::default() };
        let assessments = store.assessment_slices(&[all(region, assessments)]).await?;
        let offers = store.offer_slices(&[all(region, OfferFilter::default())]).await?;
        let case_studies =
            store.case_study_slices(&[all(region, CaseStudyFilter::default())]).await?;
        let is_cut = assessments.iter().any(|slice| slice.has_more)
            || offers.iter().any(|slice| slice.has_more)
            || case_studies.iter().any(|slice| slice.has_more);
        let reported = match region.door {
            Door::Live | Door::Changes => store.figures_reports().await?,
            // Nobody asks for what is here.
            Door::Hosted | Door::Sheet => Vec::new(),
        };
        Ok(Self {
            rounds: store.rounds(&[region.id]).await?,
            figures: reported.into_iter().find(|report| report.region == region.id),
            closings: store.closings().await?,
            assessments: assessments.into_iter().flat_map(|slice| slice.rows).collect(),
            needs: store.needs(region.id).await?,
            offers: offers.into_iter().flat_map(|slice| slice.rows).collect(),
            case_studies: case_studies.into_iter().flat_map(|slice| slice.rows).collect(),
            introductions: store.introductions().await?,
            is_cut,
        })
    }

    fn open_half_years(&self, region: &Region) -> Vec<HalfYear> {
        let closed: BTreeSet<_> = self
            .closings
            .iter()
            .filter(|closing| closing.region == region.id)
            .map(|closing| closing.half_year)
            .collect();
        let asked: BTreeSet<_> = self.rounds.iter().map(Round::half_year).collect();
        asked.difference(&closed).copied().collect()
    }
}

/// The oldest rows of a kind that a region keeps.
fn all<F>(region: &Region, filter: F) -> SliceRequest<F> {
    SliceRequest::of_first(ROWS_READ, filter, vec![region.id], Direction::Ascending)
}

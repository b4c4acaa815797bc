//! Regions whose answers are their own, and why their figures are not among ours.

use folkmoot_domain::{Door, HalfYear, Region};
use folkmoot_store::{StoreError, kind};

use crate::asked::{Asked, Whose};

/// Why regions that keep their own answers are not in the figures of a half-year, a sentence each.
/// What is hidden has closed it, and is told by its row.
pub(crate) async fn elsewhere(
    asked: &Asked,
    regions: &[&Region],
    half_year: HalfYear,
) -> Result<Vec<String>, StoreError> {
    if regions.is_empty() {
        return Ok(Vec::new());
    }
    let store = asked.store(&[kind::CAPABILITY], Whose::Anybodys);
    let (closings, reports) = (store.closings().await?, store.figures_reports().await?);
    let has_closed = |region: &Region| {
        closings.iter().any(|one| (one.region, one.half_year) == (region.id, half_year))
    };
    let open = regions.iter().filter(|region| !has_closed(region));
    let sentence = |region: &&Region| {
        let report = reports.iter().find(|report| report.region == region.id);
        let why = match report.map(|report| report.outcome.phrase()) {
            None if region.door == Door::Changes => {
                "keeps its own answers, and a change feed gives no figures".to_owned()
            }
            None => "keeps its own answers, and was not asked for figures yet".to_owned(),
            Some(Some(phrase)) => phrase.to_owned(),
            Some(None) => format!("has not closed {} in time", half_year.in_words()),
        };
        format!("{} is not in them: it {why}.", region.name)
    };
    Ok(open.map(sentence).collect())
}

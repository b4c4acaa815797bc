//! Figures: when they were last published, and what waits for it.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::{Finding, Findings, database::Known, hangs, moment, sentence, within};
use crate::{config::Config, figures};

const GROUP: &str = "Figures";

pub(super) async fn look(config: &Config, known: &Known, now: DateTime<Utc>) -> Vec<Finding> {
    let mut found = Findings::of(GROUP);
    match within(examine(config, known, now, &mut found)).await {
        Some(Ok(())) => {}
        Some(Err(error)) => {
            let advice = "Look at the database's log; the gateway shows what was published before.";
            found.warn("figures.release", sentence(&format!("{error:#}")), advice);
        }
        None => {
            let advice = "Look what the database waits for.";
            found.warn("figures.release", hangs("The database"), advice);
        }
    }
    found.into_all()
}

async fn examine(
    config: &Config,
    known: &Known,
    now: DateTime<Utc>,
    found: &mut Findings,
) -> Result<()> {
    let Known { store, reference, .. } = known;
    let releases = store.releases().await?;
    let last = releases.last();
    let text = match last {
        Some(last) => {
            format!("The last release, number {}, is of {}.", last.number, moment(last.created_at))
        }
        None => "Nothing was published yet.".to_owned(),
    };
    found.ok("figures.release", text);
    let threshold = config.figures.threshold;
    if let Some(highest) =
        releases.iter().map(|one| one.threshold).max().filter(|it| *it > threshold)
    {
        found.warn(
            "figures.threshold",
            format!("figures.threshold is {threshold}, and a release was made with {highest}."),
            format!("Set it to {highest} or more: nothing is published until then."),
        );
    }
    let by_hand = config.figures.release_every_hours == 0;
    let overdue = figures::overdue(store, reference, now).await?;
    if !overdue.is_empty() {
        let advice = match by_hand {
            true => {
                "Close them with `folkmoot region close-half-year CODE HALF-YEAR`, and publish \
                     with `folkmoot release create`."
            }
            false => {
                "Look whether `folkmoot serve` runs: it closes and publishes them by itself \
                      (figures.release_every_hours)."
            }
        };
        let text = "Half-years that ended more than a month ago are not closed.";
        let finding = found.warn("figures.overdue", text, advice);
        for (region, half_year) in overdue {
            finding.detail(format!("{half_year} of {} ({})", region.name, region.code));
        }
    }
    let since = last.map(|last| last.created_at);
    let closings = store.closings().await?;
    let waiting: Vec<_> =
        closings.iter().filter(|one| since.is_none_or(|since| one.closed_at > since)).collect();
    if !waiting.is_empty() {
        let advice = match by_hand {
            true => "Publish them with `folkmoot release create`.".to_owned(),
            false => format!(
                "A server that runs publishes them within {} hours, or `folkmoot release create` \
                 now.",
                config.figures.release_every_hours
            ),
        };
        let text = "Half-years were closed since then, and are not published.";
        let finding = found.note("figures.waiting", text, advice);
        for closing in waiting {
            let region =
                reference.region(closing.region).map_or("?", |region| region.code.as_str());
            finding.detail(format!("{} of {region}", closing.half_year));
        }
    }
    Ok(())
}

//! Publishing figures on a schedule.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context;
use folkmoot_domain::{RegionId, Threshold};
use folkmoot_federation::{
    AskedForFigures, Clock, FiguresAsking, LiveClient, ReferenceCache, collect_figures,
};
use folkmoot_store::Store;
use uuid::Uuid;

use super::close_overdue;
use crate::{live, measures};

/// What figures are published from, and by what rules.
pub(crate) struct Press {
    pub(crate) store: Store,
    pub(crate) reference: ReferenceCache,
    pub(crate) threshold: Threshold,
    pub(crate) client: LiveClient,
    pub(crate) instance: Uuid,
    pub(crate) clock: Clock,
}

/// Publishes on a schedule. Every replica may: a release is one transaction, and of two at a time
/// the second finds nothing left.
pub(crate) async fn publish(press: Press, every: Duration) {
    let Press { store, reference, threshold, client, instance, clock } = press;
    let mut told = BTreeMap::new();
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock.now();
        let published = async {
            let reference = reference.reference().await.context("read the reference data")?;
            let closed = close_overdue(&store, &reference, now, "schedule").await?;
            let asking = FiguresAsking {
                store: store.clone(),
                reference: reference.clone(),
                client: client.clone(),
                secrets: live::secrets(),
                instance,
                now,
            };
            let asked = collect_figures(&asking, "schedule").await;
            log(&asked.context("ask regions for what they closed")?, &mut told);
            let quiet = |_, _| {};
            let written = store.create_release("schedule", now, &reference, threshold, quiet);
            let written = written.await.context("write a release")?;
            anyhow::Ok((closed.len(), written))
        };
        match published.await {
            Ok((closed, Some((release, rows)))) => {
                let (number, rows) = (release.number, rows.len());
                tracing::info!(number, rows, closed, "figures published");
                measures::count_release("written");
            }
            Ok((_, None)) => measures::count_release("nothing"),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "figures not published");
                measures::count_release("failed");
            }
        }
    }
}

/// Tells the log what came of asking regions for what they closed, where it is not as before.
fn log(asked: &[AskedForFigures], told: &mut BTreeMap<RegionId, Vec<String>>) {
    for AskedForFigures { report, taken } in asked {
        let (region, notes) = (report.region, report.notes.join("; "));
        for half_year in taken {
            tracing::info!(%region, %half_year, "half-year taken that a region closed");
        }
        let is_new = told.insert(region, report.notes.clone()).as_ref() != Some(&report.notes);
        if is_new && !notes.is_empty() {
            tracing::warn!(%region, notes, "figures of a region are not all here");
        }
    }
}

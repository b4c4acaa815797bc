//! What came of asking regions for what they closed.

use folkmoot_domain::{FiguresReport, RegionId};

use crate::{
    Store, StoreError,
    cells::{counting, national},
    codec::{self, Reading},
    entity::figures_report::Model,
    write::insert_or_update,
};

impl Store {
    /// What came of asking each region the last time.
    pub async fn figures_reports(&self) -> Result<Vec<FiguresReport>, StoreError> {
        let rows: Vec<Model> = self.select("ORDER BY region_id", vec![]).await?;
        rows.into_iter().map(report).collect()
    }

    /// Keeps what came of asking a region. It is heard of elsewhere only if it is not as before.
    pub async fn note_figures(
        &self,
        actor: &str,
        reported: &FiguresReport,
    ) -> Result<(), StoreError> {
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, reported.asked_at).await?;
        let condition = self.dialect.among("region_id", 1);
        let ids = vec![self.dialect.ids([reported.region])];
        let known: Vec<Model> = write.select(&condition, ids).await?;
        let row = row(reported);
        let is_same = |known: &Model| (&known.outcome, &known.notes) == (&row.outcome, &row.notes);
        if !known.iter().any(is_same) {
            write.raise(national());
        }
        insert_or_update(write.transaction, &[row], None).await?;
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(())
    }
}

fn row(report: &FiguresReport) -> Model {
    Model {
        region_id: report.region.0,
        asked_at: report.asked_at.timestamp(),
        outcome: codec::word(&report.outcome),
        notes: codec::json(&report.notes),
    }
}

fn report(row: Model) -> Result<FiguresReport, StoreError> {
    let read = Reading { table: "figures_report", row: row.region_id };
    Ok(FiguresReport {
        region: RegionId(row.region_id),
        asked_at: read.instant("asked_at", row.asked_at)?,
        outcome: read.word("outcome", &row.outcome)?,
        notes: read.json("notes", &row.notes)?,
    })
}

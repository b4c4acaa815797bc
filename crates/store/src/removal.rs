//! Rows that are gone from where they came from: taken away, and remembered by a tombstone.

use folkmoot_domain::{EntityKind, GlobalId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    StoreError, documents,
    entity::tombstone,
    generations::{Tag, kind},
    write::{Write, insert_or_update},
};

/// The table of a kind that can be taken away or withdrawn, and what its changes raise.
pub(crate) fn table(kind: EntityKind) -> Option<(&'static str, &'static str)> {
    match kind {
        EntityKind::Meetup => Some(("meetup", kind::MEETUP)),
        EntityKind::CaseStudy => Some(("case_study", kind::CASE_STUDY)),
        EntityKind::Offer => Some(("offer", kind::OFFER)),
        EntityKind::ServiceAssessment => Some(("assessment", kind::ASSESSMENT)),
        EntityKind::Council
        | EntityKind::Standard
        | EntityKind::StandardPoint
        | EntityKind::Region
        | EntityKind::PeerGroup => None,
    }
}

/// True of a row that is for everyone, withdrawn or not; `row` is what the statement calls it.
pub(crate) fn is_shared(kind: EntityKind, row: &str) -> String {
    match kind {
        EntityKind::ServiceAssessment => format!("{row}.is_public"),
        _ => "true".to_owned(),
    }
}

/// Deletes the rows. One that was withdrawn stays, so that nothing brings it back.
pub(crate) async fn remove(write: &mut Write<'_>, gone: &[GlobalId]) -> Result<(), StoreError> {
    let mut tombstones = Vec::new();
    for id in gone {
        let (Some((name, tag)), Some(region)) = (table(id.kind()), id.region()) else {
            return Err(StoreError::Invalid(
                "only meet-ups, case studies, offers and service assessments can go".to_owned(),
            ));
        };
        let here = format!(
            "{} AND {} AND withdrawn_at IS NULL",
            write.dialect.among("id", 1),
            write.dialect.among("region_id", 2),
        );
        let values = || vec![write.dialect.ids([id.key()]), write.dialect.ids([region])];
        let shared = is_shared(id.kind(), name);
        let sql = format!("SELECT revision, {shared} AS shared FROM {name} WHERE {here}");
        let statement = write.dialect.statement(sql, values());
        let Some(row) = write.transaction.query_one_raw(statement).await? else { continue };
        let revision: i32 = row.try_get("", "revision")?;
        let was_shared: bool = row.try_get("", "shared")?;
        if matches!(id.kind(), EntityKind::Meetup | EntityKind::CaseStudy) {
            let points = write.dialect.among(&format!("{name}_id"), 1);
            let sql = format!("DELETE FROM {name}_point WHERE {points}");
            let statement = write.dialect.statement(sql, vec![write.dialect.ids([id.key()])]);
            write.transaction.execute_raw(statement).await?;
        }
        let sql = format!("DELETE FROM {name} WHERE {here}");
        write.transaction.execute_raw(write.dialect.statement(sql, values())).await?;
        documents::remove(write, id.kind(), id.key()).await?;
        let tag = (region.0, tag.to_owned());
        if was_shared {
            tombstones.push(tombstone(write, id.kind(), id.key(), &tag));
        }
        write.note_entity(&tag, "REMOVE", name, id.key(), revision);
        write.applied.removed += 1;
    }
    insert_or_update(write.transaction, &tombstones, None).await?;
    Ok(())
}

/// What remembers, from this write on, that a row is gone. Only of rows that others could see:
/// the id of another one would tell whoever guesses its natural key that it is there.
pub(crate) fn tombstone(
    write: &Write<'_>,
    kind: EntityKind,
    id: Uuid,
    tag: &Tag,
) -> tombstone::Model {
    tombstone::Model {
        kind: kind as i32,
        id,
        region_id: tag.0,
        gone_at: write.now(),
        change_number: write.next_number(tag),
    }
}

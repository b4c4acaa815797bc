//! Rows of standards, their points, and the crosswalk between versions.

use std::collections::HashMap;

use folkmoot_domain::{Crosswalk, PointId, Standard, StandardId, StandardPoint};
use uuid::Uuid;

use crate::{
    StoreError,
    codec::Reading,
    documents,
    entity::{crosswalk, standard, standard_point},
    write::{Write, derived_id},
};

pub(crate) fn row(standard: &Standard) -> standard::Model {
    standard::Model {
        id: standard.id.0,
        code: standard.code.clone(),
        title: standard.title.clone(),
        published_on: standard.published_on,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn point_row(point: &StandardPoint) -> standard_point::Model {
    standard_point::Model {
        id: point.id.0,
        standard_id: point.standard.0,
        reference: point.reference.clone(),
        number: point.number.into(),
        slug: point.slug.clone(),
        label: point.label.clone(),
        title: point.title.clone(),
        website: point.website.as_ref().map(ToString::to_string),
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn standards(
    rows: Vec<standard::Model>,
    points: Vec<standard_point::Model>,
) -> Result<Vec<Standard>, StoreError> {
    let mut by_standard: HashMap<Uuid, Vec<StandardPoint>> = HashMap::new();
    for row in points {
        by_standard.entry(row.standard_id).or_default().push(point(row)?);
    }
    let standard = |row: standard::Model| {
        let mut points = by_standard.remove(&row.id).unwrap_or_default();
        points.sort_by_key(|point| point.number);
        Standard {
            id: StandardId(row.id),
            code: row.code,
            title: row.title,
            published_on: row.published_on,
            points,
        }
    };
    Ok(rows.into_iter().map(standard).collect())
}

fn point(row: standard_point::Model) -> Result<StandardPoint, StoreError> {
    let read = Reading { table: "standard_point", row: row.id };
    Ok(StandardPoint {
        id: PointId(row.id),
        standard: StandardId(row.standard_id),
        reference: row.reference,
        number: read.number("number", row.number)?,
        slug: row.slug,
        label: row.label,
        title: row.title,
        website: read.optional_word("website", row.website.as_deref())?,
    })
}

pub(crate) fn crosswalk_row(crosswalk: &Crosswalk) -> crosswalk::Model {
    crosswalk::Model {
        id: derived_id("crosswalk", &[crosswalk.from.0, crosswalk.to.0], ""),
        from_id: crosswalk.from.0,
        to_id: crosswalk.to.0,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn crosswalk(row: &crosswalk::Model) -> Crosswalk {
    Crosswalk { from: PointId(row.from_id), to: PointId(row.to_id) }
}

/// A standard's points may be reworded; which there are is fixed with the version, since rows
/// name them.
pub(crate) async fn put(write: &mut Write<'_>, given: &[Standard]) -> Result<(), StoreError> {
    if given.is_empty() {
        return Ok(());
    }
    let ids = write.dialect.ids(given.iter().map(|standard| standard.id));
    let among = write.dialect.among("standard_id", 1);
    let stored: Vec<standard_point::Model> = write.select(&among, vec![ids]).await?;
    let given_points = || given.iter().flat_map(|standard| &standard.points);
    let is_given = |row: &standard_point::Model| given_points().any(|point| point.id.0 == row.id);
    if let Some(lost) = stored.into_iter().find(|row| !is_given(row)) {
        let reason = "would be lost: give the changed standard a code of its own";
        return Err(StoreError::Conflict { kind: "point", key: lost.reference, reason });
    }
    write.put(given.iter().map(row).collect()).await?;
    let points = write.put(given_points().map(point_row).collect()).await?;
    documents::of_points(write, &points).await
}

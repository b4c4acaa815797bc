//! Rows of peer groups, of who belongs to them, and of their series of meet-ups.

use std::collections::{BTreeSet, HashMap};

use folkmoot_domain::{CouncilId, GroupId, Life, Membership, PeerGroup, RegionId, Series};
use uuid::Uuid;

use crate::{
    StoreError,
    codec::Reading,
    entity::{council, membership, peer_group, series},
    write::{Write, derived_id},
};

pub(crate) fn row(group: &PeerGroup) -> peer_group::Model {
    peer_group::Model {
        id: group.id.0,
        region_id: group.region.0,
        slug: group.slug.clone(),
        name: group.name.clone(),
        time_zone: group.time_zone.name().to_owned(),
        first_met_on: group.first_met_on,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn group(row: peer_group::Model) -> Result<PeerGroup, StoreError> {
    let read = Reading { table: "peer_group", row: row.id };
    Ok(PeerGroup {
        id: GroupId(row.id),
        region: RegionId(row.region_id),
        slug: row.slug,
        name: row.name,
        time_zone: read.word("time_zone", &row.time_zone)?,
        first_met_on: row.first_met_on,
    })
}

/// A council may leave a group and join it again: the first day is part of the key.
pub(crate) fn membership_row(membership: &Membership, region: Uuid) -> membership::Model {
    let Membership { group, council, life, is_home } = membership;
    let first_day = life.starts_on.map(|day| day.to_string()).unwrap_or_default();
    membership::Model {
        id: derived_id("membership", &[group.0, council.0], &first_day),
        region_id: region,
        group_id: group.0,
        council_id: council.0,
        starts_on: life.starts_on,
        ends_on: life.ends_on,
        is_home: *is_home,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn membership(row: &membership::Model) -> Membership {
    Membership {
        group: GroupId(row.group_id),
        council: CouncilId(row.council_id),
        life: Life::new(row.starts_on, row.ends_on),
        is_home: row.is_home,
    }
}

pub(crate) fn series_row(series: &Series) -> series::Model {
    series::Model {
        id: series.id.0,
        region_id: series.region.0,
        group_id: series.group.0,
        first_start: series.first_start.format("%Y-%m-%dT%H:%M:%S").to_string(),
        time_zone: series.time_zone.name().to_owned(),
        every_weeks: series.every_weeks.into(),
        minutes: series.minutes.into(),
        revision: 0,
        change_number: 0,
    }
}

/// Keeps memberships, and that no council has two homes in one region on one day. Which of two
/// regions' homes counts is decided by whoever reads them.
pub(crate) async fn put_memberships(
    write: &mut Write<'_>,
    given: &[Membership],
    region_of: &HashMap<Uuid, Uuid>,
) -> Result<(), StoreError> {
    let row = |membership: &Membership| match region_of.get(&membership.group.0) {
        Some(region) => Ok(membership_row(membership, *region)),
        None => Err(StoreError::Invalid(
            "a membership names a group that is not stored: import the group first".to_owned(),
        )),
    };
    let changed = write.put(given.iter().map(row).collect::<Result<_, _>>()?).await?;
    let homes: BTreeSet<_> =
        changed.iter().filter(|row| row.is_home).map(|row| row.council_id).collect();
    if homes.is_empty() {
        return Ok(());
    }
    let among = write.dialect.among("council_id", 1);
    let rows: Vec<membership::Model> = write.select(&among, vec![write.dialect.ids(homes)]).await?;
    let mut homes: HashMap<(Uuid, Uuid), Vec<Membership>> = HashMap::new();
    for row in rows.iter().filter(|row| row.is_home) {
        homes.entry((row.council_id, row.region_id)).or_default().push(membership(row));
    }
    for ((council, _), homes) in homes {
        let later = |at: usize| homes.iter().skip(at + 1);
        let overlap = |(at, home): (usize, &Membership)| {
            later(at).any(|other| other.life.overlaps(&home.life))
        };
        if homes.iter().enumerate().any(overlap) {
            let among = write.dialect.among("id", 1);
            let named: Vec<council::Model> =
                write.select(&among, vec![write.dialect.ids([council])]).await?;
            let key = named.into_iter().next().map_or_else(String::new, |row| row.code);
            let reason = "would have two home memberships on one day: end one of them first";
            return Err(StoreError::Conflict { kind: "council", key, reason });
        }
    }
    Ok(())
}

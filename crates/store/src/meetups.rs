//! Reading meet-ups: by id, and in pages.

use std::collections::{BTreeSet, HashMap};

use folkmoot_domain::{
    CouncilId, GroupId, Meetup, MeetupFilter, MeetupId, RegionId, SeriesId, Slice, SliceRequest,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    apply::index_points,
    codec::{self, Reading},
    dialect::{Dialect, Field, hex},
    documents,
    entity::meetup::{Entity, Model},
    entity::meetup_point,
    walk::{BEGINNING, Brief, END, Lane, Place, Walk, brief, second_from},
    write::Write,
};

impl Store {
    /// The meet-ups with these ids that are of one of these regions.
    pub async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Meetup>, StoreError> {
        let rows = self.by_ids::<Meetups>(regions, ids.iter().map(|id| id.0)).await?;
        Ok(rows.into_iter().map(|meetup| (meetup.id, meetup)).collect())
    }

    /// The meet-ups of a region that were withdrawn: what must not come back by another way.
    pub async fn withdrawn_meetups(&self, region: RegionId) -> Result<Vec<Meetup>, StoreError> {
        let of_region = self.dialect.among("region_id", 1);
        let rest = format!("WHERE {of_region} AND withdrawn_at IS NOT NULL ORDER BY id");
        let rows: Vec<Model> = self.select(&rest, vec![self.dialect.ids([region])]).await?;
        rows.into_iter().map(Meetups::item).collect()
    }

    /// One slice per request, in the order of the requests; by start, then id.
    pub async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Meetup>>, StoreError> {
        self.slices::<Meetups>(requests).await
    }
}

pub(crate) struct Meetups;

const REGION: usize = 0;
const GROUP: usize = 1;
const HOST: usize = 2;
const POINT: usize = 3;

/// What stands for a list that was not read.
const NO_LIST: &str = "[]";

impl Walk for Meetups {
    type Filter = MeetupFilter;
    type Entity = Entity;
    type Item = Meetup;

    const TABLE: &'static str = "meetup";
    const FIELDS: &'static [(&'static str, Field)] = &[
        ("hosts", Field::Uuids),
        ("points", Field::Uuids),
        ("statuses", Field::Texts),
        ("attendance", Field::Text),
        ("ends_after", Field::Integer),
        ("ends_by", Field::Integer),
    ];
    // What has not ended yet cannot have begun longer ago than the longest meet-up lasts.
    const FLOOR: Option<(&'static str, &'static str)> =
        Some(("ends_after", "a.ends_after - (SELECT coalesce(max(seconds), 0) FROM meetup) + 1"));

    const BRIEF: Option<Brief<Model>> = Some(brief!(Model {
        id,
        region_id,
        group_id,
        title,
        status,
        starts_at,
        ends_at,
        time_zone,
        attendance,
        points,
        host_id,
        revision,
    } without {
        series_id: None,
        natural_key: String::new(),
        summary: None,
        seconds: 0,
        venue: None,
        talks: NO_LIST.to_owned(),
        booking_url: None,
        materials_url: None,
        system: String::new(),
        received_at: 0,
        synthetic: false,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
        attended: None,
    }));

    fn lanes(dialect: Dialect) -> Vec<Lane> {
        let of_regions = dialect.among_listed("x.region_id", "q.regions", Field::Uuids);
        let by = |part: &str| Lane {
            from: "meetup x".to_owned(),
            at: "x.starts_at",
            id: "x.id",
            part: part.to_owned(),
        };
        vec![
            by("x.region_id = q.part"),
            by(&format!("x.group_id = q.part AND {of_regions}")),
            by(&format!("x.host_id = q.part AND {of_regions}")),
            Lane {
                from: "meetup_point p JOIN meetup x ON x.id = p.meetup_id".to_owned(),
                at: "p.starts_at",
                id: "p.meetup_id",
                part: format!("p.point_id = q.part AND {of_regions}"),
            },
        ]
    }

    fn conditions(dialect: Dialect) -> Vec<(&'static str, String)> {
        let points = dialect.among_listed("o.point_id", "q.points", Field::Uuids);
        let points = format!(
            "(q.points IS NULL OR EXISTS \
             (SELECT 1 FROM meetup_point o WHERE o.meetup_id = x.id AND {points}))"
        );
        vec![
            ("hosts", dialect.among_listed("x.host_id", "q.hosts", Field::Uuids)),
            ("points", points),
            ("statuses", dialect.among_listed("x.status", "q.statuses", Field::Texts)),
            ("attendance", "(q.attendance IS NULL OR x.attendance = q.attendance)".to_owned()),
            ("ends_after", "(q.ends_after IS NULL OR x.ends_at > q.ends_after)".to_owned()),
            ("ends_by", "(q.ends_by IS NULL OR x.ends_at <= q.ends_by)".to_owned()),
        ]
    }

    fn arms(filter: &MeetupFilter, regions: &[RegionId]) -> BTreeSet<(usize, Uuid)> {
        if regions.is_empty() {
            return BTreeSet::new();
        }
        if let Some(groups) = &filter.groups {
            groups.iter().map(|group| (GROUP, group.0)).collect()
        } else if let Some(hosts) = &filter.hosts {
            hosts.iter().map(|host| (HOST, host.0)).collect()
        } else if let Some(points) = &filter.points {
            points.iter().map(|point| (POINT, point.0)).collect()
        } else {
            regions.iter().map(|region| (REGION, region.0)).collect()
        }
    }

    fn range(filter: &MeetupFilter) -> (Place, Place) {
        let from = filter.starts_from.map_or(BEGINNING.0, second_from);
        let before = filter.starts_before.map_or(END.0, second_from);
        // What has ended has begun.
        let ended = filter.ends_by.map_or(END.0, |by| by.timestamp() + 1);
        ((from, Uuid::nil()), (before.min(ended), Uuid::nil()))
    }

    fn fields(_dialect: Dialect, filter: &MeetupFilter) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if let (Some(hosts), true) = (&filter.hosts, filter.groups.is_some()) {
            set("hosts", hosts.iter().map(|id| hex(id.0)).collect());
        }
        let is_narrowed = filter.groups.is_some() || filter.hosts.is_some();
        if let (Some(points), true) = (&filter.points, is_narrowed) {
            set("points", points.iter().map(|id| hex(id.0)).collect());
        }
        if let Some(statuses) = &filter.statuses {
            set("statuses", statuses.iter().map(codec::word).collect());
        }
        if let Some(attendance) = &filter.attendance {
            set("attendance", codec::word(attendance).into());
        }
        if let Some(after) = filter.ends_after {
            set("ends_after", after.timestamp().into());
        }
        if let Some(by) = filter.ends_by {
            set("ends_by", by.timestamp().into());
        }
        fields
    }

    fn item(row: Model) -> Result<Meetup, StoreError> {
        let read = Reading { table: Self::TABLE, row: row.id };
        Ok(Meetup {
            id: MeetupId(row.id),
            region: RegionId(row.region_id),
            group: GroupId(row.group_id),
            series: row.series_id.map(SeriesId),
            natural_key: row.natural_key,
            title: row.title,
            summary: row.summary,
            status: read.word("status", &row.status)?,
            starts_at: read.instant("starts_at", row.starts_at)?,
            ends_at: read.instant("ends_at", row.ends_at)?,
            time_zone: read.word("time_zone", &row.time_zone)?,
            attendance: read.word("attendance", &row.attendance)?,
            venue: row.venue.map(|venue| read.json("venue", &venue)).transpose()?,
            points: read.json("points", &row.points)?,
            host: row.host_id.map(CouncilId),
            talks: read.json("talks", &row.talks)?,
            booking_url: read.optional_word("booking_url", row.booking_url.as_deref())?,
            materials_url: read.optional_word("materials_url", row.materials_url.as_deref())?,
            attended: row.attended.map_or(Ok(Vec::new()), |list| read.json("attended", &list))?,
            provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
            revision: read.number("revision", row.revision)?,
        })
    }
}

/// The row of a meet-up, not yet stamped with revision and change number.
pub(crate) fn row(meetup: &Meetup) -> Model {
    let (starts_at, ends_at) = (meetup.starts_at.timestamp(), meetup.ends_at.timestamp());
    Model {
        id: meetup.id.0,
        region_id: meetup.region.0,
        group_id: meetup.group.0,
        series_id: meetup.series.map(|id| id.0),
        natural_key: meetup.natural_key.clone(),
        title: meetup.title.clone(),
        summary: meetup.summary.clone(),
        status: codec::word(&meetup.status),
        starts_at,
        ends_at,
        seconds: ends_at - starts_at,
        time_zone: meetup.time_zone.name().to_owned(),
        attendance: codec::word(&meetup.attendance),
        venue: meetup.venue.as_ref().map(codec::json),
        points: codec::json(&meetup.points),
        host_id: meetup.host.map(|id| id.0),
        talks: codec::json(&meetup.talks),
        booking_url: meetup.booking_url.as_ref().map(ToString::to_string),
        materials_url: meetup.materials_url.as_ref().map(ToString::to_string),
        system: meetup.provenance.system.clone(),
        received_at: meetup.provenance.received_at.timestamp(),
        synthetic: meetup.provenance.synthetic,
        revision: 0,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
        attended: (!meetup.attended.is_empty()).then(|| codec::json(&meetup.attended)),
    }
}

pub(crate) async fn put(write: &mut Write<'_>, given: &[Meetup]) -> Result<(), StoreError> {
    let changed = write.put(given.iter().map(row).collect()).await?;
    let mut places = BTreeSet::new();
    for row in &changed {
        let points: Vec<Uuid> =
            Reading { table: "meetup", row: row.id }.json("points", &row.points)?;
        places.extend(points.into_iter().map(|point| (point, row.starts_at, row.id)));
    }
    let places: Vec<_> = places
        .into_iter()
        .map(|(point_id, starts_at, meetup_id)| meetup_point::Model {
            point_id,
            starts_at,
            meetup_id,
        })
        .collect();
    let delete = format!("DELETE FROM meetup_point WHERE {}", write.dialect.among("meetup_id", 1));
    index_points(write, &delete, changed.iter().map(|row| row.id).collect(), &places).await?;
    documents::of_meetups(write, &changed).await
}

//! Meet-ups at the root, and the list of them that other types narrow.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{CouncilId, Direction, EntityKind, GroupId, PointId};

use crate::{
    asked::asked,
    connection::{Connection, PageWords, cost},
    lists::{ListAsk, day_range},
    loaders::{MeetupList, When},
    query::nodes,
    scalars::{CouncilRef, Date, GroupRef, PointRef, RegionRef},
    types::{Attendance, Meetup, MeetupStatus, Node},
};

/// A list of meet-ups, to be narrowed.
pub(crate) fn list<'c>(
    ctx: &Context<'c>,
    field: &'static str,
    page: PageWords,
) -> Result<ListAsk<'c, MeetupList>> {
    ListAsk::new(ctx, field, Direction::Ascending, MeetupList::default(), page)
}

impl ListAsk<'_, MeetupList> {
    pub(crate) fn when(mut self, when: When) -> Self {
        self.note("when", format!("{when:?}"));
        self.direction = when.direction();
        self.list.when = when;
        self
    }

    pub(crate) fn between(mut self, from: Option<Date>, to: Option<Date>) -> Result<Self> {
        let (starts_from, starts_before) = day_range(from, to)?;
        if let Some(from) = from {
            self.note("from", from.0);
        }
        if let Some(to) = to {
            self.note("to", to.0);
        }
        self.list.filter.starts_from = starts_from;
        self.list.filter.starts_before = starts_before;
        Ok(self)
    }

    /// Those of the groups that a council belongs to; for one that was abolished, of the groups
    /// that its successors belong to.
    pub(crate) fn for_council(mut self, council: CouncilId) -> Self {
        self.note("forCouncil", council);
        let today = self.asked.today();
        let standing = self.asked.reference.standing_in_for(council, today);
        let groups = standing
            .iter()
            .flat_map(|council| self.asked.reference.groups_of(council.id, today))
            .filter(|group| self.asked.sees(group.region));
        let (groups, regions): (BTreeSet<_>, _) =
            groups.map(|group| (group.id, group.region)).unzip();
        self.keep_groups(&groups);
        self.keep_regions(regions);
        self
    }

    pub(crate) fn of_group(mut self, group: GroupId) -> Self {
        self.note("group", group);
        let region = self.asked.reference.group(group).map(|group| group.region);
        self.keep_regions(region.into_iter().collect());
        self.keep_groups(&[group].into());
        self
    }

    /// Only groups among these.
    fn keep_groups(&mut self, groups: &BTreeSet<GroupId>) {
        let kept = self.list.filter.groups.take();
        self.list.filter.groups = Some(match kept {
            Some(kept) => kept.into_iter().filter(|group| groups.contains(group)).collect(),
            None => groups.iter().copied().collect(),
        });
    }

    /// Hosted by a council; for one that was abolished, also by its successors.
    pub(crate) fn hosted_by(mut self, host: CouncilId) -> Self {
        self.note("host", host);
        let standing = self.asked.reference.standing_in_for(host, self.asked.today());
        let mut hosts: Vec<_> = standing.iter().map(|council| council.id).chain([host]).collect();
        hosts.sort();
        hosts.dedup();
        self.list.filter.hosts = Some(hosts);
        self
    }

    pub(crate) fn on_point(mut self, point: PointId) -> Self {
        self.note("point", point);
        self.list.filter.points = Some(vec![point]);
        self
    }

    pub(crate) fn attended(mut self, attendance: Option<Attendance>) -> Self {
        if let Some(attendance) = attendance {
            let attendance = attendance.into();
            self.note("attendance", format!("{attendance:?}"));
            self.list.filter.attendance = Some(attendance);
        }
        self
    }

    pub(crate) fn in_states(mut self, statuses: Option<Vec<MeetupStatus>>) -> Self {
        if let Some(statuses) = statuses {
            let mut statuses: Vec<_> = statuses.into_iter().map(Into::into).collect();
            statuses.sort();
            statuses.dedup();
            let names: Vec<_> = statuses
                .iter()
                .map(|status: &folkmoot_domain::MeetupStatus| format!("{status:?}"))
                .collect();
            self.note_all("status", &names);
            self.list.filter.statuses = Some(statuses);
        }
        self
    }

    pub(crate) async fn load(self) -> Result<Connection<Meetup>> {
        let page = self.page().await?;
        Ok(Connection::of_regions(&page, |meetup| Meetup(meetup.clone())))
    }
}

/// Meet-ups at the root.
#[derive(Default)]
pub(crate) struct MeetupQueries;

#[Object]
impl MeetupQueries {
    /// Meet-ups of the peer groups, over all regions in one order: those to come (the next one
    /// first) unless you say otherwise. A cancelled one stays in the list and says so.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn meetups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which side of now; all if `from` or `to` is given, else those to come.")]
        when: Option<When>,
        #[graphql(desc = "Starting on this day or later, by London's clock.")] from: Option<Date>,
        #[graphql(desc = "Starting on this day or earlier, by London's clock.")] to: Option<Date>,
        #[graphql(desc = "Of this region.")] region: Option<RegionRef>,
        #[graphql(desc = "Of this peer group.")] group: Option<GroupRef>,
        #[graphql(desc = "Of the groups that this council, or its successors, belong to.")]
        for_council: Option<CouncilRef>,
        #[graphql(desc = "Hosted by this council, or its successors if it was abolished.")]
        host: Option<CouncilRef>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(desc = "Attended in this way.")] attendance: Option<Attendance>,
        #[graphql(desc = "In one of these states.")] status: Option<Vec<MeetupStatus>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Meetup>> {
        let asked = asked(ctx);
        let page = PageWords { first, after, last, before };
        let implied = if from.is_some() || to.is_some() { When::All } else { When::Upcoming };
        let mut list = list(ctx, "meetups", page)?
            .when(when.unwrap_or(implied))
            .between(from, to)?
            .of_region(region)?
            .attended(attendance)
            .in_states(status);
        if let Some(group) = group {
            list = list.of_group(asked.group(&group)?.id);
        }
        if let Some(council) = for_council {
            list = list.for_council(asked.council(&council)?.id);
        }
        if let Some(host) = host {
            list = list.hosted_by(asked.council(&host)?.id);
        }
        if let Some(point) = point {
            list = list.on_point(asked.point(&point)?.id);
        }
        list.load().await
    }

    /// The meet-up with this id; null if there is none.
    async fn meetup(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As an earlier answer gave it.")] id: ID,
    ) -> Option<Result<Meetup>> {
        match nodes::of_kind(ctx, &id, EntityKind::Meetup).await? {
            Ok(Node::Meetup(meetup)) => Some(Ok(meetup)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

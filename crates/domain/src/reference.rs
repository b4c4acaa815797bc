//! The nation's reference data in memory: councils, standards, regions, groups, memberships,
//! and the look-ups that take what people type.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
    sync::OnceLock,
};

use chrono::NaiveDate;

use crate::{
    Council, CouncilId, Crosswalk, GroupId, HomeClaim, Membership, PeerGroup, PointId, Region,
    RegionId, Standard, StandardId, StandardPoint, Succession, UnknownRef, Viewer,
    council_names::CouncilNames,
};

mod called;

/// What a [`Reference`] is built from.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ReferenceParts {
    pub councils: Vec<Council>,
    pub successions: Vec<Succession>,
    pub standards: Vec<Standard>,
    pub crosswalk: Vec<Crosswalk>,
    pub regions: Vec<Region>,
    pub groups: Vec<PeerGroup>,
    pub memberships: Vec<Membership>,
    /// Raised with every change of a region's registration.
    pub registry_version: u32,
    /// The code of the standard that a bare topic label means.
    pub default_standard: String,
}

/// A snapshot of reference data, indexed. Immutable: a change makes a new one.
#[derive(Debug, Default)]
pub struct Reference {
    parts: ReferenceParts,
    council_by_id: HashMap<CouncilId, usize>,
    councils_by_ref: HashMap<String, Vec<usize>>,
    /// Made when a council is first called by anything else.
    council_names: OnceLock<CouncilNames>,
    successors: HashMap<CouncilId, Vec<CouncilId>>,
    predecessors: HashMap<CouncilId, Vec<CouncilId>>,
    point_by_id: HashMap<PointId, (usize, usize)>,
    /// By the standard's code and a name of the point, in small letters.
    points_by_ref: HashMap<String, HashMap<String, (usize, usize)>>,
    region_by_id: HashMap<RegionId, usize>,
    group_by_id: HashMap<GroupId, usize>,
    memberships_by_council: HashMap<CouncilId, Vec<usize>>,
    memberships_by_group: HashMap<GroupId, Vec<usize>>,
    home_claims: HashMap<CouncilId, Vec<HomeClaim>>,
}

impl Reference {
    /// Sorts and indexes the parts: councils and groups by key, standards by date, points by
    /// number, regions by code.
    pub fn new(mut parts: ReferenceParts) -> Self {
        parts.councils.sort_by_cached_key(Council::key);
        parts.groups.sort_by_cached_key(PeerGroup::key);
        parts.regions.sort_by(|left, right| left.code.cmp(&right.code));
        parts.standards.sort_by(|left, right| {
            (left.published_on, &left.code).cmp(&(right.published_on, &right.code))
        });
        for standard in &mut parts.standards {
            standard.points.sort_by_key(|point| point.number);
        }
        parts.successions.sort();
        let mut reference = Self::default();
        for (index, council) in parts.councils.iter().enumerate() {
            reference.council_by_id.insert(council.id, index);
            let gss = council.gss.iter().map(|alias| alias.code.to_lowercase());
            let names = [council.code.as_str().to_lowercase(), council.slug.clone()];
            for name in names.into_iter().chain(gss).collect::<BTreeSet<_>>() {
                reference.councils_by_ref.entry(name).or_default().push(index);
            }
        }
        for succession in &parts.successions {
            reference.successors.entry(succession.from).or_default().push(succession.to);
            reference.predecessors.entry(succession.to).or_default().push(succession.from);
        }
        for (at, standard) in parts.standards.iter().enumerate() {
            let code = standard.code.to_ascii_lowercase();
            let by_name = reference.points_by_ref.entry(code).or_default();
            for (index, point) in standard.points.iter().enumerate() {
                reference.point_by_id.insert(point.id, (at, index));
                let number = point.number.to_string();
                for name in [&point.slug, &point.label, &number] {
                    by_name.entry(name.to_ascii_lowercase()).or_insert((at, index));
                }
            }
        }
        for (index, region) in parts.regions.iter().enumerate() {
            reference.region_by_id.insert(region.id, index);
        }
        for (index, group) in parts.groups.iter().enumerate() {
            reference.group_by_id.insert(group.id, index);
        }
        for (index, membership) in parts.memberships.iter().enumerate() {
            reference.memberships_by_council.entry(membership.council).or_default().push(index);
            reference.memberships_by_group.entry(membership.group).or_default().push(index);
        }
        reference.parts = parts;
        reference.home_claims = reference.read_home_claims();
        reference
    }

    fn read_home_claims(&self) -> HashMap<CouncilId, Vec<HomeClaim>> {
        let mut claims: HashMap<_, Vec<_>> = HashMap::new();
        for one in self.parts.memberships.iter().filter(|one| one.is_home) {
            let region = self.group(one.group).and_then(|group| self.region(group.region));
            let claim = region.map(|region| HomeClaim::new(region, one.life));
            claims.entry(one.council).or_default().extend(claim);
        }
        claims
    }

    /// All councils, current and abolished, by name.
    pub fn councils(&self) -> &[Council] {
        &self.parts.councils
    }

    /// All standards, the oldest first.
    pub fn standards(&self) -> &[Standard] {
        &self.parts.standards
    }

    /// All regions, whatever their state, by code.
    pub fn regions(&self) -> &[Region] {
        &self.parts.regions
    }

    /// All peer groups, by name.
    pub fn groups(&self) -> &[PeerGroup] {
        &self.parts.groups
    }

    /// All memberships, past, present and to come.
    pub fn memberships(&self) -> &[Membership] {
        &self.parts.memberships
    }

    /// Which council followed which.
    pub fn successions(&self) -> &[Succession] {
        &self.parts.successions
    }

    /// Which points carry on which of an earlier version.
    pub fn crosswalk(&self) -> &[Crosswalk] {
        &self.parts.crosswalk
    }

    /// Raised with every change of a region's registration.
    pub fn registry_version(&self) -> u32 {
        self.parts.registry_version
    }

    /// The council with this id.
    pub fn council(&self, id: CouncilId) -> Option<&Council> {
        self.council_by_id.get(&id).map(|index| &self.parts.councils[*index])
    }

    /// The region with this id, whatever its state.
    pub fn region(&self, id: RegionId) -> Option<&Region> {
        self.region_by_id.get(&id).map(|index| &self.parts.regions[*index])
    }

    /// The peer group with this id.
    pub fn group(&self, id: GroupId) -> Option<&PeerGroup> {
        self.group_by_id.get(&id).map(|index| &self.parts.groups[*index])
    }

    /// The standard with this id.
    pub fn standard(&self, id: StandardId) -> Option<&Standard> {
        self.parts.standards.iter().find(|standard| standard.id == id)
    }

    /// The point with this id.
    pub fn point(&self, id: PointId) -> Option<&StandardPoint> {
        let (standard, point) = self.point_by_id.get(&id)?;
        Some(&self.parts.standards[*standard].points[*point])
    }

    /// The point that a label, slug or reference names: `agile`, `lgdss-2016/3`,
    /// `lgdss-2016/agile`. Without a standard, the default one is meant.
    pub fn point_by_ref(&self, given: &str) -> Result<&StandardPoint, UnknownRef> {
        let (code, name) = match given.trim().split_once('/') {
            Some((code, name)) => (code, name),
            None => (self.parts.default_standard.as_str(), given.trim()),
        };
        let by_name = self.points_by_ref.get(&*in_small_letters(code));
        let found = by_name.and_then(|by_name| by_name.get(&*in_small_letters(name)));
        let point =
            |(standard, point): &(usize, usize)| &self.parts.standards[*standard].points[*point];
        found.map(point).ok_or_else(|| self.unknown_point(given))
    }

    fn unknown_point(&self, given: &str) -> UnknownRef {
        let points = || self.parts.standards.iter().flat_map(|standard| &standard.points);
        let in_default = |point: &&StandardPoint| {
            point.reference.split('/').next() == Some(self.parts.default_standard.as_str())
        };
        let slugs = points().filter(in_default).map(|point| point.slug.as_str());
        let found = UnknownRef::among("point", given, slugs);
        if found.suggestions().is_empty() {
            let references = points().map(|point| point.reference.as_str());
            return UnknownRef::among("point", given, references);
        }
        found
    }

    /// The standard with this code.
    pub fn standard_by_code(&self, code: &str) -> Result<&Standard, UnknownRef> {
        let same = |standard: &&Standard| standard.code.eq_ignore_ascii_case(code.trim());
        self.parts.standards.iter().find(same).ok_or_else(|| {
            let codes = self.parts.standards.iter().map(|one| one.code.as_str());
            UnknownRef::among("standard", code, codes)
        })
    }

    /// The standard that a bare topic label means.
    pub fn default_standard(&self) -> Option<&Standard> {
        self.standard_by_code(&self.parts.default_standard).ok()
    }

    /// The region that a code, former code, or the slug of one of its peer groups names, among
    /// those that the viewer sees: forbidden looks like absent.
    pub fn region_by_ref(&self, given: &str, viewer: &Viewer) -> Result<&Region, UnknownRef> {
        let name = given.trim().to_lowercase();
        let visible = || self.parts.regions.iter().filter(|region| viewer.sees(region));
        let has_code = |region: &&Region| region.is_called(&name);
        let by_group = || {
            let group = self.parts.groups.iter().find(|group| group.slug == name)?;
            visible().find(|region| region.id == group.region)
        };
        visible().find(has_code).or_else(by_group).ok_or_else(|| {
            UnknownRef::among("region", given, visible().map(|region| region.code.as_str()))
        })
    }

    /// The peer group with this short name, among those of regions that the viewer sees.
    pub fn group_by_ref(&self, given: &str, viewer: &Viewer) -> Result<&PeerGroup, UnknownRef> {
        let name = given.trim().to_lowercase();
        let is_visible = |group: &&PeerGroup| {
            self.region(group.region).is_some_and(|region| viewer.sees(region))
        };
        let visible = self.parts.groups.iter().filter(is_visible);
        visible.clone().find(|group| group.slug == name).ok_or_else(|| {
            UnknownRef::among("peer group", given, visible.map(|one| one.slug.as_str()))
        })
    }

    /// The councils that directly followed this one, by name.
    pub fn successors(&self, id: CouncilId) -> Vec<&Council> {
        self.named(self.successors.get(&id))
    }

    /// The councils that this one directly followed, by name.
    pub fn predecessors(&self, id: CouncilId) -> Vec<&Council> {
        self.named(self.predecessors.get(&id))
    }

    fn named(&self, ids: Option<&Vec<CouncilId>>) -> Vec<&Council> {
        let mut councils: Vec<_> =
            ids.into_iter().flatten().filter_map(|id| self.council(*id)).collect();
        councils.sort_by_cached_key(|council| council.key());
        councils
    }

    /// The councils that stand in this one's place on a day: itself while it stands, else its
    /// successors', through every hop. Empty if it was not followed by anyone recorded.
    pub fn standing_in_for(&self, id: CouncilId, on: NaiveDate) -> Vec<&Council> {
        let mut standing = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match self.council(next) {
                Some(council) if council.life.has_ended_by(on) => {
                    open.extend(self.successors.get(&next).into_iter().flatten());
                }
                Some(council) => {
                    standing.insert((council.key(), council.id));
                }
                None => {}
            }
        }
        standing.into_iter().filter_map(|(_, id)| self.council(id)).collect()
    }

    /// The points that this one is mapped onto in other versions, earlier and later.
    pub fn counterparts(&self, id: PointId) -> Vec<&StandardPoint> {
        let other = |walk: &Crosswalk| match walk {
            Crosswalk { from, to } if *from == id => Some(*to),
            Crosswalk { from, to } if *to == id => Some(*from),
            _ => None,
        };
        let ids: BTreeSet<_> = self.parts.crosswalk.iter().filter_map(other).collect();
        let mut points: Vec<_> = ids.into_iter().filter_map(|id| self.point(id)).collect();
        points.sort_by_key(|point| self.point_by_id.get(&point.id));
        points
    }

    /// Memberships of a council that stand on a day.
    pub fn memberships_of(
        &self,
        council: CouncilId,
        on: NaiveDate,
    ) -> impl Iterator<Item = &Membership> {
        let indexes = self.memberships_by_council.get(&council).into_iter().flatten();
        let memberships = indexes.map(|index| &self.parts.memberships[*index]);
        memberships.filter(move |membership| membership.life.contains(on))
    }

    /// Every membership of a council, past, present and to come.
    pub fn memberships_ever(&self, council: CouncilId) -> impl Iterator<Item = &Membership> {
        let indexes = self.memberships_by_council.get(&council).into_iter().flatten();
        indexes.map(|index| &self.parts.memberships[*index])
    }

    /// The groups that a council belongs to on a day, by name.
    pub fn groups_of(&self, council: CouncilId, on: NaiveDate) -> Vec<&PeerGroup> {
        let ids: BTreeSet<_> =
            self.memberships_of(council, on).map(|membership| membership.group).collect();
        let mut groups: Vec<_> = ids.into_iter().filter_map(|id| self.group(id)).collect();
        groups.sort_by_cached_key(|group| group.key());
        groups
    }

    /// The regions that say of a council that it is at home there.
    pub(crate) fn home_claims(&self, council: CouncilId) -> &[HomeClaim] {
        self.home_claims.get(&council).map_or(&[], Vec::as_slice)
    }

    /// Every membership in a group, past, present and to come.
    pub(crate) fn memberships_in(&self, group: GroupId) -> impl Iterator<Item = &Membership> {
        let indexes = self.memberships_by_group.get(&group).into_iter().flatten();
        indexes.map(|index| &self.parts.memberships[*index])
    }

    /// The councils that belong to a group on a day.
    pub fn members(&self, group: GroupId, on: NaiveDate) -> BTreeSet<CouncilId> {
        self.memberships_in(group)
            .filter(|membership| membership.life.contains(on))
            .map(|membership| membership.council)
            .collect()
    }
}

/// Names as they are looked up; copied only if they are typed otherwise.
fn in_small_letters(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

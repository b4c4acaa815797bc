//! Whether a region's figure for a point may be compared with that of the half-year before.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{sentence, spoken, spoken_count};
use crate::{
    Asked, CaptureMethod, CouncilId, Crosswalk, PointId, Reference, RegionId, Round, StandardId,
};

/// A change of more than one member in this many is a break: with less, the councils that came or
/// went can move a share by no more than ten points: as much as two or three councils of a region
/// of twenty or thirty that think again.
const MEMBERS_PER_CHANGE: usize = 10;

/// So many successors are named; of more, only the first, so that the sentence stays one.
const MOST_NAMED: usize = 4;

/// What a region's figures of one half-year were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionHalf {
    /// The version of the standard that was asked about.
    pub standard: StandardId,
    /// The day of the half-year's last round.
    pub held_on: NaiveDate,
    /// Who could have answered on that day.
    pub eligible: BTreeSet<CouncilId>,
    /// Every way in which answers were taken.
    pub captures: BTreeSet<CaptureMethod>,
}

impl RegionHalf {
    /// From a region's rounds of one half-year that ask about one standard; rounds of other
    /// regions are passed over. Of two standards, the latest round's. `None` without a round.
    pub fn of<'a>(
        reference: &Reference,
        region: RegionId,
        rounds: impl IntoIterator<Item = &'a Round>,
    ) -> Option<Self> {
        let rounds: Vec<_> = rounds.into_iter().filter(|round| round.region == region).collect();
        let last = rounds.iter().max_by_key(|round| (round.held_on, round.id))?;
        let asked = rounds.iter().filter(|round| round.standard == last.standard);
        Some(Self {
            standard: last.standard,
            held_on: last.held_on,
            eligible: reference.home_members(region, last.held_on),
            captures: asked.map(|round| round.capture).collect(),
        })
    }

    /// Of a region whose rounds are elsewhere: from what it says that it had asked. How answers
    /// were taken is not known of it.
    pub fn counted(reference: &Reference, region: RegionId, asked: &Asked) -> Self {
        Self {
            standard: asked.standard,
            held_on: asked.held_on,
            eligible: reference.home_members(region, asked.held_on),
            captures: BTreeSet::new(),
        }
    }
}

/// The point of the other version that continues this one's line of figures: only where the two
/// are mapped onto each other and onto nothing else. `crosswalk` holds the rows between two
/// versions; it may be read either way.
pub fn linked(crosswalk: &[Crosswalk], point: PointId) -> Option<PointId> {
    let rows: BTreeSet<_> = crosswalk.iter().copied().collect();
    let only_other = |point: PointId| {
        let others = rows.iter().filter_map(move |row| match row {
            Crosswalk { from, to } if *from == point => Some(*to),
            Crosswalk { from, to } if *to == point => Some(*from),
            _ => None,
        });
        let mut others = others;
        others.next().filter(|_| others.next().is_none())
    };
    only_other(point).filter(|other| only_other(*other) == Some(point))
}

/// Why a region's figure for `point` does not simply compare with that of the half-year before,
/// as a sentence; `None` if it does, or if there is none to compare with.
///
/// 1. The standard changed. The line goes on if the point is [`linked`], still marked, for its
///    words changed; else a new series begins.
/// 2. Members were reorganised: their successors answer for other boundaries.
/// 3. More than one member in ten joined or left, of those who could answer before;
///    reorganised councils and their successors do neither.
/// 4. Answers were taken in other ways: a show of hands is seen by the others, a form is not.
pub fn break_before(
    now: &RegionHalf,
    before: Option<&RegionHalf>,
    point: PointId,
    reference: &Reference,
) -> Option<String> {
    let before = before?;
    let reorganised = Reorganised::between(before, now, reference);
    let reasons = [
        standard_changed(now, before, point, reference),
        reorganised.reason(reference),
        members_changed(now, before, &reorganised),
        capture_changed(now, before),
    ];
    let reasons: Vec<_> = reasons.into_iter().flatten().collect();
    (!reasons.is_empty()).then(|| sentence(&reasons))
}

fn standard_changed(
    now: &RegionHalf,
    before: &RegionHalf,
    point: PointId,
    reference: &Reference,
) -> Option<String> {
    if now.standard == before.standard {
        return None;
    }
    let title = |id| reference.standard(id).map_or("another", |standard| &standard.title);
    let (from, to) = (title(before.standard), title(now.standard));
    let standard = |id| reference.point(id).map(|point| point.standard);
    let versions = BTreeSet::from([Some(now.standard), Some(before.standard)]);
    let is_between =
        |row: &&Crosswalk| BTreeSet::from([standard(row.from), standard(row.to)]) == versions;
    let between: Vec<_> = reference.crosswalk().iter().filter(is_between).copied().collect();
    let carried_on = linked(&between, point).and_then(|id| reference.point(id));
    let what_now = match carried_on {
        Some(earlier) => format!("its point {}, {}, is carried on", earlier.number, earlier.label),
        None => "a new series begins".to_owned(),
    };
    Some(format!("the standard changed from \"{from}\" to \"{to}\": {what_now}"))
}

/// Members that are no more, and the members that stand in their place.
#[derive(Default)]
struct Reorganised {
    gone: BTreeSet<CouncilId>,
    successors: BTreeSet<CouncilId>,
}

impl Reorganised {
    fn between(before: &RegionHalf, now: &RegionHalf, reference: &Reference) -> Self {
        let mut found = Self::default();
        for gone in before.eligible.difference(&now.eligible) {
            let heirs = reference.standing_in_for(*gone, now.held_on);
            let heirs = heirs.into_iter().map(|heir| heir.id);
            let members: Vec<_> = heirs.filter(|heir| now.eligible.contains(heir)).collect();
            if !members.is_empty() {
                found.gone.insert(*gone);
                found.successors.extend(members);
            }
        }
        found
    }

    fn reason(&self, reference: &Reference) -> Option<String> {
        let mut successors: Vec<_> =
            self.successors.iter().filter_map(|id| reference.council(*id)).collect();
        successors.sort_by_cached_key(|council| council.key());
        let names: Vec<_> = successors.iter().map(|council| council.name.as_str()).collect();
        let gone = spoken_count(self.gone.len().try_into().unwrap_or(u32::MAX), "council");
        match names.as_slice() {
            [] => None,
            [only] => Some(format!("{only} replaced {gone}")),
            // Names hold commas and "and" themselves.
            all if all.len() <= MOST_NAMED => {
                Some(format!("{} councils ({}) replaced {gone}", all.len(), all.join("; ")))
            }
            [first, rest @ ..] => {
                Some(format!("{first} and {} other councils replaced {gone}", rest.len()))
            }
        }
    }
}

fn members_changed(
    now: &RegionHalf,
    before: &RegionHalf,
    reorganised: &Reorganised,
) -> Option<String> {
    let joined = now.eligible.difference(&before.eligible);
    let joined = joined.filter(|council| !reorganised.successors.contains(council)).count();
    let left = before.eligible.difference(&now.eligible);
    let left = left.filter(|council| !reorganised.gone.contains(council)).count();
    if (joined + left) * MEMBERS_PER_CHANGE <= before.eligible.len() {
        return None;
    }
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (arrivals, of) = (spoken_count(number(joined), "council"), number(before.eligible.len()));
    Some(match (joined, left) {
        (0, left) => format!("{} of {} left", spoken(number(left)), spoken_count(of, "council")),
        (_, 0) => format!("{arrivals} joined the {} before", spoken(of)),
        (_, left) => {
            format!("{arrivals} joined and {} of {} left", spoken(number(left)), spoken(of))
        }
    })
}

fn capture_changed(now: &RegionHalf, before: &RegionHalf) -> Option<String> {
    if now.captures == before.captures || now.captures.is_empty() || before.captures.is_empty() {
        return None;
    }
    let ways = |half: &RegionHalf| {
        half.captures.iter().map(|capture| way(*capture)).collect::<Vec<_>>().join(" and ")
    };
    Some(format!("answers were taken by {}, before by {}", ways(now), ways(before)))
}

fn way(capture: CaptureMethod) -> &'static str {
    match capture {
        CaptureMethod::ShowOfHands => "show of hands",
        CaptureMethod::DotVote => "dots on a wall",
        CaptureMethod::OnlineForm => "online form",
        CaptureMethod::Interview => "interview",
    }
}

#[cfg(test)]
mod tests;

//! Who can help whom on a point: for coordinators only, for it names councils in need.

mod fit;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::NaiveDate;

use self::fit::{fit, loads, pairs};
use crate::{
    CouncilId, CouncilType, Introduction, Level, NeedId, OfferId, OfferKind, PointId, Reference,
    RegionId,
};

/// A council with so many introductions that nobody has closed is left in peace: helpers are
/// volunteers, and the fourth request is the one that ends an offer.
const MOST_OPEN: usize = 3;

/// How many helpers a council is shown: enough to choose from, few enough to write to.
const MOST_HELPERS: usize = 3;

/// An open call for help counts as "much", as does this level, where no higher one was given.
const MUCH: u8 = 3;

/// A council as a partner of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The council.
    pub council: CouncilId,
    /// Its everyday name.
    pub name: String,
    /// Its kind.
    pub kind: CouncilType,
    /// Its ONS region; England only.
    pub ons_region: Option<String>,
    /// The peer-group region where it is at home.
    pub home: Option<RegionId>,
}

impl Party {
    /// The council as it is on a day, if it is on record.
    pub fn of(reference: &Reference, council: CouncilId, on: NaiveDate) -> Option<Self> {
        let known = reference.council(council)?;
        Some(Self {
            council,
            name: known.name.clone(),
            kind: known.kind,
            ons_region: known.ons_region.clone(),
            home: reference.home_region(council, on).map(|region| region.id),
        })
    }
}

/// An open call for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenNeed {
    /// The day on which it was raised.
    pub raised_on: NaiveDate,
    /// The need.
    pub need: NeedId,
    /// True if help from afar will do.
    pub remote: bool,
}

/// A council that may want help on the point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanting {
    /// Who.
    pub party: Party,
    /// Its level of support need, if it gave one.
    pub level: Option<Level>,
    /// Its open call for help on the point; of several, the oldest.
    pub asked: Option<OpenNeed>,
}

/// An offer of help on the point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helping {
    /// Whose.
    pub party: Party,
    /// The offer.
    pub offer: OfferId,
    /// What is offered.
    pub kind: OfferKind,
    /// True if it needs no travel.
    pub remote: bool,
    /// From when on; now if absent.
    pub available_from: Option<NaiveDate>,
    /// How well the council understands the point, if the viewer may know.
    pub understanding: Option<Level>,
    /// How much support it needs on the point itself, if the viewer may know.
    pub support_need: Option<Level>,
}

/// What tells a match from every other on the point: the same in every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey {
    /// The council in need.
    pub needing: CouncilId,
    /// The offer that may help.
    pub offer: OfferId,
}

/// An offer that may help a council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportMatch {
    /// The council in need, and the offer.
    pub key: MatchKey,
    /// The council that offers.
    pub helping: CouncilId,
    /// The call for help that it answers, if there is one.
    pub need: Option<NeedId>,
    /// True if it can be given without travel.
    pub remote: bool,
    /// How urgent the need is: a level of support need.
    pub urgency: u8,
    /// How well the two fit.
    pub score: i32,
    /// Each reason as a sentence, those of the need first.
    pub because: Vec<String>,
}

/// Who can help whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportMatches {
    /// The most urgent first.
    pub rows: Vec<SupportMatch>,
    /// Councils that would fit somebody and already help as many as they can.
    pub hidden: u32,
}

/// Matches councils in need with offers on `point`.
///
/// In need is who gave level 3 or 4 or has an open call for help, which counts as level 3 at
/// least. `introductions` are all that are known, of whatever point and region.
///
/// Left out are: rooms for meet-ups and seats on panels; a council's own offers; offers that start
/// after six months from now; councils with three open introductions (counted in `hidden`); pairs
/// that were introduced and did not fit, on whatever point; pairs with an open introduction on
/// this point; and offers that are neither near (same home region or ONS region) nor of use from
/// afar.
///
/// The score adds, each for the reason beside it:
///
/// | points | for |
/// |--|--|
/// | 10 a level | the need |
/// | 5 | having asked: willing, not only in need |
/// | 20, 10 | a helper that could teach others, that is confident; an unknown level is no fault |
/// | 15, 10, 5 | same home region: they meet anyway; same ONS region: a day's trip; from afar |
/// | 10 | the same kind of council: the same duties |
/// | 10, 5 | no introduction within twelve months, one: help is spread |
/// | 5 | advice, which is what a need is about; a talk or code may be |
/// | 10, -10 | an earlier introduction that helped, that was never answered |
/// | -20 | a helper that needs much or urgent support itself: undoes what it may know |
///
/// The most urgent need comes first, then the higher score, then the lower key. A council is
/// shown three helpers at most, each with the offer that fits best.
pub fn support_matches(
    point: PointId,
    needing: &[Wanting],
    helping: &[Helping],
    introductions: &[Introduction],
    today: NaiveDate,
) -> SupportMatches {
    let loads = loads(introductions, today);
    let pairs = pairs(introductions, point);
    let mut overloaded = BTreeSet::new();
    let mut matches = SupportMatches::default();
    for need in in_need(needing, today) {
        let mut best: BTreeMap<CouncilId, SupportMatch> = BTreeMap::new();
        for helping in helping {
            let load = loads.get(&helping.party.council).copied().unwrap_or_default();
            let pair = (need.party.council, helping.party.council);
            let between = pairs.get(&pair).copied().unwrap_or_default();
            let Some(found) = fit(&need, helping, load, between, today) else { continue };
            if load.open >= MOST_OPEN {
                overloaded.insert(found.helping);
                continue;
            }
            let known = best.entry(found.helping).or_insert_with(|| found.clone());
            if order(&found) < order(known) {
                *known = found;
            }
        }
        let mut best: Vec<_> = best.into_values().collect();
        best.sort_by_key(order);
        matches.rows.extend(best.into_iter().take(MOST_HELPERS));
    }
    matches.rows.sort_by_key(order);
    matches.hidden = overloaded.len().try_into().unwrap_or(u32::MAX);
    matches
}

fn order(row: &SupportMatch) -> (Reverse<u8>, Reverse<i32>, MatchKey) {
    (Reverse(row.urgency), Reverse(row.score), row.key)
}

/// A council that is in need.
#[derive(Clone, Copy)]
struct InNeed<'a> {
    party: &'a Party,
    urgency: u8,
    level: Option<Level>,
    asked: Option<OpenNeed>,
}

/// Councils in need; of one that is given twice, the more urgent, then the one that has asked
/// for longer.
fn in_need(needing: &[Wanting], today: NaiveDate) -> impl Iterator<Item = InNeed<'_>> {
    let mut found: BTreeMap<CouncilId, InNeed<'_>> = BTreeMap::new();
    for Wanting { party, level, asked } in needing {
        let asked = asked.filter(|asked| asked.raised_on <= today);
        let level = level.filter(|level| level.is_three_or_more());
        let urgency = level.map(Level::number).max(asked.map(|_| MUCH));
        let Some(urgency) = urgency else { continue };
        let need = InNeed { party, urgency, level, asked };
        let rank = |need: &InNeed<'_>| {
            (Reverse(need.urgency), need.asked.is_none(), need.asked, Reverse(need.level))
        };
        let known = found.entry(party.council).or_insert(need);
        if rank(&need) < rank(known) {
            *known = need;
        }
    }
    found.into_values()
}

#[cfg(test)]
mod tests;

//! At home: a council counts in one region, and where two claim it, the claim that began first
//! counts. Nobody is asked to give way before the nation can be counted, and both are told.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{CouncilId, HalfYear, Life, Reference, Region, RegionId};

/// A region says that a council is at home in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HomeClaim {
    /// The region.
    pub region: RegionId,
    /// From when to when.
    pub life: Life,
    /// Whether the region is part of the nation: neither on trial nor gone.
    pub takes_part: bool,
}

impl HomeClaim {
    /// The claim of a region.
    pub fn new(region: &Region, life: Life) -> Self {
        Self { region: region.id, life, takes_part: region.takes_part() }
    }

    /// What decides between claims, the first one counts: a region that is only on trial takes no
    /// council from one that takes part, and whoever does not say since when comes after whoever
    /// does. On one day it is the same one everywhere, for whatever reason.
    fn rank(&self) -> (bool, bool, Option<NaiveDate>, RegionId) {
        (!self.takes_part, self.life.starts_on.is_none(), self.life.starts_on, self.region)
    }
}

/// The claim that counts on a day.
pub(crate) fn home_on(claims: &[HomeClaim], on: NaiveDate) -> Option<&HomeClaim> {
    claims.iter().filter(|claim| claim.life.contains(on)).min_by_key(|claim| claim.rank())
}

/// A council that two regions claim on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestedHome {
    /// The council.
    pub council: CouncilId,
    /// The claim that counts.
    pub counts: HomeClaim,
    /// The region's own claim, which may be the one that counts.
    pub own: HomeClaim,
    /// The others' claims, the one that would count next first.
    pub others: Vec<HomeClaim>,
}

impl ContestedHome {
    /// The day from which it has been contested; absent if nobody says since when.
    pub fn since(&self) -> Option<NaiveDate> {
        let first_other = self.others.iter().map(|claim| claim.life.starts_on).min().flatten();
        self.own.life.starts_on.max(first_other)
    }
}

impl Reference {
    /// The region in which a council is at home on a day.
    pub fn home_region(&self, council: CouncilId, on: NaiveDate) -> Option<&Region> {
        self.region(home_on(self.home_claims(council), on)?.region)
    }

    /// The councils that are at home in a region on a day and stand on it.
    pub fn home_members(&self, region: RegionId, on: NaiveDate) -> BTreeSet<CouncilId> {
        let is_at_home = |council: &CouncilId| {
            home_on(self.home_claims(*council), on).is_some_and(|claim| claim.region == region)
        };
        let stands = |id: &CouncilId| self.council(*id).is_some_and(|it| it.life.contains(on));
        self.claimed_by(region).into_iter().filter(is_at_home).filter(stands).collect()
    }

    /// The councils that a region claims as at home on some day of a half-year, whether or not
    /// another claims them, too: those before and after a reorganisation alike.
    pub fn homes_during(&self, region: RegionId, half_year: HalfYear) -> BTreeSet<CouncilId> {
        self.homes_within(
            region,
            &Life::new(Some(half_year.starts_on()), Some(half_year.ends_on())),
        )
    }

    /// The same of any span of time.
    pub fn homes_within(&self, region: RegionId, time: &Life) -> BTreeSet<CouncilId> {
        let is_there = |council: &CouncilId| {
            let own = self.home_claims(*council).iter().filter(|claim| claim.region == region);
            own.into_iter().any(|claim| claim.life.overlaps(time))
        };
        self.claimed_by(region).into_iter().filter(is_there).collect()
    }

    /// The councils that a region claims on a day beside another one that takes part.
    pub fn contested_homes(&self, region: RegionId, on: NaiveDate) -> Vec<ContestedHome> {
        let contested = |council: CouncilId| {
            let claims = self.home_claims(council);
            let here = |claim: &&HomeClaim| claim.life.contains(on);
            let own = *home_on_of(claims, region, on)?;
            let mut others: Vec<_> = claims
                .iter()
                .filter(here)
                .filter(|claim| claim.region != region && claim.takes_part)
                .copied()
                .collect();
            others.sort_by_key(HomeClaim::rank);
            let counts = *home_on(claims, on)?;
            (!others.is_empty()).then_some(ContestedHome { council, counts, own, others })
        };
        self.claimed_by(region).into_iter().filter_map(contested).collect()
    }

    fn claimed_by(&self, region: RegionId) -> BTreeSet<CouncilId> {
        let groups = self.groups().iter().filter(|group| group.region == region);
        let members = groups.flat_map(|group| self.memberships_in(group.id));
        members.filter(|one| one.is_home).map(|one| one.council).collect()
    }
}

fn home_on_of(claims: &[HomeClaim], region: RegionId, on: NaiveDate) -> Option<&HomeClaim> {
    let own = claims.iter().filter(|claim| claim.region == region && claim.life.contains(on));
    own.min_by_key(|claim| claim.rank())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(region: &str, from: Option<&str>, until: Option<&str>, takes_part: bool) -> HomeClaim {
        let day = |text: &str| text.parse().expect("a day");
        let life = Life::new(from.map(day), until.map(day));
        HomeClaim { region: RegionId::derived(region), life, takes_part }
    }

    #[test]
    fn the_claim_that_began_first_counts_while_it_stands() {
        let claims = [
            claim("undated", None, None, true),
            claim("kent", Some("2026-04-01"), None, true),
            claim("london", Some("2016-07-07"), Some("2027-01-01"), true),
            claim("on-trial", Some("2010-01-01"), None, false),
        ];
        for (on, counts) in
            [("2011-01-01", "undated"), ("2026-05-01", "london"), ("2027-01-01", "kent")]
        {
            let found = home_on(&claims, on.parse().expect("a day"));
            assert_eq!(found.map(|claim| claim.region), Some(RegionId::derived(counts)), "{on}");
        }
        let only = home_on(&claims[3..], "2027-01-01".parse().expect("a day"));
        assert_eq!(only, Some(&claims[3]), "where nobody else claims it, a trial may be tried");
    }
}

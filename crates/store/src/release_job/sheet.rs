//! The rows of one table, region by region and of the nation.

use std::collections::BTreeSet;

use folkmoot_domain::{
    Answers, Asked, Half, HalfYear, Hidden, Paired, Region, RegionHalf, RegionId, ReleaseRow,
    RowScope, Shown, StandardId, Suppression, Threshold, break_before, nation_rows,
};

use super::{Page, Press, Table};

/// One table of one half-year.
pub(super) struct Sheet<'a> {
    pub(super) press: &'a Press<'a>,
    pub(super) page: &'a Page<'a>,
    pub(super) table: Table,
    pub(super) standard: StandardId,
}

impl Sheet<'_> {
    /// A row for each region that closed and has none yet.
    pub(super) fn regions(&self, answers: &Answers, known: &[&ReleaseRow]) -> Vec<ReleaseRow> {
        let is_new =
            |region: &RegionId| known.iter().all(|row| row.scope != RowScope::Region(*region));
        let closed = self.page.closings.keys().filter(|region| is_new(region));
        closed
            .map(|region| {
                let given = answers.get(region).map(Vec::as_slice).unwrap_or_default();
                let shown = match self.threshold(*region).region_row(given) {
                    _ if self.eligible(*region) == 0 => Shown::Hidden(Suppression::NotAsked),
                    Ok(counts) => Shown::Counts(counts),
                    Err(hidden) => Shown::Hidden(Suppression::Block(hidden)),
                };
                self.row(RowScope::Region(*region), shown, &[*region])
            })
            .collect()
    }

    /// The rows that are written once all regions have closed.
    pub(super) fn nation(
        &self,
        answers: &Answers,
        known: &[&ReleaseRow],
        new: &[ReleaseRow],
        before: &[&ReleaseRow],
        earlier: &[&ReleaseRow],
    ) -> Vec<ReleaseRow> {
        let rows = || known.iter().copied().chain(new);
        let mut answers = answers.clone();
        // What was taken back is in no sum, nor in the pool.
        for row in rows().filter(|row| row.shown == Shown::Withdrawn) {
            if let RowScope::Region(region) = row.scope {
                answers.remove(&region);
            }
        }
        // Nor is one that is hidden and was counted elsewhere; or was hidden as nearly alike, and
        // would be too small had the threshold been then what it is now.
        let alike = rows()
            .filter(|row| row.shown == Shown::Hidden(Suppression::Block(Hidden::NearlyAlike)));
        let alike = alike.filter_map(|row| match row.scope {
            RowScope::Region(region) => Some(region),
            RowScope::Others | RowScope::Nation | RowScope::Matched => None,
        });
        let elsewhere: BTreeSet<RegionId> = self.page.elsewhere.keys().copied().collect();
        let kept_out: BTreeSet<RegionId> = elsewhere.iter().copied().chain(alike).collect();
        // A region that went since its row was written keeps it, and is in nothing new.
        let is_public = |region: &RegionId| self.page.closings.contains_key(region);
        let written: BTreeSet<RegionId> =
            blocks(rows()).into_iter().flatten().filter(is_public).collect();
        let empty = Answers::new();
        let blocks_before = blocks(before.iter().copied());
        let paired = self.paired(before, earlier);
        let is_whole = before.iter().all(|row| row.shown != Shown::Withdrawn);
        let half_before = match &paired {
            Ok(paired) if is_whole && !blocks_before.is_empty() => Some(Half {
                answers: self.page.before.get(&self.table).unwrap_or(&empty),
                written: &blocks_before,
                paired,
            }),
            _ => None,
        };
        let nation = nation_rows(&answers, &written, &kept_out, half_before, self.press.threshold);

        let mut in_rows: Vec<RegionId> = written.iter().copied().collect();
        let mut nation_of = Vec::new();
        match nation.others {
            Ok((regions, counts)) => {
                let regions: Vec<_> = regions.into_iter().collect();
                in_rows.extend(&regions);
                nation_of.push(self.row(RowScope::Others, Shown::Counts(counts), &regions));
            }
            // With no region to pool there is nothing to say of the pool.
            Err(hidden)
                if answers.keys().any(|it| !written.contains(it) && !elsewhere.contains(it)) =>
            {
                let shown = Shown::Hidden(Suppression::Block(hidden));
                nation_of.push(self.row(RowScope::Others, shown, &[]));
            }
            Err(_) => {}
        }
        let nothing = Shown::Hidden(Suppression::Block(Hidden::Few));
        let counts = nation.national.map_or(nothing, Shown::Counts);
        let matched =
            nation.matched.map_or_else(|why| Shown::Hidden(Suppression::Pair(why)), Shown::Pair);
        let complete = self.holds_all_that_asked(&in_rows);
        nation_of.push(ReleaseRow {
            complete,
            break_reason: self.regions_changed(&in_rows, before),
            ..self.row(RowScope::Nation, counts, &in_rows)
        });
        nation_of.push(ReleaseRow { complete, ..self.row(RowScope::Matched, matched, &in_rows) });
        nation_of
    }

    /// What became of the pair of the half-year before and the one before that: if it was
    /// written its councils, by the rows that stood when it was.
    fn paired(&self, before: &[&ReleaseRow], earlier: &[&ReleaseRow]) -> Result<Paired, Lost> {
        let pair = before.iter().find(|row| row.scope == RowScope::Matched);
        let pair = match pair.map(|row| (row, row.shown)) {
            Some((row, Shown::Pair(_))) => row,
            Some((_, Shown::Hidden(Suppression::Pair(why)))) if why.is_of_levels() => {
                return Ok(Paired::Hidden);
            }
            _ => return Ok(Paired::Not),
        };
        if earlier.iter().any(|row| row.shown == Shown::Withdrawn) {
            return Err(Lost);
        }
        let then = |rows: &[&ReleaseRow]| {
            let stood = rows.iter().copied().filter(|row| row.release <= pair.release);
            blocks(stood)
        };
        let (mut written, written_earlier) = (then(before), then(earlier));
        // What stood may be of a region that had gone when the pair was made.
        written.retain(|block| block.iter().all(|region| pair.regions.contains(region)));
        let answers = self.page.before.get(&self.table).ok_or(Lost)?;
        let answers_earlier = self.page.earlier.get(&self.table).ok_or(Lost)?;
        let now = Half { answers, written: &written, paired: &Paired::Not };
        let earlier =
            Half { answers: answers_earlier, written: &written_earlier, paired: &Paired::Not };
        Ok(Paired::Written(now.matched_with(earlier)))
    }

    /// Says which regions came into the nation's figure since the half-year before, or left it.
    fn regions_changed(&self, now: &[RegionId], before: &[&ReleaseRow]) -> Option<String> {
        let before = before.iter().find(|row| row.scope == RowScope::Nation)?;
        let names = |ids: &[RegionId], others: &[RegionId]| {
            let only = ids.iter().filter(|id| !others.contains(id));
            let names = only.filter_map(|id| self.press.reference.region(*id));
            let mut names: Vec<_> = names.map(|region| region.name.clone()).collect();
            names.sort_unstable();
            names.join(", ")
        };
        let (came, left) = (names(now, &before.regions), names(&before.regions, now));
        match (came.as_str(), left.as_str()) {
            ("", "") => None,
            (came, "") => Some(format!("Now with {came}.")),
            ("", left) => Some(format!("Now without {left}.")),
            (came, left) => Some(format!("Now with {came} and without {left}.")),
        }
    }

    /// True if no region that takes part is late, and all that asked are among these.
    fn holds_all_that_asked(&self, regions: &[RegionId]) -> bool {
        let mut public = self.press.reference.regions().iter().filter(|region| region.takes_part());
        let is_in = |region: &Region| {
            let has_closed = self.page.closings.contains_key(&region.id);
            has_closed && (self.eligible(region.id) == 0 || regions.contains(&region.id))
        };
        public.all(is_in)
    }

    /// Why a region's row does not compare with that of the half-year before.
    fn break_reason(&self, region: RegionId) -> Option<String> {
        let reference = self.press.reference;
        if self.page.elsewhere.contains_key(&region) {
            return self.break_elsewhere(region);
        }
        let of = |half_year: HalfYear| {
            let held = self.page.rounds.iter().filter(move |round| round.half_year() == half_year);
            held.filter(move |round| round.region == region)
        };
        let same = |half_year| of(half_year).filter(|round| round.standard == self.standard);
        let now = RegionHalf::of(reference, region, same(self.page.half_year))?;
        let previous = self.page.half_year.previous();
        let before = RegionHalf::of(reference, region, same(previous))
            .or_else(|| RegionHalf::of(reference, region, of(previous)));
        break_before(&now, before.as_ref(), self.table.0, reference)
    }

    /// The same of a region whose rounds are elsewhere.
    fn break_elsewhere(&self, region: RegionId) -> Option<String> {
        let reference = self.press.reference;
        let half = |asked: &Asked| RegionHalf::counted(reference, region, asked);
        let now = self.page.closings.get(&region)?.about(self.standard)?;
        let before = self.page.closings_before.get(&region)?;
        let latest = || before.asked.iter().max_by_key(|asked| asked.held_on);
        let before = before.about(self.standard).or_else(latest).map(half);
        break_before(&half(now), before.as_ref(), self.table.0, reference)
    }

    /// What a gateway hides of its regions must not be shown by another.
    fn threshold(&self, region: RegionId) -> Threshold {
        let there = self.page.elsewhere.get(&region).copied().flatten();
        there.map_or(self.press.threshold, |there| there.max(self.press.threshold))
    }

    fn eligible(&self, region: RegionId) -> u32 {
        let closing = self.page.closings.get(&region);
        closing.and_then(|closing| closing.about(self.standard)).map_or(0, |asked| asked.eligible)
    }

    fn row(&self, scope: RowScope, shown: Shown, regions: &[RegionId]) -> ReleaseRow {
        let closings = regions.iter().filter_map(|region| self.page.closings.get(region));
        let latest = closings.map(|closing| closing.closed_at).max();
        let all = self.page.closings.values().map(|closing| closing.closed_at).max();
        let is_hidden = matches!(shown, Shown::Hidden(_));
        ReleaseRow {
            release: self.press.release,
            half_year: self.page.half_year,
            standard: self.standard,
            point: self.table.0,
            measure: self.table.1,
            scope,
            regions: if is_hidden { Vec::new() } else { regions.to_vec() },
            shown,
            eligible: regions.iter().map(|region| self.eligible(*region)).sum(),
            complete: !is_hidden,
            break_reason: match scope {
                RowScope::Region(region) => self.break_reason(region),
                _ => None,
            },
            as_of: latest.or(all).unwrap_or_default(),
        }
    }
}

/// It cannot be told any more whom an earlier pair was about: rows that it was made of were taken
/// back, or its answers are gone. What it told cannot be weighed, so no pair is written beside it.
struct Lost;

/// The sets of regions that stand together in a row that shows counts.
fn blocks<'a>(rows: impl Iterator<Item = &'a ReleaseRow>) -> Vec<BTreeSet<RegionId>> {
    rows.filter(|row| matches!(row.scope, RowScope::Region(_) | RowScope::Others))
        .filter(|row| matches!(row.shown, Shown::Counts(_)))
        .map(|row| row.regions.iter().copied().collect())
        .collect()
}

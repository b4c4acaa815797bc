//! The release job: what it publishes of a world, as facts about councils, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{
    Answers, CouncilId, Frozen, Half, Hidden, Histogram, LEVELS, Matched, Mutant, NationRows,
    Paired, RegionId, RowScope, Shown, Suppression, TableCounts, Threshold, Unmatched, nation_rows,
};

use crate::world::World;

/// Which rules the job goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Those of the crate.
    Sound,
    /// Those, one safeguard short.
    Without(Mutant),
    /// Those, and the levels of the matched councils beside their shares.
    FullMatched,
    /// Those, but regions of the other gateway are shown by the threshold that holds here.
    ThresholdHereAlone,
    /// Those, but rankings and topics are made of answers as they stand, hidden ones included.
    LiveSentences,
    /// Those, but hidden points take the place that their answers give them, without a sentence.
    LivePlaces,
}

/// So many of these councils are at one of these levels: a figure in public.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) councils: BTreeSet<CouncilId>,
    pub(crate) levels: [bool; LEVELS],
    pub(crate) least: u32,
    pub(crate) most: u32,
}

/// A row as it is released, and whom it is about.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Who gave a level in it; of a hidden one, too, which only says that it is hidden.
    pub(crate) councils: BTreeSet<CouncilId>,
    pub(crate) shown: Shown,
    /// Councils that could have answered. Nobody else is in these worlds than who answered.
    pub(crate) eligible: u32,
}

/// A half-year's table: what is said of it in public, and the truth.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Who gave a level, which, and whether the council publishes it itself.
    pub(crate) truth: BTreeMap<CouncilId, (u8, bool)>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) rows: BTreeMap<RowScope, Row>,
    /// Who is matched with the half-year before, or that after; the pair may be hidden.
    pub(crate) pairs: Vec<BTreeSet<CouncilId>>,
    /// Each region's answers as they stand, which its coordinators see and nobody else.
    pub(crate) live: BTreeMap<RegionId, Histogram>,
    /// What the other gateway says of its regions, and its threshold.
    pub(crate) there: Option<(Box<Table>, usize)>,
    /// Regions with answers; with a row of their own.
    pub(crate) regions: usize,
    pub(crate) written: usize,
    pub(crate) has_national: bool,
    /// Numbers made of the rows that follow from them, and those that do not.
    pub(crate) entailed: usize,
    pub(crate) learnt: usize,
    /// Whether a matched pair with the half-year before is shown.
    pub(crate) has_matched: bool,
}

/// What a nation publishes, and what the other gateway does of the regions that it counts.
pub(crate) fn release(world: &World, rules: Rules) -> Vec<Table> {
    let mut tables = play(world, rules, Threshold::LEAST);
    if !world.elsewhere.is_empty() {
        let threshold = world.threshold_there.unwrap_or(Threshold::LEAST);
        let there = play(&world.there(), Rules::Sound, threshold);
        for (table, there) in tables.iter_mut().zip(there) {
            table.facts.extend(there.facts.iter().cloned());
            table.there = Some((Box::new(there), threshold.councils() as usize));
        }
    }
    tables
}

/// Plays the job over a world, in order: rows of the regions that closed in time, national rows,
/// rows of late regions.
fn play(world: &World, rules: Rules, threshold: Threshold) -> Vec<Table> {
    let job = Job { world, rules, threshold };
    let mut tables: Vec<Table> = Vec::new();
    let mut before: Option<Released> = None;
    for (number, half) in (0..).zip(&world.halves) {
        let (truth, live) = (truth(&half.answers), live(&half.answers));
        let mut table = Table { truth, live, ..Table::default() };
        let is_late =
            |region: &RegionId| half.late.contains(region) || half.very_late.contains(region);
        let in_time: Answers = half
            .answers
            .iter()
            .filter(|(region, _)| !is_late(region))
            .map(|(region, answers)| (*region, answers.clone()))
            .collect();
        let given = job.given(&in_time, number);
        let mut written = BTreeSet::new();
        for (region, answers) in &in_time {
            if job.region(&mut table, *region, answers) {
                written.insert(*region);
            }
        }
        let half_before = before.as_ref().map(Released::half);
        let rows = job.nation_rows(&given, &written, half_before);
        let mut blocks: Vec<_> = written.iter().map(|region| BTreeSet::from([*region])).collect();
        match &rows.others {
            Ok((regions, row)) => {
                table.row(RowScope::Others, answers_of(&in_time, regions), Ok(*row));
                blocks.push(regions.clone());
            }
            Err(hidden) => {
                let kept_out = written.union(&world.elsewhere).copied().collect();
                let pool = job.small(&in_time, &kept_out);
                table.row(RowScope::Others, answers_of(&in_time, &pool), Err(*hidden));
            }
        }
        if let Some(national) = rows.national {
            let everybody = rules == Rules::Without(Mutant::NationalOverEverybody);
            let regions: BTreeSet<RegionId> = match everybody {
                true => in_time.keys().copied().collect(),
                false => blocks.iter().flatten().copied().collect(),
            };
            table.row(RowScope::Nation, answers_of(&in_time, &regions), Ok(national));
            table.has_national = true;
        }
        let mut paired = Paired::Not;
        if let (Some(half_before), Some(then)) = (half_before, tables.last_mut()) {
            let now = Half { answers: &given, written: &blocks, paired: &Paired::Not };
            let councils = matched_councils(half_before, now);
            then.pairs.push(councils.clone());
            table.pair(&councils, rows.matched);
            paired = match rows.matched {
                Ok(shown) => {
                    then.share(&councils, shown, true, rules);
                    table.share(&councils, shown, false, rules);
                    table.has_matched = true;
                    Paired::Written(councils)
                }
                Err(why) if why.is_of_levels() => Paired::Hidden,
                Err(_) => Paired::Not,
            };
        }
        for (region, answers) in half.answers.iter().filter(|(region, _)| is_late(region)) {
            if job.region(&mut table, *region, answers) {
                written.insert(*region);
                if half.late.contains(region) {
                    blocks.push(BTreeSet::from([*region]));
                }
            }
        }
        table.regions = half.answers.len();
        table.written = written.len();
        tables.push(table);
        before =
            Some(Released { given: job.given(&half.answers, number), written: blocks, paired });
    }
    tables
}

/// The half-year before: what of it the next one's national rows go by.
struct Released {
    given: Answers,
    written: Vec<BTreeSet<RegionId>>,
    paired: Paired,
}

impl Released {
    fn half(&self) -> Half<'_> {
        Half { answers: &self.given, written: &self.written, paired: &self.paired }
    }
}

/// A job, and by what it goes.
struct Job<'a> {
    world: &'a World,
    rules: Rules,
    threshold: Threshold,
}

impl Job<'_> {
    /// The answers as they come: of regions of the other gateway there are counts alone.
    fn given(&self, answers: &Answers, number: i32) -> Answers {
        let half_year = folkmoot_domain::HalfYear::from_number(number);
        let given = answers.iter().map(|(region, answers)| {
            let given = match self.world.elsewhere.contains(region) {
                true => counts(answers).answers(*region, half_year),
                false => answers.clone(),
            };
            (*region, given)
        });
        given.collect()
    }

    /// The row of a region, and whether it is shown. A hidden one of the other gateway's says
    /// what that says itself, by its own threshold.
    fn region(&self, table: &mut Table, region: RegionId, answers: &[Frozen]) -> bool {
        let is_elsewhere = self.world.elsewhere.contains(&region);
        let there = self.world.threshold_there.filter(|_| is_elsewhere);
        let there = there.filter(|_| self.rules != Rules::ThresholdHereAlone);
        let threshold = there.map_or(self.threshold, |there| there.max(self.threshold));
        let row = match self.rules {
            Rules::Without(mutant) => mutant.region_row(answers, threshold),
            _ => threshold.region_row(answers),
        };
        if row.is_ok() || !is_elsewhere {
            table.row(RowScope::Region(region), answers, row);
        }
        row.is_ok()
    }

    fn nation_rows(
        &self,
        answers: &Answers,
        written: &BTreeSet<RegionId>,
        before: Option<Half<'_>>,
    ) -> NationRows {
        let (elsewhere, threshold) = (&self.world.elsewhere, self.threshold);
        match self.rules {
            Rules::Without(mutant) => {
                mutant.nation_rows(answers, written, elsewhere, before, threshold)
            }
            _ => nation_rows(answers, written, elsewhere, before, threshold),
        }
    }

    /// The regions that are pooled: anyone who knows who gave a level in confidence can tell.
    fn small(&self, answers: &Answers, kept_out: &BTreeSet<RegionId>) -> BTreeSet<RegionId> {
        let in_confidence =
            |answer: &&Frozen| answer.rating.level().is_some() && !answer.is_published;
        let is_small = |answers: &[Frozen]| {
            answers.iter().filter(in_confidence).count() < self.threshold.councils() as usize
        };
        let others = answers.iter().filter(|(region, _)| !kept_out.contains(region));
        others.filter(|(_, answers)| is_small(answers)).map(|(region, _)| *region).collect()
    }
}

/// What a region of the other gateway gives.
fn counts(answers: &[Frozen]) -> TableCounts {
    let of = |is_published: bool| {
        let mut histogram = Histogram::default();
        let answers = answers.iter().filter(|answer| answer.is_published == is_published);
        answers.for_each(|answer| histogram.add(answer.rating));
        histogram
    };
    TableCounts::Complete { confidential: of(false), self_published: of(true) }
}

impl Table {
    /// A row: how many of the councils that gave a level gave each, if it is shown.
    fn row<'a>(
        &mut self,
        scope: RowScope,
        answers: impl IntoIterator<Item = &'a Frozen>,
        row: Result<Histogram, Hidden>,
    ) {
        let answers: Vec<_> = answers.into_iter().collect();
        let rated = answers.iter().filter(|answer| answer.rating.level().is_some());
        let councils: BTreeSet<CouncilId> = rated.map(|answer| answer.council).collect();
        if let Ok(row) = row {
            self.levels(&councils, row.levels);
        }
        let hidden = |why| Shown::Hidden(Suppression::Block(why));
        let shown = row.map_or_else(hidden, Shown::Counts);
        self.rows.insert(scope, Row { councils, shown, eligible: answers.len() as u32 });
    }

    fn levels(&mut self, councils: &BTreeSet<CouncilId>, counts: [u32; LEVELS]) {
        for (level, count) in counts.into_iter().enumerate() {
            let mut levels = [false; LEVELS];
            levels[level] = true;
            let councils = councils.clone();
            self.facts.push(Fact { councils, levels, least: count, most: count });
        }
    }

    /// The row of the matched pair with the half-year before.
    fn pair(&mut self, councils: &BTreeSet<CouncilId>, pair: Result<Matched, Unmatched>) {
        self.pairs.push(councils.clone());
        let hidden = |why| Shown::Hidden(Suppression::Pair(why));
        let shown = pair.map_or_else(hidden, Shown::Pair);
        let row = Row { councils: councils.clone(), shown, eligible: 0 };
        self.rows.insert(RowScope::Matched, row);
    }

    /// One side of a matched pair.
    fn share(&mut self, councils: &BTreeSet<CouncilId>, shown: Matched, then: bool, rules: Rules) {
        assert_eq!(shown.councils as usize, councils.len(), "matched councils are public");
        let share = if then { shown.before } else { shown.now };
        let (least, most) = share.bounds(shown.councils);
        let levels = [false, false, false, true, true];
        self.facts.push(Fact { councils: councils.clone(), levels, least, most });
        if rules == Rules::FullMatched {
            let mut counts = [0; LEVELS];
            councils.iter().for_each(|one| counts[usize::from(self.truth[one].0)] += 1);
            self.levels(councils, counts);
        }
    }
}

fn truth(answers: &Answers) -> BTreeMap<CouncilId, (u8, bool)> {
    let answers = answers.values().flatten();
    answers
        .filter_map(|one| Some((one.council, (one.rating.level()?.number(), one.is_published))))
        .collect()
}

fn live(answers: &Answers) -> BTreeMap<RegionId, Histogram> {
    let sum = |answers: &Vec<Frozen>| {
        let mut histogram = Histogram::default();
        answers.iter().for_each(|answer| histogram.add(answer.rating));
        histogram
    };
    answers.iter().map(|(region, answers)| (*region, sum(answers))).collect()
}

fn answers_of<'a>(
    answers: &'a Answers,
    regions: &BTreeSet<RegionId>,
) -> impl Iterator<Item = &'a Frozen> {
    regions.iter().filter_map(|region| answers.get(region)).flatten()
}

/// Which councils a matched pair is about, worked out anew: same body, same home, a level in
/// written rows of both half-years.
fn matched_councils(before: Half<'_>, now: Half<'_>) -> BTreeSet<CouncilId> {
    let homes = |half: Half<'_>| -> BTreeSet<(CouncilId, RegionId)> {
        let regions = half.written.iter().flatten();
        let answers = regions.flat_map(|region| {
            half.answers.get(region).into_iter().flatten().map(|answer| (*region, *answer))
        });
        answers
            .filter(|(_, answer)| answer.rating.level().is_some())
            .map(|(region, answer)| (answer.council, region))
            .collect()
    };
    homes(before).intersection(&homes(now)).map(|(council, _)| *council).collect()
}

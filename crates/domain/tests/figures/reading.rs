//! What a reader makes of everything that is written from released rows: sentences, shares,
//! medians, means, ranks and the order of lists.
//!
//! The crate's own functions write them, fed with what the API feeds them. A ranking compares
//! points, and a world has one table in each half-year; so its half-years stand for the points.
//!
//! Each number becomes a [`Fact`], unless it is *entailed*: the same councils' levels are in a
//! written row, and the number follows. In a sound release every one is, so that the attacker
//! has nothing to add.

mod sentence;

use folkmoot_domain::{
    Coverage, Figures, Histogram, LEVELS, NeedOfPoint, NoFigure, PointId, RowScope, Share, Shown,
    SupportRank, TopicInput, next_topics, support_ranking,
};

use self::sentence::Sentence;
use crate::{
    published::{Fact, Rules, Table, release},
    world::World,
};

const AT_THREE_OR_MORE: [bool; LEVELS] = [false, false, false, true, true];

/// A world's release, and what a reader learns from all that is made of it.
pub(crate) fn read(world: &World, rules: Rules) -> Vec<Table> {
    let mut tables = release(world, rules);
    let scopes = tables.iter().flat_map(|table| table.rows.keys()).copied();
    let is_asked = |scope: &RowScope| matches!(scope, RowScope::Region(_) | RowScope::Nation);
    let mut scopes: Vec<RowScope> = scopes.filter(is_asked).collect();
    scopes.sort_unstable();
    scopes.dedup();
    for scope in scopes {
        let figures = if scope == RowScope::Nation { Figures::Nation } else { Figures::Published };
        let needs: Vec<_> =
            (0..tables.len()).map(|at| need(&tables[at], at, scope, rules)).collect();
        let mut ranking = support_ranking(needs.clone(), figures);
        if rules == Rules::LivePlaces {
            let is_hidden = |row: &SupportRank| shown(&tables[at(row.point)], scope).is_err();
            ranking.iter_mut().filter(|row| is_hidden(row)).for_each(|row| {
                row.share = Err(NoFigure::Hidden);
                row.because = "Not published.".to_owned();
            });
        }
        read_ranking(&mut tables, scope, &ranking);
        if figures == Figures::Published {
            read_topics(&mut tables, scope, &needs);
        }
    }
    tables.iter_mut().for_each(read_rows);
    tables
}

/// What is shown of a scope: what the API tells the questions.
fn shown(table: &Table, scope: RowScope) -> Result<Histogram, NoFigure> {
    match table.rows.get(&scope).map(|row| row.shown) {
        Some(Shown::Counts(histogram)) => Ok(histogram),
        shown => Err(shown.and_then(Shown::no_figure).unwrap_or(NoFigure::NotPublished)),
    }
}

fn need(table: &Table, at: usize, scope: RowScope, rules: Rules) -> NeedOfPoint {
    let is_live = matches!(rules, Rules::LiveSentences | Rules::LivePlaces);
    let live = match scope {
        RowScope::Region(region) if is_live => table.live.get(&region).copied(),
        _ => None,
    };
    let nation = shown(table, RowScope::Nation).ok();
    NeedOfPoint {
        point: point(at),
        number: at as u16,
        region: live.map_or_else(|| shown(table, scope), Ok),
        nation: nation.filter(|_| scope != RowScope::Nation),
        eligible: table.rows.get(&scope).map_or(0, |row| row.eligible),
    }
}

fn point(at: usize) -> PointId {
    PointId::derived(&at.to_string())
}

fn at(known: PointId) -> usize {
    (0..).find(|at| point(*at) == known).expect("a point of these")
}

fn read_ranking(tables: &mut [Table], scope: RowScope, ranking: &[SupportRank]) {
    for row in ranking {
        let table = &mut tables[at(row.point)];
        read_sentence(table, scope, &row.because);
        for (of, share) in [(scope, row.share.ok()), (RowScope::Nation, row.nation)] {
            if let Some(share) = share {
                table.learn(of, AT_THREE_OR_MORE, |other| other.fraction() == share.fraction());
            }
        }
    }
    let ranked = ranking.iter().filter(|row| row.rank.is_some());
    let places: Vec<_> = ranked.map(|row| (at(row.point), row.share.ok())).collect();
    read_places(tables, scope, &places, |above, below| above.compare(below).is_ge());
}

/// Meet-ups and votes are public by themselves; without any, places are those of needs.
fn read_topics(tables: &mut [Table], scope: RowScope, needs: &[NeedOfPoint]) {
    let input = |need: &NeedOfPoint| TopicInput {
        point: need.point,
        number: need.number,
        need: need.region,
        covered: Coverage::default(),
        votes: 0,
    };
    let topics = next_topics(needs.iter().map(input).collect(), chrono::NaiveDate::default());
    for topic in &topics {
        let table = &mut tables[at(topic.point)];
        read_sentence(table, scope, &topic.because);
        if let Ok(share) = topic.need {
            table.learn(scope, AT_THREE_OR_MORE, |other| other.fraction() == share.fraction());
        }
    }
    // A topic without a need stands where the middle one of those that are shown does: its place
    // says nothing of it.
    let shown = topics.iter().filter(|topic| topic.need.is_ok());
    let places: Vec<_> = shown.map(|topic| (at(topic.point), topic.need.ok())).collect();
    read_places(tables, scope, &places, |above, below| above.percent() >= below.percent());
}

fn read_sentence(table: &mut Table, scope: RowScope, text: &str) {
    let Sentence { need, nation } = Sentence::read(text);
    if let Some((need, percent)) = need {
        let councils = table.rows[&scope].councils.len();
        assert_eq!(need.whole() as usize, councils, "those who gave a level: {text}");
        table.learn(scope, AT_THREE_OR_MORE, |other| other == need);
        table.learn(scope, AT_THREE_OR_MORE, |other| other.percent() == percent);
    }
    if let Some(percent) = nation {
        table.learn(RowScope::Nation, AT_THREE_OR_MORE, |other| other.percent() == percent);
    }
}

/// A list in order of need: each share is between the nearest ones that are shown.
fn read_places(
    tables: &mut [Table],
    scope: RowScope,
    list: &[(usize, Option<Share>)],
    is_before: impl Fn(Share, Share) -> bool,
) {
    for (place, (at, _)) in list.iter().enumerate() {
        let above = list[..place].iter().rev().find_map(|(_, share)| *share);
        let below = list[place + 1..].iter().find_map(|(_, share)| *share);
        tables[*at].learn(scope, AT_THREE_OR_MORE, |share| {
            above.is_none_or(|above| is_before(above, share))
                && below.is_none_or(|below| is_before(share, below))
        });
    }
}

/// The numbers of a released row that are made of its counts.
fn read_rows(table: &mut Table) {
    let scopes: Vec<RowScope> = table.rows.keys().copied().collect();
    for scope in scopes {
        let Ok(histogram) = shown(table, scope) else { continue };
        let rated = histogram.rated();
        assert_eq!(rated as usize, table.rows[&scope].councils.len(), "they gave a level");
        if let Some(fraction) = histogram.share_at_three_or_more() {
            table.learn(scope, AT_THREE_OR_MORE, |other| other.fraction() == fraction);
        }
        if let Some(median) = histogram.median() {
            let half = |share: Share| 2 * share.part() >= share.whole();
            table.learn(scope, std::array::from_fn(|level| level as f64 <= median), half);
            table.learn(scope, std::array::from_fn(|level| level as f64 >= median), half);
        }
        if let Some(mean) = histogram.mean() {
            let sum: u32 = (0..).zip(table.counts(scope)).map(|(level, count)| level * count).sum();
            assert_eq!(mean, f64::from(sum) / f64::from(rated), "entailed by the row's counts");
        }
    }
}

impl Table {
    /// The councils of a row are at these levels in a share of which something is known.
    fn learn(&mut self, scope: RowScope, levels: [bool; LEVELS], knows: impl Fn(Share) -> bool) {
        let row = &self.rows[&scope];
        let whole = row.councils.len() as u32;
        if let Shown::Counts(histogram) = row.shown {
            let counts = histogram.levels.iter().zip(levels).filter(|(_, is_in)| *is_in);
            let share = Share::new(counts.map(|(count, _)| count).sum(), whole);
            assert!(share.is_some_and(knows), "{scope:?}: entailed by the row's counts");
            self.entailed += 1;
            return;
        }
        let possible = |part: &u32| Share::new(*part, whole).is_some_and(&knows);
        let Some(least) = (0..=whole).find(possible) else { return };
        let most = (0..=whole).rev().find(possible).expect("the least, if no other");
        self.facts.push(Fact { councils: row.councils.clone(), levels, least, most });
        self.learnt += 1;
    }

    /// A written row's counts, as the facts have them.
    fn counts(&self, scope: RowScope) -> [u32; LEVELS] {
        let of_row = |fact: &&Fact| fact.councils == self.rows[&scope].councils;
        std::array::from_fn(|level| {
            let is_level = |fact: &&Fact| (0..LEVELS).all(|at| fact.levels[at] == (at == level));
            let exact = |fact: &&Fact| fact.least == fact.most;
            let mut facts = self.facts.iter().filter(is_level).filter(exact).filter(of_row);
            facts.next().expect("written").least
        })
    }
}

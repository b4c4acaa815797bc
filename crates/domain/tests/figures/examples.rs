//! Small nations in which one safeguard decides.

use std::collections::BTreeSet;

use folkmoot_domain::{
    Answers, CouncilId, Frozen, Half, Hidden, Matched, Mutant, Paired, Rating, RegionId, RowScope,
    Shown, Suppression, Threshold, Unmatched, nation_rows,
};

use crate::{
    K,
    attacker::{Exposure, exposure},
    published::{Fact, Row, Rules, Table, release},
    reading::read,
    world::{HalfYear, World},
};

/// Councils named after their region; 5 is *not applicable*, `.` one that does not answer.
fn half_year(regions: &[(&str, &str)]) -> HalfYear {
    let answer = |region: &str, place: usize, code: char| {
        let rating = Rating::from_code(code.to_digit(10)? as u8)?;
        Some(Frozen { council: council(region, place), rating, is_published: false })
    };
    let answers = regions.iter().map(|(region, codes)| {
        let codes = codes.chars().enumerate();
        let answers = codes.filter_map(|(place, code)| answer(region, place, code));
        (RegionId::derived(region), answers.collect())
    });
    HalfYear { answers: answers.collect(), ..HalfYear::default() }
}

fn council(region: &str, place: usize) -> CouncilId {
    CouncilId::derived(&format!("{region}{place}"))
}

fn fixed(councils: &[(&str, usize)]) -> Option<Exposure> {
    let councils = councils.iter().map(|(region, place)| council(region, *place));
    Some(Exposure::Fixed(councils.collect()))
}

fn rows(answers: &Answers) -> Vec<BTreeSet<RegionId>> {
    answers.keys().map(|region| BTreeSet::from([*region])).collect()
}

/// The matched pair of two half-years in which all regions have rows of their own.
fn pair(before: &HalfYear, now: &HalfYear, paired: &Paired) -> Result<Matched, Unmatched> {
    let written = rows(&before.answers);
    let before = Half { answers: &before.answers, written: &written, paired };
    let regions = now.answers.keys().copied().collect();
    nation_rows(&now.answers, &regions, &BTreeSet::new(), Some(before), Threshold::LEAST).matched
}

#[test]
fn a_share_that_is_all_there_is_tells_who_is_not_in_it() {
    // "a" answers 2, 0, 0, 3, 1. All matched councils of "b" are at 3 or more, and all of those
    // of "a" and "c" that can be: so the one of "a" who is not matched is at the only lower
    // level there.
    let before = half_year(&[("a", "501234"), ("b", "0123401234555"), ("c", "501234")]);
    let now = half_year(&[("a", "003334"), ("b", "3434343434341"), ("c", "113334")]);
    assert_eq!(pair(&before, &now, &Paired::Not), Err(Unmatched::LittleSlack));
    let world = World { halves: vec![before, now], ..World::default() };
    let tables = release(&world, Rules::Without(Mutant::SlackOff));
    assert!(tables[1].has_matched);
    assert_eq!(exposure(&tables[1], K), fixed(&[("a", 0)]));
    assert!(release(&world, Rules::Sound).iter().all(|table| exposure(table, K).is_none()));
}

#[test]
fn those_who_are_not_matched_are_no_cover_for_one_another_in_rows_that_are_not_cut() {
    // One council each of "a" and "b" is not matched; those of "d" are not either, but their row
    // is known by itself. The share is a number, so the two are known to be at 1 and 3.
    let before = half_year(&[("a", "0123401235"), ("b", "0123401235"), ("c", "012340")]);
    let now =
        half_year(&[("a", "3333131111"), ("b", "3331113313"), ("c", "313133"), ("d", "00444000")]);
    assert_eq!(pair(&before, &now, &Paired::Not), Err(Unmatched::FewOthers));
    let world = World { halves: vec![before, now], ..World::default() };
    let tables = release(&world, Rules::Without(Mutant::CutOff));
    assert!(tables[1].has_matched);
    assert_eq!(exposure(&tables[1], K), fixed(&[("a", 9), ("b", 9)]));
    assert!(release(&world, Rules::Sound).iter().all(|table| exposure(table, K).is_none()));
}

#[test]
fn others_who_are_nearly_all_on_one_side_are_told_together() {
    // The first council of each region is not matched. 32 or 33 of the 50 others are at 3 or
    // more, of all 55 there are 37: so four of those five are, or all, and there 4 is the only
    // such level.
    let before = half_year(&[
        ("a", "501234012340"),
        ("b", "501234012"),
        ("c", "501234012"),
        ("d", "50123401234012"),
        ("e", "50123401234"),
    ]);
    let now = half_year(&[
        ("a", "404004440444"),
        ("b", "441414444"),
        ("c", "000444004"),
        ("d", "41414444144441"),
        ("e", "40004444444"),
    ]);
    assert_eq!(pair(&before, &now, &Paired::Not), Err(Unmatched::FewOthers));
    let world = World { halves: vec![before, now], ..World::default() };
    let tables = release(&world, Rules::Without(Mutant::CutOff));
    assert!(tables[1].has_matched);
    let others = ["a", "b", "c", "d", "e"].map(|region| council(region, 0));
    assert_eq!(exposure(&tables[1], K), Some(Exposure::Alike(others.into(), 4)));
    assert!(release(&world, Rules::Sound).iter().all(|table| exposure(table, K).is_none()));
}

#[test]
fn two_pairs_about_one_half_year_tell_of_a_council_that_is_in_one_only() {
    // Three of each region answer in the middle only; a13 answers in the first two. Of 21 councils
    // 12 are at 3 or more, of the 20 without it 11; both shares are numbers.
    let first = half_year(&[("a", "0123401234...0"), ("b", "0123401234...")]);
    let middle = half_year(&[("a", "44444400004004"), ("b", "3333311111311")]);
    let last = half_year(&[("a", "0123401234...."), ("b", "0123401234...")]);
    assert!(pair(&first, &middle, &Paired::Not).is_ok());
    assert!(pair(&middle, &last, &Paired::Not).is_ok(), "by itself");
    let first_pair = first.answers.values().flatten().map(|answer| answer.council).collect();
    assert_eq!(pair(&middle, &last, &Paired::Written(first_pair)), Err(Unmatched::FewOthers));
    let world = World { halves: vec![first, middle, last], ..World::default() };
    let tables = release(&world, Rules::Without(Mutant::TwiceOff));
    assert_eq!(exposure(&tables[1], K), fixed(&[("a", 13)]));
    let tables = release(&world, Rules::Sound);
    assert_eq!([tables[1].has_matched, tables[2].has_matched], [true, false]);
    assert!(tables.iter().all(|table| exposure(table, K).is_none()));
}

#[test]
fn a_pool_with_a_nearly_alike_region_would_tell_its_level_to_who_knows_the_rule() {
    let half = half_year(&[("alike", "222222"), ("small", "114"), ("tiny", "13")]);
    let all = half.answers.values().flatten();
    let truth = all.filter_map(|one| Some((one.council, (one.rating.level()?.number(), false))));
    let mut table = Table { truth: truth.collect(), ..Table::default() };
    let everyone: BTreeSet<CouncilId> = table.truth.keys().copied().collect();
    for level in 0..5 {
        let count = table.truth.values().filter(|(at, _)| *at == level).count() as u32;
        table.facts.push(at_level(&everyone, level, count, count));
    }
    assert_eq!(exposure(&table, K), None, "by the figures alone");
    // A hidden region of six has five or more at one level, and the row has five at 2 only.
    let alike: BTreeSet<CouncilId> = (0..6).map(|place| council("alike", place)).collect();
    let shown = Shown::Hidden(Suppression::Block(Hidden::NearlyAlike));
    let hidden = Row { councils: alike.clone(), shown, eligible: 6 };
    table.rows.insert(RowScope::Region(RegionId::derived("alike")), hidden);
    let Some(Exposure::Alike(councils, 2)) = exposure(&table, K) else { panic!("at 2") };
    assert!(councils.is_subset(&alike));

    let rows =
        nation_rows(&half.answers, &BTreeSet::new(), &BTreeSet::new(), None, Threshold::LEAST);
    let (regions, _) = rows.others.expect("five of two regions");
    assert_eq!(regions, ["small", "tiny"].map(RegionId::derived).into());
}

fn at_level(councils: &BTreeSet<CouncilId>, level: u8, least: u32, most: u32) -> Fact {
    let levels = std::array::from_fn(|other| other == usize::from(level));
    Fact { councils: councils.clone(), levels, least, most }
}

#[test]
fn a_sentence_made_of_hidden_answers_tells_levels_of_a_region_that_is_pooled() {
    // All but "wide" are pooled: four at 1, one at 3, two at 4.
    let half =
        half_year(&[("wide", "012340"), ("small", "134"), ("smaller", "14"), ("tiny", "11")]);
    let world = World { halves: vec![half], ..World::default() };
    assert_eq!(exposure(&read(&world, Rules::Sound)[0], K), None);
    // "0 of 2 councils need much or urgent support": both are at the only level below 3 there.
    let tables = read(&world, Rules::LiveSentences);
    assert_eq!(exposure(&tables[0], K), fixed(&[("tiny", 0)]), "so is the other");
}

//! Claims about the figures that the demo's answers give: the nation is always shown, regions
//! mostly, and small ones show how they are hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use folkmoot_domain::{
    Answers, Frozen, Given, HalfYear, HomeClaim, Measure, Membership, PointId, RegionId, Standing,
    Threshold, counted, nation_rows,
};

use super::{DEMO, REGISTER, TODAY, points, public_regions, region};

type Table = (HalfYear, PointId, Measure);

/// What counts of the demo's answers, as regions would close it.
fn tables(regions: &HashSet<RegionId>) -> BTreeMap<Table, Answers> {
    let groups: HashMap<_, _> = DEMO.groups.iter().map(|group| (group.id, group.region)).collect();
    let homes = DEMO.memberships.iter().filter(|one| one.is_home);
    let region_of: HashMap<_, _> = DEMO.regions.iter().map(|region| (region.id, region)).collect();
    let claim = |one: &Membership| HomeClaim::new(region_of[&groups[&one.group]], one.life);
    let homes = homes.map(|one| (one.council, claim(one)));
    let successions = REGISTER.successions.iter().map(|one| (one.from, one.to));
    let standing = Standing::new(homes, successions);
    let rounds: HashMap<_, _> = DEMO.rounds.iter().map(|round| (round.id, round)).collect();
    let mut given = Vec::new();
    for one in DEMO.responses.iter().filter(|response| regions.contains(&response.region)) {
        for measure in Measure::ALL {
            given.extend(one.rating(measure).map(|rating| Given {
                region: one.region,
                round: one.round,
                held_on: rounds[&one.round].held_on,
                council: one.council,
                point: one.point,
                measure,
                rating,
            }));
        }
    }
    let mut tables: BTreeMap<Table, Answers> = BTreeMap::new();
    for one in counted(&given, &standing) {
        let table = tables.entry((one.half_year, one.point, one.measure)).or_default();
        table.entry(one.region).or_default().push(Frozen {
            council: one.council,
            rating: one.rating,
            is_published: DEMO.publications.contains(&(one.region, one.council)),
        });
    }
    tables.retain(|(half_year, ..), _| *half_year < HalfYear::of(TODAY));
    tables
}

/// Tables in which a region's row is shown, and all that it has answers to.
type Shown = BTreeMap<(RegionId, HalfYear), (u32, u32)>;

fn shown(tables: &BTreeMap<Table, Answers>) -> Shown {
    let mut shown = Shown::new();
    for ((half_year, ..), answers) in tables {
        for (region, answers) in answers {
            let (of, all) = shown.entry((*region, *half_year)).or_default();
            *of += u32::from(Threshold::LEAST.region_row(answers).is_ok());
            *all += 1;
        }
    }
    shown
}

#[test]
fn the_nation_is_shown_in_every_table() {
    let lgdss: HashSet<_> = points().map(|point| point.id).collect();
    let tables = tables(&public_regions(&DEMO));
    let mut count = 0;
    for ((half_year, point, measure), answers) in &tables {
        let is_shown = |region: &RegionId| Threshold::LEAST.region_row(&answers[region]).is_ok();
        let written: BTreeSet<_> = answers.keys().copied().filter(is_shown).collect();
        if lgdss.contains(point) {
            let rows = nation_rows(answers, &written, &BTreeSet::new(), None, Threshold::LEAST);
            let national = rows.national.expect("some region is shown");
            assert!(national.rated() >= 60, "{half_year} {point} {measure:?}");
            count += 1;
        }
    }
    assert_eq!(count, 8 * 15 * 2, "half-years, points and measures");
}

#[test]
#[expect(clippy::print_stdout, reason = "the shares are what one looks at when the model changes")]
fn regions_are_shown_in_most_tables_and_a_small_one_is_hidden_in_some() {
    let shown = shown(&tables(&public_regions(&DEMO)));
    for region in &DEMO.regions {
        let of_region = shown.iter().filter(|((id, _), _)| *id == region.id);
        let shares: Vec<_> = of_region
            .map(|((_, half_year), (of, all))| format!("{half_year} {of}/{all}"))
            .collect();
        println!("{} {}", region.code, shares.join(", "));
    }
    assert!(shown.values().all(|(of, all)| of * 5 >= all * 4));
    let hidden = shown.iter().filter(|(_, (of, all))| of < all);
    let hidden: BTreeSet<_> = hidden.map(|((id, _), _)| *id).collect();
    assert_eq!(hidden, BTreeSet::from([region("yorkshire-humber")]));
}

#[test]
fn a_region_on_trial_begins_too_small_to_be_shown() {
    let shown = shown(&tables(&HashSet::from([region("east")])));
    let first = shown.values().next().expect("its first half-year");
    let last = shown.values().next_back().expect("its last");
    assert_eq!((*first, *last), ((0, 30), (30, 30)));
}

#[test]
fn councils_that_publish_their_answers_have_some() {
    assert!((2..=3).contains(&DEMO.publications.len()));
    for (region, council) in &DEMO.publications {
        let answers = DEMO.responses.iter().filter(|one| one.council == *council);
        assert!(
            answers.clone().count() > 60 && answers.into_iter().all(|one| one.region == *region)
        );
    }
}

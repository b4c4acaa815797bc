//! Claims about the demo's rounds and answers: the story of `responses.rs`, held to its word.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate, TimeDelta};
use folkmoot_domain::{
    CaptureMethod, CouncilId, HalfYear, Measure, MeetupStatus, Merging, PointId, Rating, RegionId,
    Response, Round, RoundId, StandardId, clean_line,
};

use super::{
    DEMO, Demo, STANDARDS, TODAY, day, demo_on, demo_without_answers_on, london_day, region,
};

fn half_year(name: &str) -> HalfYear {
    name.parse().expect("a half-year")
}

fn rounds_of(code: &str) -> Vec<&'static Round> {
    DEMO.rounds.iter().filter(|round| round.region == region(code)).collect()
}

fn rounds_by_id() -> HashMap<RoundId, &'static Round> {
    DEMO.rounds.iter().map(|round| (round.id, round)).collect()
}

fn has_ended(round: &Round) -> bool {
    round.half_year() < HalfYear::of(TODAY)
}

/// Who is at home in the round's region on its day.
fn eligible(round: &Round) -> BTreeSet<CouncilId> {
    let groups: HashMap<_, _> = DEMO.groups.iter().map(|group| (group.id, group.region)).collect();
    DEMO.memberships
        .iter()
        .filter(|one| one.is_home && groups[&one.group] == round.region)
        .filter(|one| one.life.contains(round.held_on))
        .map(|one| one.council)
        .collect()
}

fn answers(round: &Round) -> impl Iterator<Item = &'static Response> {
    let id = round.id;
    DEMO.responses.iter().filter(move |response| response.round == id)
}

fn answered(round: &Round) -> BTreeSet<CouncilId> {
    answers(round).map(|response| response.council).collect()
}

/// The levels of a measure by region, half-year, point and council.
type Levels = BTreeMap<(RegionId, HalfYear, PointId), HashMap<CouncilId, f64>>;

fn levels(measure: Measure) -> Levels {
    let rounds = rounds_by_id();
    let mut levels = Levels::new();
    for response in &DEMO.responses {
        let key = (response.region, rounds[&response.round].half_year(), response.point);
        if let Some(level) = response.rating(measure).and_then(Rating::level) {
            let of_point = levels.entry(key).or_default();
            of_point.insert(response.council, f64::from(level.number()));
        }
    }
    levels
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    sum / count
}

#[test]
fn every_region_asks_once_in_each_of_eight_half_years_and_london_has_begun_the_ninth() {
    let last = half_year("2026-H1");
    for code in ["london", "midlands", "south", "south-west", "yorkshire-humber"] {
        let mut rounds = rounds_of(code);
        if code == "london" {
            let under_way = rounds.pop().expect("a round");
            assert_eq!((under_way.half_year(), under_way.closes_on), (last.next(), None));
            assert!(under_way.held_on <= TODAY);
        }
        let half_years: Vec<_> = rounds.iter().map(|round| round.half_year().number()).collect();
        assert_eq!(half_years, (last.number() - 7..=last.number()).collect::<Vec<_>>(), "{code}");
        assert_eq!(rounds[0].half_year(), half_year("2022-H2"));
        for round in &rounds {
            assert!(matches!(round.held_on.month(), 3 | 10), "{}", round.held_on);
            assert_eq!(round.natural_key, round.held_on.format("%Y-%m").to_string());
            assert!(round.closes_on.is_some_and(|day| round.held_on <= day && day < TODAY));
        }
        let is_form = |round: &&Round| round.capture == CaptureMethod::OnlineForm;
        assert_eq!(rounds.iter().position(is_form), Some(2), "{code}");
        assert!(rounds[2..].iter().all(is_form));
    }
    assert_eq!(rounds_of("east").len(), 5, "from its beginning in 2024");
}

#[test]
fn regions_ask_on_different_days() {
    let days: HashSet<_> = DEMO.rounds.iter().map(|round| round.held_on).collect();
    assert_eq!(days.len(), DEMO.rounds.len());
}

#[test]
fn one_region_changes_its_standard_for_its_last_two_rounds() {
    let lgdss = StandardId::derived("lgdss-2016");
    for network in &DEMO.regions {
        let rounds = rounds_of(network.code.as_str());
        let later = rounds.iter().filter(|round| round.standard != lgdss);
        let later: Vec<_> = later.map(|round| round.half_year().to_string()).collect();
        match network.code.as_str() {
            "yorkshire-humber" => assert_eq!(later, ["2025-H2", "2026-H1"]),
            _ => assert!(later.is_empty()),
        }
    }
    let rounds = rounds_by_id();
    let standards: HashMap<_, _> = STANDARDS
        .iter()
        .flat_map(|standard| standard.points.iter().map(|point| (point.id, standard.id)))
        .collect();
    for response in &DEMO.responses {
        assert_eq!(standards[&response.point], rounds[&response.round].standard);
    }
}

#[test]
fn whatever_the_day_there_are_eight_half_years_and_ids_stay() {
    let mut known: HashMap<RoundId, NaiveDate> = HashMap::new();
    for today in (0..40).map(|n| day(2026, 3, 1) + TimeDelta::days(n * 50)) {
        let demo = demo_without_answers_on(today);
        let ended = demo.rounds.iter().filter(|round| round.half_year() < HalfYear::of(today));
        let midlands = ended.filter(|round| round.region == region("midlands"));
        assert_eq!(midlands.count(), 8, "{today}");
        for round in &demo.rounds {
            assert!(round.held_on <= today, "{today}");
            assert_eq!(*known.entry(round.id).or_insert(round.held_on), round.held_on);
        }
    }
}

#[test]
fn within_a_half_year_answers_stay_as_they_are() {
    let over = DEMO.rounds.iter().filter(|round| has_ended(round)).map(|round| round.id);
    let over: HashSet<_> = over.collect();
    let told = |demo: &Demo| -> Vec<_> {
        let of_over = demo.responses.iter().filter(|response| over.contains(&response.round));
        of_over.map(|one| (one.id, one.understanding, one.support_need, one.people)).collect()
    };
    assert!(told(&DEMO) == told(&demo_on(TODAY + TimeDelta::days(30))));
}

#[test]
fn only_those_at_home_on_the_day_answer_and_once_for_each_point() {
    for round in &DEMO.rounds {
        assert!(answered(round).is_subset(&eligible(round)), "{}", round.natural_key);
    }
    let ids: HashSet<_> = DEMO.responses.iter().map(|response| response.id).collect();
    assert_eq!(ids.len(), DEMO.responses.len());
    for one in &DEMO.responses {
        assert_eq!(one.id, Response::id_of(one.round, one.council, one.point));
    }
}

#[test]
fn predecessors_answer_before_a_reorganisation_and_the_successor_after_it() {
    for (code, before, after) in [
        ("yorkshire-humber", &["NYK", "CRA", "HAE", "HAG", "RIH", "RYE", "SCE", "SEL"][..], "NYE"),
        ("south-west", &["SOM", "MEN", "SEG", "SSO", "SWT"][..], "SMT"),
    ] {
        let before: BTreeSet<_> = before.iter().map(|code| CouncilId::derived(code)).collect();
        let after = CouncilId::derived(after);
        let (old, new): (Vec<_>, Vec<_>) =
            rounds_of(code).into_iter().partition(|round| round.held_on < day(2023, 4, 1));
        assert!(old.iter().all(|round| !answered(round).is_disjoint(&before)), "{code}");
        assert!(old.iter().all(|round| !answered(round).contains(&after)), "{code}");
        assert!(new.iter().all(|round| answered(round).is_disjoint(&before)), "{code}");
        assert!(new.iter().any(|round| answered(round).contains(&after)), "{code}");
    }
}

#[test]
fn between_an_eighth_and_under_half_of_those_asked_are_silent() {
    for round in DEMO.rounds.iter().filter(|round| has_ended(round)) {
        let (asked, told) = (eligible(round).len() as f64, answered(round).len() as f64);
        let silent = 1.0 - told / asked;
        assert!((0.12..=0.45).contains(&silent), "{} {silent}", round.natural_key);
    }
    let asked = DEMO.rounds.iter().map(|round| (eligible(round), answered(round)));
    let mut of_council: HashMap<CouncilId, (u32, u32)> = HashMap::new();
    for (eligible, answered) in asked {
        for council in eligible {
            let (asked, told) = of_council.entry(council).or_default();
            *asked += 1;
            *told += u32::from(answered.contains(&council));
        }
    }
    let count = |accepts: &dyn Fn(u32, u32) -> bool| {
        of_council.values().filter(|(asked, told)| accepts(*asked, *told)).count()
    };
    let never = count(&|asked, told| asked == 8 && told == 0);
    assert!((1..=12).contains(&never), "{never} never answer");
    assert!(count(&|asked, told| asked == 8 && told == 7) >= 10, "some miss a single round");
}

#[test]
fn answers_come_in_every_variety() {
    let count = |accepts: &dyn Fn(&Response) -> bool| {
        DEMO.responses.iter().filter(|response| accepts(response)).count()
    };
    let all = DEMO.responses.len();
    for measure in Measure::ALL {
        let share = |code: u8| {
            let is_given = |one: &Response| one.rating(measure).map(Rating::code) == Some(code);
            count(&is_given) as f64 / all as f64
        };
        for code in 0..5 {
            assert!((0.04..0.40).contains(&share(code)), "{measure:?} {code} {}", share(code));
        }
        assert!((0.01..0.05).contains(&share(5)), "not applicable {}", share(5));
        assert!((0.01..0.05).contains(&share(6)), "don't know {}", share(6));
    }
    assert!(count(&|one| one.support_need.is_none()) > 50);
    assert!(count(&|one| one.understanding.is_none()) == 0);
    assert!(count(&|one| one.merging == Merging::Median && one.people > 2) > 500);
    assert!((20..=100).contains(&count(&|one| one.note.is_some())), "a handful of notes");
    let passed_over = DEMO.rounds.iter().any(|round| {
        let mut points: HashMap<CouncilId, u32> = HashMap::new();
        answers(round).for_each(|one| *points.entry(one.council).or_default() += 1);
        points.values().max() != points.values().min()
    });
    assert!(passed_over);
}

#[test]
fn notes_are_sentences_without_names() {
    let notes: BTreeSet<_> =
        DEMO.responses.iter().filter_map(|response| response.note.as_deref()).collect();
    assert!((8..=10).contains(&notes.len()));
    for note in notes {
        assert_eq!(clean_line(note, 120), note);
        assert!(note.ends_with('.') && !note.contains('@'));
    }
}

#[test]
fn points_differ_and_everyone_grows_slowly() {
    let levels = levels(Measure::Understanding);
    let of = |slug: &str, half: &str| {
        let standard = STANDARDS.iter().find(|one| one.code == "lgdss-2016").expect("embedded");
        let point = standard.points.iter().find(|point| point.slug == slug).expect("a point").id;
        let known =
            levels.iter().filter(|((_, it, about), _)| (*it, *about) == (half_year(half), point));
        mean(known.flat_map(|(_, councils)| councils.values().copied()))
    };
    for half in ["2022-H2", "2024-H1", "2026-H1"] {
        for strong in ["user-research", "agile"] {
            for weak in ["offline", "open-standards", "kpis"] {
                assert!(of(strong, half) > of(weak, half) + 0.6, "{strong} {weak} {half}");
            }
        }
    }
    let all = |half: &str| {
        let known = levels.iter().filter(|((_, it, _), _)| *it == half_year(half));
        mean(known.flat_map(|(_, councils)| councils.values().copied()))
    };
    let grown = all("2026-H1") - all("2022-H2");
    assert!((0.2..1.0).contains(&grown), "{grown}");
}

#[test]
fn where_a_meetup_was_held_understanding_grows_more_and_need_falls_more() {
    let rounds: HashMap<_, _> =
        DEMO.rounds.iter().map(|round| ((round.region, round.half_year()), round)).collect();
    let change = |measure| {
        let levels = levels(measure);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for ((region, half, point), now) in &levels {
            let Some(before) = levels.get(&(*region, half.previous(), *point)) else { continue };
            let (from, to) =
                (rounds[&(*region, half.previous())].held_on, rounds[&(*region, *half)].held_on);
            // Only where the demo still has all the meet-ups to show.
            if from < TODAY - chrono::Months::new(24) {
                continue;
            }
            let was_held = DEMO.meetups.iter().any(|meetup| {
                let date = london_day(meetup.starts_at);
                meetup.region == *region
                    && meetup.status == MeetupStatus::Held
                    && meetup.points.contains(point)
                    && (from..to).contains(&date)
            });
            let both = now.iter().filter_map(|(council, now)| Some(now - before.get(council)?));
            if was_held { with.extend(both) } else { without.extend(both) }
        }
        (mean(with), mean(without))
    };
    let (with, without) = change(Measure::Understanding);
    assert!(with > without + 0.15, "{with} {without}");
    let (with, without) = change(Measure::SupportNeed);
    assert!(with < without - 0.1, "{with} {without}");
}

#[test]
fn need_falls_as_understanding_rises_but_not_by_rule() {
    let mut of_level: BTreeMap<u8, Vec<f64>> = BTreeMap::new();
    for one in &DEMO.responses {
        let level = |measure| one.rating(measure).and_then(Rating::level);
        let both = level(Measure::Understanding).zip(level(Measure::SupportNeed));
        if let Some((known, needed)) = both {
            of_level.entry(known.number()).or_default().push(f64::from(needed.number()));
        }
    }
    let means: Vec<_> = of_level.values().map(|needed| mean(needed.iter().copied())).collect();
    assert!(means.windows(2).all(|pair| pair[1] < pair[0]), "{means:?}");
    for needed in of_level.values() {
        let different: BTreeSet<_> = needed.iter().map(|need| *need as u8).collect();
        assert!(different.len() >= 4);
    }
}

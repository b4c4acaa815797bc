//! What councils answer in the demo's rounds, from a small model of how capability grows.
//!
//! The story that it tells, and that the tests hold it to:
//!
//! - *Points differ.* User research and agile are well understood, an offline plan, open
//!   standards and performance indicators are not (`levels.csv`). So do regions, and councils
//!   most of all: each has an ability of its own, stronger on some points than on others.
//! - *Everyone grows, slowly,* and each at a pace of its own. What an evening on a point teaches
//!   its region comes on top, for the part of its councils that came, and fades as people move on.
//! - *Need falls as understanding rises,* but some councils ask for more help than others that
//!   know as little, and who is fresh from an evening asks for less.
//! - *Some are silent.* Between 12 and 45 % of those asked do not answer; a few never do. Whoever
//!   answers may pass over a point or not know, and those that buy rather than build say that
//!   some points do not apply to them.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use folkmoot_domain::{
    CaptureMethod, CouncilId, HalfYear, Level, Membership, Merging, PointId, Provenance, Rating,
    RegionId, Response, Round, StandardId, median_rating,
};
use serde::Deserialize;

use super::{
    Setting,
    chance::Chance,
    meetups,
    networks::{NETWORKS, Network},
    rounds::first_half_year,
    rows,
};

/// Levels that an average council gains in a half-year of its own accord.
const GROWTH: f64 = 0.07;

/// Levels that an evening teaches those who came, in the round that follows it and later ones.
const TAUGHT: [f64; 7] = [0.45, 0.4, 0.34, 0.27, 0.2, 0.13, 0.06];
const HALF_YEAR_DAYS: i64 = 183;

/// Need at understanding 0, and how much of it a level of understanding takes away.
const NEED: f64 = 3.4;
const NEED_PER_LEVEL: f64 = 0.65;

/// How much less of it is asked for, for each level that an evening has just taught.
const TAUGHT_ASKS_LESS: f64 = 0.3;

/// The least and the most that may be silent in a round that has closed.
const SILENT: (f64, f64) = (0.12, 0.45);

/// How much more are still to answer while a round is under way.
const STILL_TO_ANSWER: f64 = 0.2;

/// Councils that never answer, and how much a council's own diligence weighs against the day's
/// luck, so that some miss single rounds and others most.
const NEVER_ANSWERS: f64 = 0.03;
const DILIGENCE: f64 = 0.6;

// Shares of councils and of answers, none so large that it would hide the rest of the story.
const BUYS: f64 = 0.3;
const POINT_PASSED_OVER: f64 = 0.03;
const NEED_LEFT_OUT: f64 = 0.02;
const DOES_NOT_KNOW: f64 = 0.03;
const NOTED: f64 = 0.003;

/// From this need on, a note is a call for help.
const MUCH: u8 = 3;

const NOTES_OF_NEED: [&str; 5] = [
    "The one person who knew about this has moved on.",
    "A launch depends on this, and we have nobody to ask.",
    "We would send two people to anyone who lets them watch.",
    "An example from a council of our size would help most.",
    "Our supplier says that it is done; we cannot tell.",
];
const OTHER_NOTES: [&str; 5] = [
    "True of one service; the others have not begun.",
    "We could show what we have, but would not call it finished.",
    "Last time we were kinder to ourselves.",
    "The answer would be different for the part that a contractor runs.",
    "Two teams disagreed, and both had a point.",
];

/// How well a point is understood at first, by a council like any other.
#[derive(Deserialize)]
struct PointRow {
    standard: String,
    slug: String,
    level: f64,
    /// The topics of meet-ups that teach it.
    taught_by: String,
    /// The share of those that buy rather than build to which it does not apply.
    bought: f64,
}

struct Point {
    id: PointId,
    level: f64,
    bought: f64,
    taught_by: Vec<PointId>,
}

/// The answers to all rounds, by round, council and point.
pub(super) fn responses(
    setting: &Setting<'_>,
    memberships: &[Membership],
    rounds: &[Round],
) -> Vec<Response> {
    let model = Model::new(setting);
    let answered = rounds.iter().flat_map(|round| {
        let eligible = at_home(memberships, round);
        model.answering(round, &eligible).into_iter().map(move |council| (round, council))
    });
    answered.flat_map(|(round, council)| model.sheet(round, council)).collect()
}

/// Who is asked: the members at home in the region on the round's day.
fn at_home(memberships: &[Membership], round: &Round) -> BTreeSet<CouncilId> {
    let network = NETWORKS.iter().find(|network| network.region_id() == round.region);
    let group = network.map(Network::group_id);
    memberships
        .iter()
        .filter(|one| one.is_home && Some(one.group) == group && one.life.contains(round.held_on))
        .map(|one| one.council)
        .collect()
}

struct Model {
    current: HalfYear,
    first: HalfYear,
    points: HashMap<StandardId, Vec<Point>>,
    evenings: HashMap<(RegionId, PointId), Vec<NaiveDate>>,
    provenance: Provenance,
}

impl Model {
    fn new(setting: &Setting<'_>) -> Self {
        let mut points: HashMap<_, Vec<Point>> = HashMap::new();
        for row in rows::<PointRow>(include_str!("levels.csv")) {
            let Some(standard) = setting.standard(&row.standard) else { continue };
            let point = standard.points.iter().find(|point| point.slug == row.slug);
            points.entry(standard.id).or_default().extend(point.map(|point| Point {
                id: point.id,
                level: row.level,
                bought: row.bought,
                taught_by: setting.points(&row.taught_by),
            }));
        }
        let first = first_half_year(setting.today);
        let mut evenings: HashMap<_, Vec<NaiveDate>> = HashMap::new();
        // What was taught before the first round is part of where everyone began.
        for (region, date, points) in meetups::held(setting, first.starts_on(), setting.today) {
            for point in points {
                evenings.entry((region, point)).or_default().push(date);
            }
        }
        let current = HalfYear::of(setting.today);
        Self { current, first, points, evenings, provenance: setting.provenance() }
    }

    /// Who of those asked answers: the more diligent, and those for whom the day was a good one.
    fn answering(&self, round: &Round, eligible: &BTreeSet<CouncilId>) -> Vec<CouncilId> {
        let diligence = |council: &CouncilId| {
            let own = Chance::of("diligence").and(*council).share();
            let of_the_day = Chance::of("day").and(round.id).and(*council).share();
            if own < NEVER_ANSWERS { -1.0 } else { own * DILIGENCE + of_the_day }
        };
        let mut ranked: Vec<_> = eligible.iter().copied().collect();
        ranked.sort_by(|one, other| diligence(other).total_cmp(&diligence(one)));
        ranked.truncate(ranked.len() - self.silent(round, ranked.len()));
        ranked.sort_unstable();
        ranked
    }

    fn silent(&self, round: &Round, eligible: usize) -> usize {
        let (least, most) = SILENT;
        let share = least + Chance::of("silent").and(round.id).share() * (most - least);
        let eligible = eligible as f64;
        let silent = if round.half_year() == self.current {
            (share + STILL_TO_ANSWER) * eligible
        } else {
            (share * eligible).round().max((least * eligible).ceil()).min((most * eligible).floor())
        };
        silent as usize
    }

    /// A council's answers to every point of a round but those that it passes over.
    fn sheet(&self, round: &Round, council: CouncilId) -> Vec<Response> {
        let of_sheet = |word| Chance::of(word).and(round.id).and(council);
        let people = *of_sheet("people").one_of(&[1, 1, 1, 2, 2, 3, 4, 6]);
        // Hands and dots are counted once the delegation agrees; forms are filled in alone.
        let is_merged = people > 2 && round.capture == CaptureMethod::OnlineForm;
        let merging = if is_merged { Merging::Median } else { Merging::Agreed };
        let points = self.points.get(&round.standard).into_iter().flatten();
        let answered = points
            .filter(|point| !of_sheet("passed over").and(point.id).is_within(POINT_PASSED_OVER));
        let response = |point: &Point| {
            let of_answer = |word| of_sheet(word).and(point.id);
            let (understanding, need) = self.latent(round, council, point);
            let voices = if is_merged { people } else { 1 };
            let given = |word, latent| self.rating(council, point, of_answer(word), latent, voices);
            let support_need = (!of_answer("need left out").is_within(NEED_LEFT_OUT))
                .then(|| given("need", need))
                .flatten();
            Response {
                id: Response::id_of(round.id, council, point.id),
                region: round.region,
                round: round.id,
                council,
                point: point.id,
                understanding: given("understanding", understanding),
                support_need,
                people,
                merging,
                note: note(of_answer("note"), support_need),
                provenance: self.provenance.clone(),
                revision: 1,
            }
        };
        answered.map(response).collect()
    }

    /// Where a council stands on a point, and what help it would like, before both are rounded
    /// to a level. The widths are so wide that every level occurs on every point, and so narrow
    /// that means differ by point and region.
    fn latent(&self, round: &Round, council: CouncilId, point: &Point) -> (f64, f64) {
        let half_years = f64::from(round.half_year().number() - self.first.number());
        let pace = 1.0 + Chance::of("pace").and(council).around(1.5);
        let taught = self.taught(round, council, point);
        let understanding = point.level
            + Chance::of("region").and(round.region).around(0.3)
            + Chance::of("region's point").and(round.region).and(point.id).around(0.4)
            + Chance::of("ability").and(council).around(1.2)
            + Chance::of("council's point").and(council).and(point.id).around(1.2)
            + GROWTH * half_years * pace
            + taught
            + Chance::of("mood").and(round.id).and(council).and(point.id).around(0.5);
        let need = NEED - NEED_PER_LEVEL * understanding - TAUGHT_ASKS_LESS * taught
            + Chance::of("asks").and(council).around(1.1)
            + Chance::of("asks about").and(council).and(point.id).around(1.2)
            + Chance::of("plans").and(round.id).and(council).and(point.id).around(0.8);
        (understanding, need)
    }

    /// What the evenings of its region on a point have taught a council, as far as it lasts.
    fn taught(&self, round: &Round, council: CouncilId, point: &Point) -> f64 {
        let evenings =
            point.taught_by.iter().filter_map(|topic| self.evenings.get(&(round.region, *topic)));
        let lasting =
            evenings.flatten().filter(|evening| **evening < round.held_on).filter_map(|evening| {
                let half_years = (round.held_on - *evening).num_days() / HALF_YEAR_DAYS;
                let came = meetups::came(council, *evening);
                came.then(|| TAUGHT.get(half_years as usize)).flatten()
            });
        lasting.sum()
    }

    fn rating(
        &self,
        council: CouncilId,
        point: &Point,
        chance: Chance,
        latent: f64,
        voices: u16,
    ) -> Option<Rating> {
        let buys = Chance::of("buys").and(council).is_within(BUYS);
        if buys && Chance::of("bought").and(council).and(point.id).is_within(point.bought) {
            return Some(Rating::NotApplicable);
        }
        if chance.is_within(DOES_NOT_KNOW) {
            return Some(Rating::DontKnow);
        }
        let voice = |one: u16| match one {
            0 => latent,
            _ => latent + chance.with(u64::from(one)).around(0.9),
        };
        let ratings: Vec<_> = (0..voices).filter_map(|one| level(voice(one))).collect();
        median_rating(&ratings)
    }
}

fn level(latent: f64) -> Option<Rating> {
    Level::new(latent.round().clamp(0.0, 4.0) as u8).map(Rating::Level)
}

fn note(chance: Chance, need: Option<Rating>) -> Option<String> {
    let asks = need.and_then(Rating::level).is_some_and(|level| level.number() >= MUCH);
    let notes = if asks { &NOTES_OF_NEED } else { &OTHER_NOTES };
    chance.is_within(NOTED).then(|| (*chance.with(1).one_of(notes)).to_owned())
}

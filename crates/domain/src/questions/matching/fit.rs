//! How well one offer fits one need, with the reasons: [`super::support_matches`] says what each
//! is worth.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    super::{months_after, months_before, sentence, spoken_count, spoken_day},
    Helping, InNeed, MUCH, MatchKey, Party, SupportMatch,
};
use crate::{CouncilId, CouncilType, Introduction, IntroductionOutcome, Level, OfferKind, PointId};

/// Introductions within a year make up a council's load; they are kept for no longer.
const LOAD_MONTHS: u32 = 12;

/// Offers that start later are left out: who is in need now cannot plan beyond the half year that
/// meet-ups are planned for.
const SOON_MONTHS: u32 = 6;

#[derive(Clone, Copy, Default)]
pub(super) struct Load {
    /// Introductions of which nothing is known yet.
    pub(super) open: usize,
    /// Those and the ones made within the year.
    recent: usize,
}

pub(super) fn loads(introductions: &[Introduction], today: NaiveDate) -> BTreeMap<CouncilId, Load> {
    let mut loads: BTreeMap<_, Load> = BTreeMap::new();
    let from = months_before(today, LOAD_MONTHS);
    for one in introductions {
        let load = loads.entry(one.helping).or_default();
        let is_open = one.outcome.is_none();
        load.open += usize::from(is_open);
        load.recent += usize::from(is_open || one.introduced_on > from);
    }
    loads
}

/// What came of earlier introductions of two councils, one needing and the other helping.
#[derive(Clone, Copy, Default)]
pub(super) struct Between {
    is_out: bool,
    has_helped: bool,
    went_unanswered: bool,
}

pub(super) fn pairs(
    introductions: &[Introduction],
    point: PointId,
) -> BTreeMap<(CouncilId, CouncilId), Between> {
    let mut pairs: BTreeMap<_, Between> = BTreeMap::new();
    for one in introductions {
        let between = pairs.entry((one.needing, one.helping)).or_default();
        match one.outcome {
            Some(IntroductionOutcome::NoFit) => between.is_out = true,
            Some(IntroductionOutcome::Helped) => between.has_helped = true,
            Some(IntroductionOutcome::NoAnswer) => between.went_unanswered = true,
            None => between.is_out |= one.point == point,
        }
    }
    pairs
}

/// A score that is added up with its reasons.
#[derive(Default)]
struct Reasons {
    score: i32,
    because: Vec<String>,
}

impl Reasons {
    fn add(&mut self, points: i32, reason: String) {
        self.score += points;
        self.because.push(sentence(&[reason]));
    }
}

pub(super) fn fit(
    need: &InNeed<'_>,
    helping: &Helping,
    load: Load,
    between: Between,
    today: NaiveDate,
) -> Option<SupportMatch> {
    let (needy, helper) = (need.party, &helping.party);
    let starts_later =
        helping.available_from.is_some_and(|from| from > months_after(today, SOON_MONTHS));
    if needy.council == helper.council || starts_later || between.is_out {
        return None;
    }
    let remote = helping.remote && need.asked.is_none_or(|asked| asked.remote);
    let mut reasons = Reasons::default();
    say_need(&mut reasons, need);
    say_offer(&mut reasons, helping, today)?;
    say_place(&mut reasons, needy, helper, remote)?;
    if needy.kind == helper.kind {
        reasons.add(10, format!("both are {}", councils_of(needy.kind)));
    }
    say_past(&mut reasons, needy, helper, load, between);
    Some(SupportMatch {
        key: MatchKey { needing: needy.council, offer: helping.offer },
        helping: helper.council,
        need: need.asked.map(|asked| asked.need),
        remote,
        urgency: need.urgency,
        score: reasons.score,
        because: reasons.because,
    })
}

fn say_need(reasons: &mut Reasons, need: &InNeed<'_>) {
    let name = &need.party.name;
    reasons.score += 10 * i32::from(need.urgency);
    if let Some(level) = need.level {
        let how = if level.number() > MUCH { "urgent" } else { "much" };
        reasons.add(0, format!("{name} needs {how} support"));
    }
    if let Some(asked) = need.asked {
        reasons.add(5, format!("{name} asked for help on {}", spoken_day(asked.raised_on)));
    }
}

/// `None` if what is offered is no answer to a need: a room for a meet-up, a seat on a panel.
fn say_offer(reasons: &mut Reasons, helping: &Helping, today: NaiveDate) -> Option<()> {
    let name = &helping.party.name;
    let from = helping.available_from.filter(|from| *from > today);
    let from = from.map(|day| format!(" from {}", spoken_day(day))).unwrap_or_default();
    let (points, offer) = match helping.kind {
        OfferKind::Advise => (5, "offers advice"),
        OfferKind::Speak => (0, "offers to speak"),
        OfferKind::ShareCode => (0, "offers to share code"),
        OfferKind::Host | OfferKind::Assess => return None,
    };
    reasons.add(points, format!("{name} {offer}{from}"));
    match helping.understanding.map(Level::number) {
        Some(4) => reasons.add(20, format!("{name} could teach others")),
        Some(3) => reasons.add(10, format!("{name} is confident on this point")),
        _ => {}
    }
    if helping.support_need.is_some_and(Level::is_three_or_more) {
        reasons.add(-20, format!("{name} needs support on this point itself"));
    }
    Some(())
}

/// How the two can come together; `None` if they cannot.
fn say_place(reasons: &mut Reasons, needy: &Party, helper: &Party, remote: bool) -> Option<()> {
    let is_same_home = needy.home.is_some() && needy.home == helper.home;
    let ons_region = needy.ons_region.as_deref();
    let shared = ons_region.filter(|name| Some(*name) == helper.ons_region.as_deref());
    match shared {
        _ if is_same_home => reasons.add(15, "both are at home in the same region".to_owned()),
        Some(place) => reasons.add(10, format!("both are in the same part of England ({place})")),
        None if remote => reasons.add(5, "it can be done without travel".to_owned()),
        None => return None,
    }
    Some(())
}

fn say_past(reasons: &mut Reasons, needy: &Party, helper: &Party, load: Load, between: Between) {
    let name = &helper.name;
    match load.recent {
        0 => reasons.add(10, format!("{name} has had no introduction within a year")),
        1 => reasons.add(5, format!("{name} has one introduction, open or made within a year")),
        more => {
            let count = spoken_count(more.try_into().unwrap_or(u32::MAX), "introduction");
            reasons.add(0, format!("{name} has {count}, open or made within a year"));
        }
    }
    if between.has_helped {
        reasons.add(10, format!("{name} has helped {} before", needy.name));
    }
    if between.went_unanswered {
        reasons.add(-10, "an earlier introduction of the two was never answered".to_owned());
    }
}

fn councils_of(kind: CouncilType) -> &'static str {
    match kind {
        CouncilType::County => "county councils",
        CouncilType::NonMetropolitanDistrict => "district councils",
        CouncilType::Unitary => "unitary councils",
        CouncilType::MetropolitanDistrict => "metropolitan councils",
        CouncilType::LondonBorough => "London boroughs",
        CouncilType::CityOfLondon => "the City of London",
        CouncilType::Scottish => "Scottish councils",
        CouncilType::Welsh => "Welsh councils",
        CouncilType::NorthernIrish => "councils of Northern Ireland",
    }
}

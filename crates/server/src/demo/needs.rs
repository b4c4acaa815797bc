//! What the demo's regions keep beside offers: calls for help, backlogs of topics, and
//! introductions of councils that called to councils that had offered.

use chrono::{Days, NaiveDate};
use folkmoot_domain::{
    Council, CouncilId, Introduction, IntroductionId, IntroductionOutcome, Need, NeedId, Offer,
    OfferKind, Topic, TopicId, london_day_start, slug,
};
use serde::Deserialize;

use super::{Setting, networks::Network, rows};

/// Days between a call for help and the introduction that answers it.
const INTRODUCED_AFTER: Days = Days::new(9);

/// Of the calls that were not met, every third has led to an introduction …
const UNMET_INTRODUCED: usize = 3;

/// … with one of these outcomes in turn, none of which has met the need.
const UNMET_OUTCOMES: [Option<IntroductionOutcome>; 4] = [
    None,
    Some(IntroductionOutcome::NoAnswer),
    Some(IntroductionOutcome::Helped),
    Some(IntroductionOutcome::NoFit),
];

#[derive(Deserialize)]
struct NeedRow {
    council: String,
    point: String,
    days_ago: u64,
    remote: bool,
    met_days_ago: Option<u64>,
    note: String,
}

#[derive(Deserialize)]
struct TopicRow {
    region: String,
    title: String,
    points: String,
    votes: u32,
    days_ago: u64,
}

pub(super) fn needs(setting: &Setting<'_>) -> Vec<Need> {
    let rows: Vec<NeedRow> = rows(include_str!("needs.csv"));
    rows.iter().filter_map(|row| need(setting, row)).collect()
}

fn need(setting: &Setting<'_>, row: &NeedRow) -> Option<Need> {
    let days_ago = |days| setting.today - Days::new(days);
    let raised_on = days_ago(row.days_ago);
    let council = standing(setting, &row.council, raised_on)?;
    let region = Network::of_council(&row.council)?.region_id();
    let natural_key = slug(&format!("{} {}", row.council, row.point));
    Some(Need {
        id: NeedId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council.id,
        point: *setting.points.get(row.point.as_str())?,
        remote: row.remote,
        note: Some(row.note.clone()),
        raised_on,
        met_on: row.met_days_ago.map(days_ago),
        provenance: setting.provenance(),
        revision: 1,
        natural_key,
    })
}

/// The council with this code, if it stood then and still does.
fn standing<'a>(setting: &Setting<'a>, code: &str, then: NaiveDate) -> Option<&'a Council> {
    let council = setting.council(code)?;
    let stands = council.life.contains(then) && council.life.contains(setting.today);
    stands.then_some(council)
}

pub(super) fn topics(setting: &Setting<'_>) -> Vec<Topic> {
    let rows: Vec<TopicRow> = rows(include_str!("backlog.csv"));
    rows.iter().filter_map(|row| topic(setting, row)).collect()
}

fn topic(setting: &Setting<'_>, row: &TopicRow) -> Option<Topic> {
    let region = Network::by_code(&row.region)?.region_id();
    let natural_key = slug(&row.title);
    Some(Topic {
        id: TopicId::derived(&format!("{region}/{natural_key}")),
        region,
        title: row.title.clone(),
        points: setting.points(&row.points),
        votes: row.votes,
        suggested_on: setting.today - Days::new(row.days_ago),
        provenance: setting.provenance(),
        revision: 1,
        natural_key,
    })
}

/// Every need that is met was met through an introduction; of the others some had one, too.
pub(super) fn introductions(
    setting: &Setting<'_>,
    needs: &[Need],
    offers: &[Offer],
) -> Vec<Introduction> {
    let (met, unmet): (Vec<_>, Vec<_>) = needs.iter().partition(|need| need.met_on.is_some());
    let met = met.into_iter().map(|need| (need, Some(IntroductionOutcome::Helped)));
    let unmet = unmet.into_iter().step_by(UNMET_INTRODUCED).zip(UNMET_OUTCOMES.iter().cycle());
    let all = met.chain(unmet.map(|(need, outcome)| (need, *outcome)));
    all.filter_map(|(need, outcome)| introduction(setting, need, offers, outcome)).collect()
}

fn introduction(
    setting: &Setting<'_>,
    need: &Need,
    offers: &[Offer],
    outcome: Option<IntroductionOutcome>,
) -> Option<Introduction> {
    let introduced_on = need.raised_on + INTRODUCED_AFTER;
    let helping = helping(need, offers, introduced_on)?;
    let natural_key = format!("{}-introduction", need.natural_key);
    (introduced_on <= setting.today).then(|| Introduction {
        id: IntroductionId::derived(&format!("{}/{natural_key}", need.region)),
        region: need.region,
        needing: need.council,
        helping,
        point: need.point,
        introduced_on,
        outcome,
        provenance: setting.provenance(),
        revision: 1,
        natural_key,
    })
}

/// A council that had offered help on the point by then: one of the same region, else one from
/// afar if that will do for both.
fn helping(need: &Need, offers: &[Offer], by: NaiveDate) -> Option<CouncilId> {
    let fits = |offer: &&Offer| {
        offer.point == Some(need.point)
            && offer.council != need.council
            && matches!(offer.kind, OfferKind::Advise | OfferKind::Speak | OfferKind::ShareCode)
            && offer.offered_at < london_day_start(by)
            && (offer.region == need.region || offer.remote && need.remote)
    };
    let fitting = offers.iter().filter(fits);
    fitting.min_by_key(|offer| offer.region != need.region).map(|offer| offer.council)
}

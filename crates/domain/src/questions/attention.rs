//! What is stale in a region and waits for its coordinators.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{months_after, sentence, spoken_day};
use crate::{
    Assessment, AssessmentId, CaseStudy, CaseStudyId, ContestedHome, CouncilId, Door,
    FiguresOutcome, FiguresReport, HalfYear, HomeClaim, Introduction, Need, NeedId, Offer, OfferId,
    OfferKind, PointId, Reference, Region, RegionId, RegionState, london_day,
};

/// A case study holds for so long after somebody checked it: three of the half-years that groups
/// plan in, after which the team that it tells of has often moved on.
const REVIEW_MONTHS: u32 = 18;

/// An offer that nobody took up for a year is asked about: as long as introductions are kept.
const OFFER_MONTHS: u32 = 12;

/// A call for help waits for no longer: two meet-ups, at one every six weeks, have passed at
/// which somebody could have been found.
const NEED_MONTHS: u32 = 3;

/// What may need attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttentionSubject {
    /// The region's data as a whole.
    Feed(RegionId),
    /// A council that another region claims as well.
    Home(RegionId, CouncilId),
    /// What it gives of the half-years that it closed elsewhere.
    Figures(RegionId),
    /// A half-year that the region has not closed.
    HalfYear(RegionId, HalfYear),
    /// An action of an assessment.
    Action {
        /// The assessment.
        assessment: AssessmentId,
        /// The point that it belongs to.
        point: PointId,
        /// Its place among the point's actions, from 0.
        place: usize,
    },
    /// A call for help.
    Need(NeedId),
    /// An offer.
    Offer(OfferId),
    /// A case study.
    CaseStudy(CaseStudyId),
}

impl AttentionSubject {
    /// What is the matter, as a stable word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Feed(_) => "SILENT_FEED",
            Self::Home(..) => "CONTESTED_HOME",
            Self::Figures(_) => "FIGURES_NOT_TAKEN",
            Self::HalfYear(..) => "HALF_YEAR_NOT_CLOSED",
            Self::Action { .. } => "OVERDUE_ACTION",
            Self::Need(_) => "UNANSWERED_NEED",
            Self::Offer(_) => "UNUSED_OFFER",
            Self::CaseStudy(_) => "UNREVIEWED_CASE_STUDY",
        }
    }
}

/// A region's rows, as far as something may be stale in them.
#[derive(Clone, Copy, Debug)]
pub struct AttentionInput<'a> {
    /// The region.
    pub region: &'a Region,
    /// When its last row arrived, for a hosted region; when its source last answered, for any
    /// other. Absent if never.
    pub heard_at: Option<DateTime<Utc>>,
    /// Half-years in which it asked its councils and which it has not closed.
    pub open_half_years: &'a [HalfYear],
    /// What came of asking it for the half-years that it closed elsewhere, if it was asked.
    pub figures: Option<&'a FiguresReport>,
    /// Its assessments.
    pub assessments: &'a [Assessment],
    /// Its calls for help.
    pub needs: &'a [Need],
    /// Its offers.
    pub offers: &'a [Offer],
    /// Its case studies.
    pub case_studies: &'a [CaseStudy],
    /// All introductions that are known, of whatever region.
    pub introductions: &'a [Introduction],
}

/// Something that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttentionRow {
    /// What it is.
    pub subject: AttentionSubject,
    /// What to call it, in a line.
    pub title: String,
    /// The day on which it became due.
    pub since: NaiveDate,
    /// A sentence.
    pub because: String,
}

/// What is stale in a region, what has been due for longest first; then by kind, then by id.
///
/// | what | is due |
/// |--|--|
/// | a case study | 18 months after its last review, or its publication |
/// | an offer | 12 months after it was made, came into force or last led to an introduction |
/// | a call for help | 3 months after it was raised, if it led to no introduction |
/// | an action of an assessment | the day after its last day |
/// | a half-year | when it is overdue to be closed |
/// | what it gives of half-years that it closed elsewhere | when it was asked, if something is wrong |
/// | a council that another region claims as well | since both claim it |
/// | the region's data | as long after it was heard of as its door allows |
///
/// Doors allow 90 days without a new row (hosted), and 7 days (sheet), 2 days (changes) or one
/// day (live) without an answer.
/// Paused regions and those that left are not expected to be heard of.
pub fn attention(
    input: AttentionInput<'_>,
    reference: &Reference,
    now: DateTime<Utc>,
) -> Vec<AttentionRow> {
    let names = Names(reference);
    let feed = silent_feed(input.region, input.heard_at, now);
    let half_years = input.open_half_years.iter().map(|one| open_half_year(input.region, *one));
    let actions = input.assessments.iter().flat_map(|one| actions(one, london_day(now)));
    let needs = input.needs.iter().filter(|need| need.is_open(london_day(now)));
    let needs = needs.filter_map(|need| unanswered(need, input.introductions, names));
    let offers = input.offers.iter().map(|offer| unused(offer, input.introductions, names));
    let case_studies = input.case_studies.iter().map(unreviewed);
    let contested = reference.contested_homes(input.region.id, london_day(now));
    let contested = contested.iter().map(|one| contested_home(input.region, one, names, now));
    let figures = input.figures.and_then(|report| figures_not_taken(input.region, report));
    let rows = feed
        .into_iter()
        .chain(contested)
        .chain(figures)
        .chain(half_years)
        .chain(actions)
        .chain(needs);
    let rows = rows.chain(offers).chain(case_studies);
    let mut rows: Vec<_> = rows.filter(|row| row.since <= london_day(now)).collect();
    rows.sort_by_key(|row| (row.since, row.subject));
    rows.dedup();
    rows
}

/// The most contested homes that are told one by one where a person reads them.
const MOST_TOLD: usize = 10;

/// The councils that a region claims beside another, each as a sentence or two for people.
pub fn contested_homes(reference: &Reference, region: &Region, now: DateTime<Utc>) -> Vec<String> {
    let contested = reference.contested_homes(region.id, london_day(now));
    let names = Names(reference);
    let told = contested.iter().take(MOST_TOLD).map(|one| {
        let row = contested_home(region, one, names, now);
        format!("{}. {}", row.title, row.because)
    });
    let more = contested.len().saturating_sub(MOST_TOLD);
    let rest = (more > 0).then(|| format!("{more} more are contested: see needsAttention."));
    told.chain(rest).collect()
}

/// How long a region may be silent, by its door.
fn longest_silence(door: Door) -> TimeDelta {
    TimeDelta::days(match door {
        // Two meet-ups, at one every six weeks, would have been entered.
        Door::Hosted => 90,
        // Whoever keeps the sheet at the weekend has had the chance to mend it.
        Door::Sheet => 7,
        // Machines talk to machines all day: this is no passing fault …
        Door::Changes => 2,
        // … and here every query asks.
        Door::Live => 1,
    })
}

fn silent_feed(
    region: &Region,
    heard_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<AttentionRow> {
    if !matches!(region.state, RegionState::Active | RegionState::Trial) {
        return None;
    }
    let (since, because) = match heard_at {
        // Since when it should have been heard of is not known; it is due today in any case.
        None => (london_day(now), "nothing has arrived yet".to_owned()),
        Some(heard_at) => {
            let due_at = heard_at.checked_add_signed(longest_silence(region.door));
            let due_at = due_at.filter(|due_at| *due_at <= now)?;
            let day = spoken_day(london_day(heard_at));
            let days = longest_silence(region.door).num_days();
            let bound = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
            let what = if region.door == Door::Hosted { "new row" } else { "answer" };
            let because = format!("no {what} for {bound}, the last on {day}");
            (london_day(due_at), because)
        }
    };
    let (subject, title) = (AttentionSubject::Feed(region.id), region.name.clone());
    Some(AttentionRow { subject, title, since, because: sentence(&[because]) })
}

/// That a region hands out none at all may be its choice; that something is wrong with them is not.
fn figures_not_taken(region: &Region, report: &FiguresReport) -> Option<AttentionRow> {
    if !matches!(report.outcome, FiguresOutcome::Refused | FiguresOutcome::Changed) {
        return None;
    }
    Some(AttentionRow {
        subject: AttentionSubject::Figures(region.id),
        title: format!("Capability figures of {}", region.name),
        since: london_day(report.asked_at),
        because: sentence(&report.notes),
    })
}

fn contested_home(
    region: &Region,
    contested: &ContestedHome,
    names: Names<'_>,
    now: DateTime<Utc>,
) -> AttentionRow {
    let council = names.council(contested.council);
    let others: Vec<_> = contested.others.iter().map(|claim| names.region(claim.region)).collect();
    let since = |claim: &HomeClaim| match claim.life.starts_on {
        Some(day) => format!("since {}", spoken_day(day)),
        None => "without saying since when".to_owned(),
    };
    let counts = match contested.counts.region == region.id {
        true => format!("it counts here, {}", since(&contested.counts)),
        false => format!("it counts there, {}", since(&contested.counts)),
    };
    let advice = "agree with them on where it is at home: the other has it as a guest";
    AttentionRow {
        subject: AttentionSubject::Home(region.id, contested.council),
        title: format!("{council} is at home in {} as well", others.join(" and ")),
        since: contested.since().unwrap_or_else(|| london_day(now)),
        because: sentence(&[counts, advice.to_owned()]),
    }
}

fn open_half_year(region: &Region, half_year: HalfYear) -> AttentionRow {
    let since = half_year.overdue_on();
    let ended_on = spoken_day(half_year.ends_on().pred_opt().unwrap_or(NaiveDate::MIN));
    AttentionRow {
        subject: AttentionSubject::HalfYear(region.id, half_year),
        title: format!("{}: {}", region.name, half_year.in_words()),
        since,
        because: format!(
            "It ended on {ended_on}, and its figures cannot be published before it is closed."
        ),
    }
}

fn actions(assessment: &Assessment, today: NaiveDate) -> impl Iterator<Item = AttentionRow> {
    assessment.points.iter().flat_map(move |outcome| {
        let places = outcome.actions.iter().enumerate();
        let open = places.filter(move |(_, action)| action.is_open(today));
        open.map(move |(place, action)| AttentionRow {
            subject: AttentionSubject::Action {
                assessment: assessment.id,
                point: outcome.point,
                place,
            },
            title: format!("{}: {}", assessment.service, action.text),
            since: action.due_on.succ_opt().unwrap_or(NaiveDate::MAX),
            because: format!("It was due on {} and is not done.", spoken_day(action.due_on)),
        })
    })
}

fn unanswered(
    need: &Need,
    introductions: &[Introduction],
    names: Names<'_>,
) -> Option<AttentionRow> {
    let is_answer = |one: &&Introduction| {
        one.needing == need.council
            && one.point == need.point
            && one.introduced_on >= need.raised_on
    };
    if introductions.iter().any(|one| is_answer(&one)) {
        return None;
    }
    let day = spoken_day(need.raised_on);
    Some(AttentionRow {
        subject: AttentionSubject::Need(need.id),
        title: format!(
            "{} asks for help on {}",
            names.council(need.council),
            names.point(need.point)
        ),
        since: months_after(need.raised_on, NEED_MONTHS),
        because: format!("It has been open since {day}, and nobody has been introduced."),
    })
}

fn unused(offer: &Offer, introductions: &[Introduction], names: Names<'_>) -> AttentionRow {
    let is_use = |one: &&Introduction| {
        one.helping == offer.council && offer.point.is_none_or(|point| point == one.point)
    };
    let made_on = london_day(offer.offered_at);
    let begun_on = offer.available_from.map_or(made_on, |from| from.max(made_on));
    let used_on = introductions.iter().filter(is_use).map(|one| one.introduced_on).max();
    let used_on = used_on.filter(|used_on| *used_on >= made_on);
    let (day, used) = (spoken_day(made_on), used_on.map(spoken_day));
    let what = match offer.kind {
        OfferKind::Advise => "advice",
        OfferKind::Speak => "to speak",
        OfferKind::Host => "to host",
        OfferKind::Assess => "to assess",
        OfferKind::ShareCode => "to share code",
    };
    let council = names.council(offer.council);
    let on = offer.point.map_or("any point", |point| names.point(point));
    AttentionRow {
        subject: AttentionSubject::Offer(offer.id),
        title: format!("{council} offers {what} on {on}"),
        since: months_after(
            used_on.map_or(begun_on, |used_on| used_on.max(begun_on)),
            OFFER_MONTHS,
        ),
        because: match used {
            None => format!("It was made on {day}, and nobody has been introduced."),
            Some(used) => format!("Nobody has been introduced since {used}."),
        },
    }
}

fn unreviewed(case_study: &CaseStudy) -> AttentionRow {
    let published_on = london_day(case_study.published_at);
    let (from, because) = match case_study.reviewed_on {
        Some(day) => (day, format!("it was last reviewed on {}", spoken_day(day))),
        None => {
            let day = spoken_day(published_on);
            (published_on, format!("it was published on {day} and has not been reviewed"))
        }
    };
    AttentionRow {
        subject: AttentionSubject::CaseStudy(case_study.id),
        title: case_study.title.clone(),
        since: months_after(from, REVIEW_MONTHS),
        because: sentence(&[because]),
    }
}

/// What titles call things; what is not on record has no name.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Reference);

impl<'a> Names<'a> {
    fn council(self, id: CouncilId) -> &'a str {
        self.0.council(id).map_or("A council", |council| &council.name)
    }

    fn region(self, id: RegionId) -> &'a str {
        self.0.region(id).map_or("another region", |region| &region.name)
    }

    fn point(self, id: PointId) -> &'a str {
        self.0.point(id).map_or("a point", |point| &point.label)
    }
}

#[cfg(test)]
mod tests;

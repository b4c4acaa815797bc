//! Who has answered, and what changed around a meet-up.

use async_graphql::SimpleObject;
use folkmoot_domain::{self as domain, MatchedChange, NoEffect, Round, Share};

use crate::{
    scalars::{Date, int},
    types::{Council, Marker},
};

/// How many councils have answered.
#[derive(SimpleObject)]
pub(crate) struct ResponseRate {
    /// What the region calls the round, such as `2026-10`; `latest` for the rounds of several
    /// regions.
    round: String,
    /// The day that counts for who was asked; null for several regions.
    held_on: Option<Date>,
    /// The last day on which answers are taken; null if open, or for several regions.
    closes_on: Option<Date>,
    /// Councils that have answered.
    responded: i32,
    /// Councils that were asked: those at home in the region on the round's day.
    eligible: i32,
    /// The share, 0 to 1, that has answered; null if nobody was asked.
    rate: Option<f64>,
    /// The others by name. Seen by: coordinators of the region, and the steward.
    not_yet: Option<Vec<Council>>,
    /// All this in a sentence.
    because: String,
}

impl ResponseRate {
    /// Of these rounds, beside those of so many regions that keep their own answers.
    pub(crate) fn new(
        rounds: &[Round],
        rate: domain::ResponseRate,
        elsewhere: usize,
        not_yet: Option<Vec<Council>>,
    ) -> Self {
        let only = match rounds {
            [only] => Some(only),
            _ => None,
        };
        Self {
            round: only.map_or_else(|| "latest".to_owned(), |only| only.natural_key.clone()),
            held_on: only.map(|only| Date(only.held_on)),
            closes_on: only.and_then(|only| only.closes_on).map(Date),
            responded: rate.share.map_or(0, |share| int(share.part())),
            eligible: rate.share.map_or(0, |share| int(share.whole())),
            rate: rate.share.map(Share::fraction),
            not_yet,
            because: match elsewhere {
                0 => rate.because,
                1 => format!(
                    "{} One region keeps its own answers: it is not counted in.",
                    rate.because
                ),
                more => format!(
                    "{} {more} regions keep their own answers: they are not counted in.",
                    rate.because
                ),
            },
        }
    }

    /// Of a region that keeps its own answers.
    pub(crate) fn known_elsewhere(region: &str) -> Self {
        Self {
            round: "latest".to_owned(),
            held_on: None,
            closes_on: None,
            responded: 0,
            eligible: 0,
            rate: None,
            not_yet: None,
            because: format!("{region} keeps its own answers: who has answered is known there."),
        }
    }
}

/// How understanding of a meet-up's points changed, for coordinators. Shares are 0 to 1 of
/// answers at level 3 or 4 (confident, or able to teach): high is capable. The same councils
/// before and after.
#[derive(SimpleObject)]
pub(crate) struct MeetupEffect {
    /// The half-year before that of the meet-up, such as `2025-H2`.
    before: String,
    /// The half-year after it.
    after: String,
    /// Councils that came and answered both before and after.
    attended_councils: Option<i32>,
    /// Their share before.
    attended_before: Option<f64>,
    /// Their share after.
    attended_after: Option<f64>,
    /// The other councils of the region that answered both before and after.
    other_councils: Option<i32>,
    /// Their share before.
    others_before: Option<f64>,
    /// Their share after.
    others_after: Option<f64>,
    /// Why there are no figures.
    marker: Option<Marker>,
    /// All this in a sentence.
    because: String,
    /// What it does not mean; to be shown wherever the shares are.
    caution: String,
}

impl From<domain::MeetupEffect> for MeetupEffect {
    fn from(effect: domain::MeetupEffect) -> Self {
        let (came, others) = effect.groups.ok().unzip();
        let councils = |group: Option<MatchedChange>| {
            group.and_then(|group| i32::try_from(group.councils).ok())
        };
        let before = |group: Option<MatchedChange>| group.map(|group| group.before.fraction());
        let after = |group: Option<MatchedChange>| group.map(|group| group.after.fraction());
        Self {
            before: effect.before.to_string(),
            after: effect.after.to_string(),
            attended_councils: councils(came),
            attended_before: before(came),
            attended_after: after(came),
            other_councils: councils(others),
            others_before: before(others),
            others_after: after(others),
            marker: effect.groups.err().map(|why| match why {
                NoEffect::NoPoints => Marker::NotApplicable,
                NoEffect::NotAnswered => Marker::NotAvailable,
                NoEffect::Few => Marker::Confidential,
            }),
            because: effect.because,
            caution: effect.caution.to_owned(),
        }
    }
}

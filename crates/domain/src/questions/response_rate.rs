//! Who of those that were asked has answered.

use std::collections::BTreeSet;

use super::{Share, sentence, spoken_count, spoken_day};
use crate::{CouncilId, Round};

/// A round, whom it asked, and who answered.
#[derive(Clone, Debug)]
pub struct AskedRound<'a> {
    /// The round.
    pub round: &'a Round,
    /// Home members of its region on its day.
    pub eligible: BTreeSet<CouncilId>,
    /// Every council that answered anything in it.
    pub respondents: &'a BTreeSet<CouncilId>,
}

/// How many have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseRate {
    /// Of those that were asked, how many have answered; none if nobody was asked.
    pub share: Option<Share>,
    /// Those that have not.
    pub not_yet: BTreeSet<CouncilId>,
    /// A sentence that says all this.
    pub because: String,
}

/// How many of the councils that these rounds asked have answered, each asked once. Answers of
/// councils that were not asked, guests of the region, are passed over: they count elsewhere.
pub fn response_rate(rounds: &[AskedRound<'_>]) -> ResponseRate {
    let asked: BTreeSet<_> = rounds.iter().flat_map(|one| &one.eligible).copied().collect();
    let answered: BTreeSet<_> =
        rounds.iter().flat_map(|one| one.eligible.intersection(one.respondents)).copied().collect();
    let number = |councils: &BTreeSet<_>| u32::try_from(councils.len()).unwrap_or(u32::MAX);
    let share = Share::new(number(&answered), number(&asked));
    ResponseRate {
        share,
        not_yet: asked.difference(&answered).copied().collect(),
        because: because(rounds, share),
    }
}

fn because(rounds: &[AskedRound<'_>], share: Option<Share>) -> String {
    let Some(share) = share else {
        return "Nobody has been asked yet.".to_owned();
    };
    let (part, all) = (share.part(), spoken_count(share.whole(), "council"));
    let verb = if part == 1 { "has" } else { "have" };
    let rate = format!("{part} of {all} {verb} answered ({}%)", share.percent());
    let when = match rounds {
        [only] => {
            let asked = format!("they were asked on {}", spoken_day(only.round.held_on));
            let until = only.round.closes_on.map(|day| format!("until {}", spoken_day(day)));
            [Some(asked), until].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        all => format!("in the latest rounds of {} regions", all.len()),
    };
    sentence(&[rate, when])
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::{CaptureMethod, Provenance, RegionId, RoundId, StandardId};

    fn round(key: &str, closes_on: Option<NaiveDate>) -> Round {
        Round {
            id: RoundId::derived(key),
            region: RegionId::derived(key),
            natural_key: key.to_owned(),
            standard: StandardId::derived("lgdss-2016"),
            held_on: NaiveDate::from_ymd_opt(2026, 10, 6).expect("a day"),
            closes_on,
            capture: CaptureMethod::OnlineForm,
            provenance: Provenance {
                system: "test".to_owned(),
                received_at: chrono::DateTime::UNIX_EPOCH,
                synthetic: true,
            },
            revision: 1,
        }
    }

    fn councils<const N: usize>(names: [&str; N]) -> BTreeSet<CouncilId> {
        names.map(CouncilId::derived).into()
    }

    #[test]
    fn those_that_were_asked_are_told_from_guests_and_from_the_silent() {
        let until = NaiveDate::from_ymd_opt(2026, 12, 1);
        let (round, respondents) = (round("kent", until), councils(["a", "guest"]));
        let eligible = councils(["a", "b", "c"]);
        let rate =
            response_rate(&[AskedRound { round: &round, eligible, respondents: &respondents }]);
        assert_eq!(rate.share, Share::new(1, 3));
        assert_eq!(rate.not_yet, councils(["b", "c"]));
        assert_eq!(
            rate.because,
            "1 of 3 councils has answered (33%); they were asked on 6 October 2026, until 1 \
             December 2026."
        );
    }

    #[test]
    fn a_council_that_two_regions_asked_is_one_council() {
        let rounds = ["kent", "essex"].map(|key| round(key, None));
        let respondents = [councils(["a"]), councils(["b"])];
        let asked = rounds.iter().zip(&respondents).map(|(round, respondents)| AskedRound {
            round,
            eligible: councils(["a", "b"]),
            respondents,
        });
        let rate = response_rate(&asked.collect::<Vec<_>>());
        assert_eq!(rate.share, Share::new(2, 2));
        assert!(rate.because.ends_with("in the latest rounds of 2 regions."), "{}", rate.because);
    }

    #[test]
    fn where_nobody_was_asked_there_is_no_rate() {
        let rate = response_rate(&[]);
        assert_eq!((rate.share, rate.because.as_str()), (None, "Nobody has been asked yet."));
    }
}

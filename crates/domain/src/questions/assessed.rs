//! What a panel said of a service, in two or three sentences.

use chrono::NaiveDate;

use super::{spoken, spoken_count};
use crate::{Assessment, Scheme, enumerated, scheme};

/// The overall result, how many points came out how, the sum of scores where there are any, and
/// what is left to do: "Amber overall: of 15 points, 9 are green and 6 amber. 2 actions are open,
/// 1 of them overdue."
pub fn assessed(assessment: &Assessment, today: NaiveDate) -> String {
    let mut sentences = vec![match scheme(&assessment.scheme) {
        Ok(scheme) => outcomes(assessment, scheme),
        Err(_) => format!("{} overall.", assessment.result),
    }];
    sentences.extend(scheme(&assessment.scheme).ok().and_then(|scheme| sum(assessment, scheme)));
    sentences.push(actions(assessment, today));
    sentences.join(" ")
}

fn outcomes(assessment: &Assessment, scheme: &Scheme) -> String {
    let overall = match scheme.outcome(&assessment.result) {
        None => assessment.result.clone(),
        Some(outcome) if outcome.score.is_some() => format!("Score {}", outcome.label),
        Some(outcome) => outcome.label.clone(),
    };
    let looked_at = u32::try_from(assessment.points.len()).unwrap_or(u32::MAX);
    if looked_at == 0 {
        return format!("{overall} overall.");
    }
    let counts = scheme.outcomes.iter().filter_map(|outcome| {
        let points = assessment.points.iter().filter(|point| point.outcome == outcome.code);
        let number = u32::try_from(points.count()).unwrap_or(u32::MAX);
        (number > 0).then_some((number, outcome))
    });
    let shown: Vec<_> = counts
        .enumerate()
        .map(|(place, (number, outcome))| {
            let verb = match (place, number) {
                (0, 1) => "is ",
                (0, _) => "are ",
                _ => "",
            };
            let at = if outcome.score.is_some() { "at " } else { "" };
            format!("{} {verb}{at}{}", spoken(number), outcome.label.to_lowercase())
        })
        .collect();
    format!(
        "{overall} overall: of {}, {}.",
        spoken_count(looked_at, "point"),
        enumerated(&shown, "and")
    )
}

fn sum(assessment: &Assessment, scheme: &Scheme) -> Option<String> {
    let pass_mark = u32::from(scheme.pass_mark?);
    let best = scheme.outcomes.iter().filter_map(|outcome| outcome.score).max()?;
    let scores = assessment.points.iter().map(|point| scheme.outcome(&point.outcome)?.score);
    let scores: Vec<u16> = scores.collect::<Option<_>>()?;
    let sum: u32 = scores.iter().map(|score| u32::from(*score)).sum();
    let most = u32::from(best) * u32::try_from(scores.len()).ok()?;
    let sum = spoken(sum);
    Some(format!("The scores add up to {sum} of {}; the pass mark is {pass_mark}.", spoken(most)))
}

fn actions(assessment: &Assessment, today: NaiveDate) -> String {
    let open: Vec<_> = assessment.open_actions(today).collect();
    let late = open.iter().filter(|(_, action)| action.due_on < today).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    match (open.len(), late) {
        (0, _) => "No action is open.".to_owned(),
        (open, 0) => format!("{} {} open.", spoken_count(number(open), "action"), are(open)),
        (1, _) => "1 action is open and overdue.".to_owned(),
        (open, late) => format!(
            "{} are open, {} of them overdue.",
            spoken_count(number(open), "action"),
            spoken(number(late))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Action, AssessmentId, AssessmentKind, CouncilId, PointId, PointOutcome, Provenance,
        RegionId, Stage, StandardId,
    };

    const TODAY: &str = "2027-01-14";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn assessment(scheme: &str, result: &str, outcomes: &[&str]) -> Assessment {
        let point = |(number, outcome): (usize, &&str)| PointOutcome {
            point: PointId::derived(&number.to_string()),
            outcome: (*outcome).to_owned(),
            done_well: None,
            actions: Vec::new(),
            advice: None,
        };
        Assessment {
            id: AssessmentId::derived("a"),
            region: RegionId::derived("london"),
            natural_key: "a".to_owned(),
            council: CouncilId::derived("CMD"),
            service: "Report a missed bin".to_owned(),
            standard: StandardId::derived("lgdss-2016"),
            stage: Stage::Alpha,
            kind: AssessmentKind::Assessment,
            held_on: day("2026-06-01"),
            scheme: scheme.to_owned(),
            result: result.to_owned(),
            panel: Vec::new(),
            points: outcomes.iter().enumerate().map(point).collect(),
            previous: None,
            is_public: true,
            provenance: Provenance {
                system: "test".to_owned(),
                received_at: crate::london_day_start(day(TODAY)),
                synthetic: false,
            },
            revision: 1,
        }
    }

    fn with_actions(mut assessment: Assessment, actions: &[(&str, Option<&str>)]) -> Assessment {
        let action = |(due, done): &(&str, Option<&str>)| Action {
            text: "Test it".to_owned(),
            due_on: day(due),
            done_on: done.map(day),
        };
        assessment.points[0].actions = actions.iter().map(action).collect();
        assessment
    }

    #[test]
    fn a_panels_word_is_told_in_sentences() {
        let rag = assessment("rag", "AMBER", &["GREEN", "AMBER", "GREEN", "RED"]);
        let scored = assessment("score", "4", &["4", "4", "3"]);
        let cases = [
            (
                rag.clone(),
                "Amber overall: of 4 points, 2 are green, 1 amber and 1 red. No action is open.",
            ),
            (
                with_actions(
                    rag.clone(),
                    &[
                        ("2027-02-01", None),
                        ("2026-12-01", None),
                        ("2026-12-01", Some("2026-12-01")),
                    ],
                ),
                "Amber overall: of 4 points, 2 are green, 1 amber and 1 red. 2 actions are open, 1 \
                 of them overdue.",
            ),
            (
                with_actions(scored, &[("2027-01-14", None)]),
                "Score 4 overall: of 3 points, 2 are at 4 and 1 at 3. The scores add up to 11 of 15; the \
                 pass mark is 15. 1 action is open.",
            ),
            (
                with_actions(assessment("met", "MET", &["MET"]), &[("2027-01-13", None)]),
                "Met overall: of 1 point, 1 is met. 1 action is open and overdue.",
            ),
            (assessment("met", "NOT_MET", &[]), "Not met overall. No action is open."),
        ];
        for (assessment, told) in cases {
            assert_eq!(assessed(&assessment, day(TODAY)), told);
        }
    }
}

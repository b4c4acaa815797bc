//! The demo's peer-led assessments: made-up reports on services that every council has, one of
//! them looked at again, with actions that are done, open and overdue.

use chrono::Days;
use folkmoot_domain::{
    Action, Assessment, AssessmentId, AssessmentKind, PanelRole, PointOutcome, Scheme, Seat, Stage,
    Standard, StandardPoint, scheme,
};
use serde::Deserialize;

use super::{Setting, networks::Network, rows};

/// Stands in a row of outcomes for a point that the panel did not look at.
const NOT_LOOKED_AT: char = '-';

#[derive(Deserialize)]
struct Row {
    key: String,
    council: String,
    service: String,
    standard: String,
    stage: Stage,
    kind: AssessmentKind,
    scheme: String,
    result: String,
    days_ago: u64,
    /// Seats such as `lead:HCK`, with spaces between them; `observer:` is from elsewhere.
    panel: String,
    /// The first letter of each point's outcome, in order of the points' numbers.
    outcomes: String,
    /// The key of the assessment that this one follows.
    previous: Option<String>,
    public: bool,
}

/// What is said of a point; a second action is a second row.
#[derive(Deserialize)]
struct Remark {
    assessment: String,
    point: String,
    done_well: Option<String>,
    action: Option<String>,
    /// Days after the panel.
    due_days: Option<u64>,
    done_days: Option<u64>,
    advice: Option<String>,
}

pub(super) fn assessments(setting: &Setting<'_>) -> Vec<Assessment> {
    let rows: Vec<Row> = rows(include_str!("assessments.csv"));
    let remarks: Vec<Remark> = super::rows(include_str!("assessment_points.csv"));
    rows.iter().filter_map(|row| assessment(setting, row, &remarks)).collect()
}

fn assessment(setting: &Setting<'_>, row: &Row, remarks: &[Remark]) -> Option<Assessment> {
    let held_on = setting.today - Days::new(row.days_ago);
    let council = setting.council(&row.council).filter(|council| council.life.contains(held_on))?;
    let region = Network::of_council(&row.council)?.region_id();
    let standard = setting.standard(&row.standard)?;
    let id = |key: &str| AssessmentId::derived(&format!("{region}/{key}"));
    let mut assessment = Assessment {
        id: id(&row.key),
        region,
        natural_key: row.key.clone(),
        council: council.id,
        service: row.service.clone(),
        standard: standard.id,
        stage: row.stage,
        kind: row.kind,
        held_on,
        scheme: row.scheme.clone(),
        result: row.result.clone(),
        panel: row.panel.split_whitespace().filter_map(|text| seat(setting, text)).collect(),
        points: outcomes(row, standard),
        previous: row.previous.as_deref().map(id),
        is_public: row.public,
        provenance: setting.provenance(),
        revision: 1,
    };
    for remark in remarks.iter().filter(|remark| remark.assessment == row.key) {
        remark.add_to(&mut assessment, &standard.points);
    }
    Some(assessment)
}

/// None if the council that it names is not in the register.
fn seat(setting: &Setting<'_>, text: &str) -> Option<Seat> {
    let (role, code) = text.split_once(':')?;
    let role = match role {
        "lead" => PanelRole::Lead,
        "researcher" => PanelRole::UserResearcher,
        "designer" => PanelRole::Designer,
        "technologist" => PanelRole::Technologist,
        "analyst" => PanelRole::Analyst,
        _ => PanelRole::Observer,
    };
    let council = match code {
        "" => None,
        code => Some(setting.council(code)?.id),
    };
    Some(Seat { role, council })
}

fn outcomes(row: &Row, standard: &Standard) -> Vec<PointOutcome> {
    let scheme = scheme(&row.scheme).expect("the file names schemes that the domain knows");
    let points = standard.points.iter().zip(row.outcomes.chars());
    let looked_at = points.filter(|(_, letter)| *letter != NOT_LOOKED_AT);
    let outcome = |(point, letter): (&StandardPoint, char)| PointOutcome {
        point: point.id,
        outcome: code(scheme, letter).to_owned(),
        done_well: None,
        actions: Vec::new(),
        advice: None,
    };
    looked_at.map(outcome).collect()
}

fn code(scheme: &Scheme, letter: char) -> &str {
    let outcome = scheme.outcomes.iter().find(|outcome| outcome.code.starts_with(letter));
    &outcome.expect("letters are those of the scheme, and read by the tests").code
}

impl Remark {
    fn add_to(&self, assessment: &mut Assessment, points: &[StandardPoint]) {
        let held_on = assessment.held_on;
        let point = points.iter().find(|point| point.slug == self.point);
        let outcome = point.and_then(|point| {
            assessment.points.iter_mut().find(|outcome| outcome.point == point.id)
        });
        let Some(outcome) = outcome else { return };
        outcome.done_well = self.done_well.clone().or(outcome.done_well.take());
        outcome.advice = self.advice.clone().or(outcome.advice.take());
        let action = self.action.as_ref().zip(self.due_days);
        outcome.actions.extend(action.map(|(text, due_days)| Action {
            text: text.clone(),
            due_on: held_on + Days::new(due_days),
            done_on: self.done_days.map(|days| held_on + Days::new(days)),
        }));
    }
}

//! Service assessments as others get them: public ones alone.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    desk::Desk,
    item::{ExchangeKind, Exchanged},
};
use crate::{
    Action, Assessment, AssessmentId, AssessmentKind, PanelRole, PointOutcome, Reference, Scheme,
    Seat, Stage, scheme,
    sheet::{MAX_ACTIONS, MAX_POINTS, MAX_SEATS, MAX_SUMMARY, MAX_TITLE},
};

/// A peer-led assessment of a service to whose publication the council agreed. One that is not,
/// or no longer, public is not given out: in a change feed it is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "ServiceAssessment")]
pub struct AssessmentItem {
    /// Yours, unique, and the same for ever.
    pub id: Uuid,
    /// The code of the council whose service it is.
    pub council: String,
    /// The service, such as `Report a missed bin`; at most 200 characters.
    pub service: String,
    /// The code of the standard, such as `lgdss-2016`.
    pub standard: String,
    /// How far the service was.
    pub stage: Stage,
    /// First or again.
    pub kind: AssessmentKind,
    /// The day of the panel: its start in London is the order of lists.
    pub held_on: NaiveDate,
    /// The scheme of outcomes: `met`, `partly`, `rag` or `score`.
    pub scheme: String,
    /// The overall result, an outcome of the scheme.
    pub result: String,
    /// Who sat on the panel; at most 20, one of them the lead.
    pub panel: Vec<SeatItem>,
    /// Point by point; at most 30.
    pub points: Vec<OutcomeItem>,
    /// The id of the assessment that it follows, if it does.
    pub previous: Option<Uuid>,
    /// True for a made-up row.
    #[serde(default)]
    pub synthetic: bool,
}

/// A seat on a panel: a council, never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Seat")]
pub struct SeatItem {
    /// What the seat was for.
    pub role: PanelRole,
    /// The code of the council; absent if it came from elsewhere.
    pub council: Option<String>,
}

/// What the panel says of one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "PointOutcome")]
pub struct OutcomeItem {
    /// The reference of the point, such as `lgdss-2016/3`.
    pub point: String,
    /// An outcome of the scheme.
    pub outcome: String,
    /// What was done well; at most 2,000 characters.
    pub done_well: Option<String>,
    /// What must be done; at most 30.
    #[serde(default)]
    pub actions: Vec<ActionItem>,
    /// What might be done; at most 2,000 characters.
    pub advice: Option<String>,
}

/// Something that the team has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Action")]
pub struct ActionItem {
    /// One line, at most 200 characters.
    pub text: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// Since when it is done; open if absent.
    pub done_on: Option<NaiveDate>,
}

impl Exchanged for Assessment {
    const KIND: ExchangeKind = ExchangeKind::ServiceAssessment;
    const ORDERED_BY: &'static str = "heldOn";
    type Item = AssessmentItem;

    fn to_item(&self, reference: &Reference) -> Option<AssessmentItem> {
        if !self.is_public {
            return None;
        }
        let code = |id| Some(reference.council(id)?.code.to_string());
        let seat = |seat: &Seat| {
            let council = match seat.council {
                Some(council) => Some(code(council)?),
                None => None,
            };
            Some(SeatItem { role: seat.role, council })
        };
        let action = |action: &Action| ActionItem {
            text: action.text.clone(),
            due_on: action.due_on,
            done_on: action.done_on,
        };
        let outcome = |outcome: &PointOutcome| {
            Some(OutcomeItem {
                point: reference.point(outcome.point)?.reference.clone(),
                outcome: outcome.outcome.clone(),
                done_well: outcome.done_well.clone(),
                actions: outcome.actions.iter().map(action).collect(),
                advice: outcome.advice.clone(),
            })
        };
        Some(AssessmentItem {
            id: self.id.0,
            council: code(self.council)?,
            service: self.service.clone(),
            standard: reference.standard(self.standard)?.code.clone(),
            stage: self.stage,
            kind: self.kind,
            held_on: self.held_on,
            scheme: self.scheme.clone(),
            result: self.result.clone(),
            panel: self.panel.iter().map(seat).collect::<Option<_>>()?,
            points: self.points.iter().map(outcome).collect::<Option<_>>()?,
            previous: self.previous.map(|previous| previous.0),
            synthetic: self.provenance.synthetic,
        })
    }

    fn of_item(item: AssessmentItem, desk: &mut Desk<'_>) -> Option<Self> {
        desk.at_most("panel", &item.panel, MAX_SEATS);
        desk.at_most("points", &item.points, MAX_POINTS);
        let council = desk.council("council", &item.council).map(|council| council.id);
        let standard = match desk.context().reference.standard_by_code(&item.standard) {
            Ok(standard) => Some(standard.id),
            Err(unknown) => {
                desk.fault("standard", unknown);
                None
            }
        };
        let scheme = match scheme(&item.scheme) {
            Ok(scheme) => Some(scheme),
            Err(message) => {
                desk.fault("scheme", message);
                None
            }
        };
        let seats = item.panel.iter().take(MAX_SEATS).enumerate();
        let panel = seats
            .map(|(place, seat)| Seat {
                role: seat.role,
                council: desk
                    .some_council(format_args!("panel[{place}].council"), seat.council.as_deref()),
            })
            .collect();
        let outcomes = item.points.iter().take(MAX_POINTS).enumerate();
        let points = outcomes
            .filter_map(|(place, outcome)| point_outcome(outcome, place, scheme, desk))
            .collect();
        let service = desk.line("service", &item.service, MAX_TITLE);
        let held_on = desk.day("heldOn", item.held_on);
        let result = code_of(scheme, "result", &item.result, desk);
        let assessment = Self {
            id: AssessmentId(item.id),
            region: desk.region(),
            natural_key: item.id.to_string(),
            council: council?,
            service,
            standard: standard?,
            stage: item.stage,
            kind: item.kind,
            held_on,
            scheme: scheme?.code.clone(),
            result: result?,
            panel,
            points,
            previous: item.previous.map(AssessmentId),
            is_public: true,
            provenance: desk.provenance(item.synthetic),
            revision: 0,
        };
        if let Some(fault) = assessment.panel_fault() {
            desk.fault("panel", fault);
        }
        Some(assessment)
    }
}

fn point_outcome(
    item: &OutcomeItem,
    place: usize,
    scheme: Option<&Scheme>,
    desk: &mut Desk<'_>,
) -> Option<PointOutcome> {
    let field = format!("points[{place}]");
    desk.at_most(&format!("{field}.actions"), &item.actions, MAX_ACTIONS);
    let actions = item.actions.iter().take(MAX_ACTIONS).enumerate();
    let actions = actions
        .map(|(at, action)| Action {
            text: desk.line(format_args!("{field}.actions[{at}].text"), &action.text, MAX_TITLE),
            due_on: desk.day(format_args!("{field}.actions[{at}].dueOn"), action.due_on),
            done_on: action.done_on,
        })
        .collect();
    let point = desk.point(format_args!("{field}.point"), &item.point);
    let outcome = code_of(scheme, &format!("{field}.outcome"), &item.outcome, desk);
    Some(PointOutcome {
        point: point?,
        outcome: outcome?,
        done_well: desk.some_block(item.done_well.as_deref(), MAX_SUMMARY),
        actions,
        advice: desk.some_block(item.advice.as_deref(), MAX_SUMMARY),
    })
}

fn code_of(
    scheme: Option<&Scheme>,
    field: &str,
    given: &str,
    desk: &mut Desk<'_>,
) -> Option<String> {
    let scheme = scheme?;
    if let Some(outcome) = scheme.outcome(given) {
        return Some(outcome.code.clone());
    }
    let codes: Vec<_> = scheme.outcomes.iter().map(|outcome| outcome.code.as_str()).collect();
    desk.fault(field, format_args!("scheme {} has the outcomes {}", scheme.code, codes.join(", ")));
    None
}

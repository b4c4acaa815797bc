//! What an assessment says as a whole.

use chrono::NaiveDate;

use super::{
    super::{cell::Cells, cell::MAX_TITLE, desk::Desk},
    panel::panel,
};
use crate::{
    Assessment, AssessmentId, AssessmentKind, CouncilId, PointOutcome, Scheme, Seat, Stage,
    Standard, clean_line, scheme, slug,
};

/// How a sentence about a point of another standard begins.
pub(super) const AGAINST: &str = "the assessment is against";

const STAGES: [(&str, Stage); 4] = [
    ("discovery", Stage::Discovery),
    ("alpha", Stage::Alpha),
    ("beta", Stage::Beta),
    ("live", Stage::Live),
];
const KINDS: [(&str, AssessmentKind); 2] =
    [("assessment", AssessmentKind::Assessment), ("reassessment", AssessmentKind::Reassessment)];

/// A head as far as it could be read: points are read by what there is of it.
pub(super) struct Head<'a> {
    council: Option<CouncilId>,
    service: Option<String>,
    pub(super) standard: Option<&'a Standard>,
    stage: Option<Stage>,
    kind: AssessmentKind,
    pub(super) held_on: Option<NaiveDate>,
    pub(super) scheme: Option<&'static Scheme>,
    result: Option<String>,
    panel: Vec<Seat>,
    /// The key of the one that it follows.
    pub(super) previous: Option<String>,
    is_public: bool,
}

pub(super) fn head<'a>(cells: &mut Cells<'_>, desk: &Desk<'a>, key: &str) -> Head<'a> {
    let service = cells.required_text("service", MAX_TITLE);
    let code = Some(cells.raw("standard")).filter(|code| !code.is_empty());
    let standard = desk.standard(code);
    let standard = cells.taken("standard", standard);
    let stage = cells.required_word("stage", &STAGES);
    let kind = cells.word("type", &KINDS).unwrap_or(AssessmentKind::Assessment);
    let held_on = cells.required_past_day("held_on");
    let on = held_on.unwrap_or(desk.today);
    let council = cells.required_standing_council("council", on).map(|council| council.id);
    let scheme = cells.filled("scheme").and_then(|code| cells.taken("scheme", scheme(code)));
    let result = cells.filled("result");
    let result =
        scheme.zip(result).and_then(|(scheme, given)| outcome(cells, "result", scheme, given));
    let is_public = cells.yes_no("public").unwrap_or(false);
    let panel = panel(cells, on);
    let previous = previous(cells, key);
    Head {
        council,
        service,
        standard,
        stage,
        kind,
        held_on,
        scheme,
        result,
        panel,
        previous,
        is_public,
    }
}

/// The code of the outcome that a cell names by its code or label.
pub(super) fn outcome(
    cells: &mut Cells<'_>,
    column: &str,
    scheme: &Scheme,
    given: &str,
) -> Option<String> {
    let name = slug(given);
    let is_meant =
        |outcome: &&crate::Outcome| slug(&outcome.code) == name || slug(&outcome.label) == name;
    let found = scheme.outcomes.iter().find(is_meant);
    if found.is_none() {
        let labels: Vec<_> =
            scheme.outcomes.iter().map(|outcome| outcome.label.to_lowercase()).collect();
        let message = format!("scheme {} has the outcomes {}", scheme.code, labels.join(", "));
        cells.problem(column, message);
    }
    found.map(|outcome| outcome.code.clone())
}

fn previous(cells: &mut Cells<'_>, key: &str) -> Option<String> {
    let given = clean_line(cells.raw("previous"), usize::MAX);
    if given == key {
        cells.problem("previous", "the assessment cannot follow itself");
        return None;
    }
    Some(given).filter(|given| !given.is_empty())
}

pub(super) fn id(desk: &Desk<'_>, key: &str) -> AssessmentId {
    AssessmentId::derived(&format!("{}/{key}", desk.context.region.id))
}

impl Head<'_> {
    /// The assessment, if the head is whole.
    pub(super) fn assessment(
        self,
        natural_key: String,
        points: Vec<PointOutcome>,
        desk: &Desk<'_>,
    ) -> Option<Assessment> {
        Some(Assessment {
            id: id(desk, &natural_key),
            region: desk.context.region.id,
            natural_key,
            council: self.council?,
            service: self.service?,
            standard: self.standard?.id,
            stage: self.stage?,
            kind: self.kind,
            held_on: self.held_on?,
            scheme: self.scheme?.code.clone(),
            result: self.result?,
            panel: self.panel,
            points,
            previous: self.previous.map(|key| id(desk, &key)),
            is_public: self.is_public,
            provenance: desk.context.provenance(),
            revision: 1,
        })
    }
}

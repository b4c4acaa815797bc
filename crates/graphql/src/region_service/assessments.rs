//! Service assessments as regions exchange them: public ones alone.

use async_graphql::{Enum, InputObject, Result, SimpleObject};
use folkmoot_domain::{
    self as domain, ActionItem, AssessmentId, AssessmentItem, OutcomeItem, SeatItem, Unpublished,
};
use folkmoot_federation::Assessments;

use super::{Seat, pages::Served, scalars::Id};
use crate::{error, scalars::Date, types::PanelRole};

/// How far a service has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Stage")]
pub(super) enum Stage {
    /// Finding out what the problem is.
    Discovery,
    /// Trying out solutions.
    Alpha,
    /// Building the best of them, with users.
    Beta,
    /// In use, and improved all the time.
    Live,
}

/// Whether a service is looked at for the first time at its stage.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::AssessmentKind")]
enum AssessmentKind {
    /// For the first time.
    Assessment,
    /// Again, looking at the actions that were open.
    Reassessment,
}

/// A peer-led assessment of a service to whose publication the council agreed. One that is not,
/// or no longer, public is not given out.
#[derive(SimpleObject, Clone)]
pub(super) struct ServiceAssessment {
    /// The same for ever.
    id: Id,
    /// The code of the council whose service it is.
    council: String,
    /// The service, such as `Report a missed bin`.
    service: String,
    /// The code of the standard, such as `lgdss-2016`.
    standard: String,
    /// How far the service was.
    stage: Stage,
    /// First or again.
    kind: AssessmentKind,
    /// The day of the panel: its start in London is the order of lists.
    held_on: Date,
    /// The scheme of outcomes: `met`, `partly`, `rag` or `score`.
    scheme: String,
    /// The overall result, an outcome of the scheme.
    result: String,
    /// Who sat on the panel.
    panel: Vec<PanelSeat>,
    /// Point by point.
    points: Vec<PointOutcome>,
    /// The id of the assessment that it follows, if it does.
    previous: Option<Id>,
    /// True for a made-up row.
    synthetic: bool,
}

/// A seat on a panel: a council, never a person.
#[derive(SimpleObject, Clone)]
#[graphql(name = "Seat")]
struct PanelSeat {
    /// What the seat was for.
    role: PanelRole,
    /// The code of the council; null if it came from elsewhere.
    council: Option<String>,
}

/// What the panel says of one point.
#[derive(SimpleObject, Clone)]
struct PointOutcome {
    /// The reference of the point, such as `lgdss-2016/3`.
    point: String,
    /// An outcome of the scheme.
    outcome: String,
    /// What was done well.
    done_well: Option<String>,
    /// What must be done.
    actions: Vec<Action>,
    /// What might be done.
    advice: Option<String>,
}

/// Something that the team has to do.
#[derive(SimpleObject, Clone)]
struct Action {
    /// One line.
    text: String,
    /// Until when.
    due_on: Date,
    /// Since when it is done; open if null.
    done_on: Option<Date>,
}

/// Councils by code.
#[derive(InputObject, Default)]
pub(super) struct ServiceAssessmentFilter {
    /// Of services of one of these councils.
    councils: Option<Vec<String>>,
    /// At one of these stages.
    stages: Option<Vec<Stage>>,
}

impl Served for ServiceAssessment {
    type Stored = domain::Assessment;
    type Kind = Assessments;
    type Filter = ServiceAssessmentFilter;

    fn filter(given: ServiceAssessmentFilter, seat: &Seat) -> Result<domain::AssessmentFilter> {
        Ok(domain::AssessmentFilter {
            councils: given.councils.map(|codes| seat.councils(&codes)),
            stages: given.stages.map(|all| all.into_iter().map(Into::into).collect()),
            // Whoever asks: what is exchanged is copied and cached by others.
            unpublished: Unpublished::default(),
        })
    }
}

/// An assessment that is not public is not named by the one that follows it either. A region that is
/// asked live tells none that is not.
pub(super) async fn forget_hidden(
    seat: &Seat,
    rows: impl Iterator<Item = &mut ServiceAssessment>,
) -> Result<()> {
    if !seat.region().door.is_stored() {
        return Ok(());
    }
    let rows: Vec<_> = rows.collect();
    let named = rows.iter().filter_map(|row| row.previous);
    let named: Vec<_> = named.map(|Id(id)| AssessmentId(id)).collect();
    let public = seat.moot.store.public_assessments(seat.region, &named).await;
    let public = public.map_err(|failed| error::store(&failed))?;
    for row in rows {
        row.previous = row.previous.filter(|Id(id)| public.contains(&AssessmentId(*id)));
    }
    Ok(())
}

impl From<AssessmentItem> for ServiceAssessment {
    fn from(item: AssessmentItem) -> Self {
        Self {
            id: Id(item.id),
            council: item.council,
            service: item.service,
            standard: item.standard,
            stage: item.stage.into(),
            kind: item.kind.into(),
            held_on: Date(item.held_on),
            scheme: item.scheme,
            result: item.result,
            panel: item.panel.into_iter().map(Into::into).collect(),
            points: item.points.into_iter().map(Into::into).collect(),
            previous: item.previous.map(Id),
            synthetic: item.synthetic,
        }
    }
}

impl From<SeatItem> for PanelSeat {
    fn from(item: SeatItem) -> Self {
        Self { role: item.role.into(), council: item.council }
    }
}

impl From<OutcomeItem> for PointOutcome {
    fn from(item: OutcomeItem) -> Self {
        Self {
            point: item.point,
            outcome: item.outcome,
            done_well: item.done_well,
            actions: item.actions.into_iter().map(Into::into).collect(),
            advice: item.advice,
        }
    }
}

impl From<ActionItem> for Action {
    fn from(item: ActionItem) -> Self {
        Self { text: item.text, due_on: Date(item.due_on), done_on: item.done_on.map(Date) }
    }
}

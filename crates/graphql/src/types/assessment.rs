//! Peer-led service assessments.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use folkmoot_domain::{
    self as domain, CouncilId, EntityKind, GlobalId, Key, Keyed, PointId, assessed, scheme,
};

use crate::{
    asked::asked,
    connection::{Listed, plain_list},
    query::nodes,
    quick::Quick,
    scalars::{Date, Url, int},
    types::{Council, Node, Region, Standard, StandardPoint, provenance::Provenance},
};

/// How far a service has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Stage")]
pub(crate) enum AssessmentStage {
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
pub(crate) enum AssessmentType {
    /// For the first time.
    Assessment,
    /// Again, looking at the actions that were open.
    Reassessment,
}

/// A seat on a panel.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::PanelRole")]
pub(crate) enum PanelRole {
    /// Has the casting vote; every panel has one.
    Lead,
    /// Looks at research.
    UserResearcher,
    /// Looks at design.
    Designer,
    /// Looks at technology.
    Technologist,
    /// Looks at performance.
    Analyst,
    /// Only looks.
    Observer,
}

/// Red, amber or green, for display: regions have schemes of outcomes of their own.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Rag")]
pub(crate) enum Rag {
    /// Go on.
    Green,
    /// Go on, and act within three months.
    Amber,
    /// Pause, act and be looked at again.
    Red,
}

/// A service assessment.
#[derive(Clone)]
pub(crate) struct ServiceAssessment(pub(crate) Arc<domain::Assessment>);

impl Quick for ServiceAssessment {}

impl Listed for ServiceAssessment {
    fn key(&self) -> Key {
        self.0.key()
    }
}

impl ServiceAssessment {
    fn global_id(&self) -> GlobalId {
        GlobalId::regional(EntityKind::ServiceAssessment, self.0.region, self.0.id)
    }

    fn outcome(&self, code: &str) -> AssessmentOutcome {
        let known = scheme(&self.0.scheme).ok().and_then(|scheme| scheme.outcome(code));
        AssessmentOutcome {
            code: code.to_owned(),
            label: known.map_or_else(|| code.to_owned(), |outcome| outcome.label.clone()),
            rag: known.map(|outcome| outcome.rag.into()),
            score: known.and_then(|outcome| outcome.score).map(i32::from),
        }
    }
}

/// What a panel from other councils said of a service: advice, not a sanction. Seen by everyone
/// if the council agreed to publication; else by its own editors and the region's coordinators.
#[Object]
impl ServiceAssessment {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.global_id().to_string().into()
    }

    /// The service, such as `Report a missed bin`.
    async fn service(&self) -> &str {
        &self.0.service
    }

    /// The council whose service it is.
    async fn council(&self, ctx: &Context<'_>) -> Result<Council> {
        let council = Council::known(ctx, self.0.council);
        council.ok_or_else(|| "the council is not in the register".into())
    }

    /// The region that keeps the report.
    async fn region(&self, ctx: &Context<'_>) -> Option<Region> {
        Region::known(ctx, self.0.region)
    }

    /// The version of the standard that it was held against.
    async fn standard(&self, ctx: &Context<'_>) -> Option<Standard> {
        let reference = &asked(ctx).reference;
        let id = reference.standard(self.0.standard)?.id;
        Some(Standard { reference: reference.clone(), id })
    }

    /// How far the service was.
    async fn stage(&self) -> AssessmentStage {
        self.0.stage.into()
    }

    /// First or again.
    #[graphql(name = "type")]
    async fn kind(&self) -> AssessmentType {
        self.0.kind.into()
    }

    /// The day of the panel.
    async fn held_on(&self) -> Date {
        Date(self.0.held_on)
    }

    /// How outcomes are given: `met`, `partly`, `rag` or `score`.
    async fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The overall result.
    async fn result(&self) -> AssessmentOutcome {
        self.outcome(&self.0.result)
    }

    /// The report in two or three sentences: how the points came out and what is left to do.
    async fn because(&self, ctx: &Context<'_>) -> String {
        assessed(&self.0, asked(ctx).today())
    }

    /// Who sat on the panel: councils, never persons.
    #[graphql(complexity = "plain_list(6, child_complexity)")]
    async fn panel(&self) -> Vec<PanelSeat> {
        let seat =
            |seat: &domain::Seat| PanelSeat { role: seat.role.into(), council: seat.council };
        self.0.panel.iter().map(seat).collect()
    }

    /// Point by point, in the order of the report.
    #[graphql(complexity = "plain_list(15, child_complexity)")]
    async fn points(&self, ctx: &Context<'_>) -> Vec<AssessedPoint> {
        let today = asked(ctx).today();
        let action = |action: &domain::Action| AssessmentAction {
            text: action.text.clone(),
            due_on: Date(action.due_on),
            done_on: action.done_on.map(Date),
            open: action.is_open(today),
        };
        let point = |point: &domain::PointOutcome| AssessedPoint {
            point: point.point,
            outcome: self.outcome(&point.outcome),
            done_well: point.done_well.clone(),
            actions: point.actions.iter().map(action).collect(),
            advice: point.advice.clone(),
        };
        self.0.points.iter().map(point).collect()
    }

    /// How many of its actions are not done yet.
    async fn open_actions(&self, ctx: &Context<'_>) -> i32 {
        int(self.0.open_actions(asked(ctx).today()).count())
    }

    /// The assessment that this one follows; null if there is none, or none that you may see.
    async fn previous(&self, ctx: &Context<'_>) -> Option<Result<ServiceAssessment>> {
        let id = GlobalId::regional(EntityKind::ServiceAssessment, self.0.region, self.0.previous?);
        match nodes::find(ctx, id).await? {
            Ok(Node::ServiceAssessment(previous)) => Some(Ok(previous)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// True if the council agreed to its publication.
    async fn is_public(&self) -> bool {
        self.0.is_public
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        let path = nodes::path_of(EntityKind::ServiceAssessment);
        asked(ctx).addresses().of(path, &self.global_id())
    }

    /// Where the row came from.
    async fn provenance(&self) -> Provenance {
        Provenance { region: self.0.region, of: self.0.provenance.clone() }
    }
}

/// An outcome, in the words of the assessment's scheme.
#[derive(SimpleObject)]
pub(crate) struct AssessmentOutcome {
    /// Such as `PARTLY_MET`.
    code: String,
    /// Such as `Partly met`.
    label: String,
    /// Its colour; null if the scheme is not known here.
    rag: Option<Rag>,
    /// Its score, in schemes that have scores: the more, the better.
    score: Option<i32>,
}

/// Who sat where.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct PanelSeat {
    /// The seat.
    role: PanelRole,
    #[graphql(skip)]
    council: Option<CouncilId>,
}

#[ComplexObject]
impl PanelSeat {
    /// The council that sent somebody; null if it was none.
    async fn council(&self, ctx: &Context<'_>) -> Option<Council> {
        Council::known(ctx, self.council?)
    }
}

/// What the panel said of one point.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct AssessedPoint {
    #[graphql(skip)]
    point: PointId,
    /// How the service stands.
    outcome: AssessmentOutcome,
    /// What was done well.
    done_well: Option<String>,
    /// What must be done.
    actions: Vec<AssessmentAction>,
    /// What might be done.
    advice: Option<String>,
}

#[ComplexObject]
impl AssessedPoint {
    /// The point.
    async fn point(&self, ctx: &Context<'_>) -> Option<StandardPoint> {
        StandardPoint::one(&asked(ctx).reference, self.point)
    }
}

/// Something that the team has to do.
#[derive(SimpleObject)]
pub(crate) struct AssessmentAction {
    /// One line.
    text: String,
    /// Until when.
    due_on: Date,
    /// Since when it is done; null if it is not.
    done_on: Option<Date>,
    /// True while it is not done.
    open: bool,
}

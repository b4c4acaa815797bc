//! What councils answer, and what panels say of their services.

use chrono::Days;
use folkmoot_domain::{
    Assessment, AssessmentId, AssessmentKind, CaptureMethod, CouncilId, Merging, PanelRole,
    PointId, Rating, RegionId, Response, Round, RoundId, Seat, Stage, StandardId,
};

use super::{
    AssessmentBuilder, ResponseBuilder, RoundBuilder, council_id, point_id, provenance, start,
};

/// Assessment `n` of a service of council 0, not public: a day after the one before it.
pub fn assessment(region: RegionId, n: u32) -> AssessmentBuilder {
    let natural_key = format!("assessment-{n}");
    AssessmentBuilder(Assessment {
        id: AssessmentId::derived(&format!("{region}/{natural_key}")),
        region,
        natural_key,
        council: council_id(0),
        service: format!("Service {n}"),
        standard: StandardId::derived("lgdss-2016"),
        stage: Stage::Alpha,
        kind: AssessmentKind::Assessment,
        held_on: start().date_naive() + Days::new(n.into()),
        scheme: "rag".to_owned(),
        result: "AMBER".to_owned(),
        panel: vec![Seat { role: PanelRole::Lead, council: None }],
        points: vec![],
        previous: None,
        is_public: false,
        provenance: provenance(),
        revision: 1,
    })
}

impl AssessmentBuilder {
    /// Of a service of another council.
    pub fn of(self, council: CouncilId) -> Self {
        self.with(|assessment| assessment.council = council)
    }

    /// With the council's consent.
    pub fn public(self) -> Self {
        self.with(|assessment| assessment.is_public = true)
    }
}

/// A round about [`nation`](super::nation)'s standard, held on this day, which is its key too.
pub fn round(region: RegionId, held_on: &str) -> RoundBuilder {
    RoundBuilder(Round {
        id: RoundId::derived(&format!("{region}/{held_on}")),
        region,
        natural_key: held_on.to_owned(),
        standard: StandardId::derived("lgdss-2016"),
        held_on: held_on.parse().expect("a day"),
        closes_on: None,
        capture: CaptureMethod::OnlineForm,
        provenance: provenance(),
        revision: 1,
    })
}

/// What council `n` answers about point 1: ratings by their codes, for both measures alike.
pub fn response(round: &Round, n: u32, code: u8) -> ResponseBuilder {
    let (council, point) = (council_id(n), point_id(1));
    let rating = Rating::from_code(code);
    ResponseBuilder(Response {
        id: Response::id_of(round.id, council, point),
        region: round.region,
        round: round.id,
        council,
        point,
        understanding: rating,
        support_need: rating,
        people: 1,
        merging: Merging::Agreed,
        note: None,
        provenance: provenance(),
        revision: 1,
    })
}

impl ResponseBuilder {
    /// About another point.
    pub fn about(self, point: PointId) -> Self {
        self.with(|response| {
            response.point = point;
            response.id = Response::id_of(response.round, response.council, point);
        })
    }
}

//! One region's own service: a small schema by which another gateway, or anyone, plugs the region
//! in live. It speaks for one region at a time, whichever door that came by, and is asked through
//! the same stages as the nation's schema.

mod assessments;
mod capability;
mod card;
mod case_studies;
mod entities;
mod meetups;
mod offers;
mod pages;
mod query;
mod scalars;

use std::sync::{Arc, LazyLock};

use async_graphql::{EmptyMutation, EmptySubscription, Error, Request, SDLExportOptions, Schema};
use folkmoot_domain::{
    CouncilCode, CouncilId, GroupId, PointId, Reference, Region, RegionId, RegionState, Threshold,
    Viewer,
};
use folkmoot_federation::{SourceReason, Via};
use thiserror::Error as ThisError;
use uuid::Uuid;

use crate::{
    Moot,
    error::{code, failure},
    pipeline::{Answer, Busy, RequestId, Stages, busy, data, guarded, refused, scanned},
    region_service::query::Query,
    schema::{self, Plain},
};

/// The deepest selection: the standard introspection query needs 16.
const MAX_DEPTH: usize = 18;
/// The deepest recursion of the checker itself: the standard introspection query needs 20.
const MAX_RECURSION: usize = 24;
/// The most directives on one field.
const MAX_DIRECTIVES: usize = 10;
/// The most aliases in a document: the contract's one query has four.
const MAX_ALIASES: usize = 10;
/// The most fields that an answer may have. The contract's one query with the most rows of every
/// kind, and five hundred of each by id, has some 180,000.
const MAX_FIELDS: usize = 250_000;

/// Why a region does not answer at all.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum Closed {
    /// Not there, or not for this viewer.
    #[error(
        "there is no such region, or it is on trial: check its code, or send a token of its \
         coordinator"
    )]
    Unknown,
    /// Paused, with the reason that is shown.
    #[error("the region is paused: {0}")]
    Paused(String),
    /// The question has been here before.
    #[error(
        "this question came through this gateway already: gateways ask each other in a circle; \
         take one of them out"
    )]
    Circle,
    /// The register itself cannot be read.
    #[error("the gateway cannot reach its database right now: try again in a minute")]
    Unavailable,
}

/// A region that answers.
#[derive(Clone)]
pub struct OpenRegion {
    reference: Arc<Reference>,
    region: RegionId,
    is_peer: bool,
}

/// The service of every region, with its stages. Cheap to clone.
#[derive(Clone)]
pub struct RegionService {
    stages: Arc<Stages<Query>>,
    moot: Moot,
    instance: Uuid,
    threshold: Threshold,
}

impl RegionService {
    /// Puts the stages around the schema; the instance is this gateway's id, the threshold that of
    /// its published figures.
    pub fn new(moot: Moot, instance: Uuid, threshold: Threshold) -> Self {
        let stages = Arc::new(Stages::around(build()));
        Self { stages, moot, instance, threshold }
    }

    /// The region with this code, or one that it had, if it answers this viewer a question that
    /// came this way.
    ///
    /// # Errors
    /// If it does not.
    pub async fn open(&self, code: &str, viewer: &Viewer, via: &Via) -> Result<OpenRegion, Closed> {
        if via.contains(self.instance) {
            return Err(Closed::Circle);
        }
        let reference = self.moot.reference.reference().await.map_err(|error| {
            tracing::error!(%error, "reference data unavailable");
            Closed::Unavailable
        })?;
        let mut seen = reference.regions().iter().filter(|region| viewer.sees(region));
        let region = seen.find(|region| region.is_called(code)).ok_or(Closed::Unknown)?;
        if let RegionState::Paused { reason } = &region.state {
            return Err(Closed::Paused(reason.clone()));
        }
        let region = region.id;
        Ok(OpenRegion { reference, region, is_peer: viewer.is_peer() })
    }

    /// Takes a request to a region through all stages, as one that came this way. A panic ends
    /// this request only.
    pub async fn answer(&self, open: OpenRegion, via: Via, request: Request) -> Answer {
        let request_id = data::<RequestId>(&request.data);
        guarded(request_id, Via::scope(via, self.staged(open, request))).await
    }

    async fn staged(&self, open: OpenRegion, mut request: Request) -> Answer {
        let prepared = scanned(&mut request).and_then(|()| self.stages.prepare(&mut request));
        if let Err(error) = prepared {
            return refused(error);
        }
        let _turn = match self.moot.turns.wait(&request).await {
            Ok(turn) => turn,
            Err(Busy) => return busy(),
        };
        let OpenRegion { reference, region, is_peer } = open;
        let (moot, threshold) = (self.moot.clone(), self.threshold);
        self.stages
            .execute(request.data(Seat { moot, reference, region, is_peer, threshold }))
            .await
    }
}

/// What resolvers reach: the region that they speak for, and how it is asked.
pub(crate) struct Seat {
    moot: Moot,
    reference: Arc<Reference>,
    region: RegionId,
    /// Whether a gateway asks that goes by the rules of published figures.
    is_peer: bool,
    threshold: Threshold,
}

impl Seat {
    fn region(&self) -> &Region {
        self.reference.region(self.region).expect("it was opened from this snapshot")
    }

    /// The region's groups with these slugs.
    fn groups(&self, slugs: &[String]) -> Vec<GroupId> {
        let own = self.reference.groups().iter().filter(|group| group.region == self.region);
        own.filter(|group| slugs.contains(&group.slug)).map(|group| group.id).collect()
    }

    /// The councils with these codes.
    fn councils(&self, codes: &[String]) -> Vec<CouncilId> {
        let ids = codes.iter().filter_map(|code| Some(code.parse::<CouncilCode>().ok()?.id()));
        let mut known: Vec<_> =
            ids.filter(|council| self.reference.council(*council).is_some()).collect();
        known.sort();
        known.dedup();
        known
    }

    /// The points with these references.
    fn points(&self, references: &[String]) -> Vec<PointId> {
        let points = self.reference.standards().iter().flat_map(|standard| &standard.points);
        points.filter(|point| references.contains(&point.reference)).map(|point| point.id).collect()
    }
}

/// A part that the region's source does not answer. Its code is what a gateway above needs to know
/// whether to ask again.
fn unavailable(seat: &Seat, reason: SourceReason) -> Error {
    let (region, phrase) = (&seat.region().code, reason.phrase());
    match reason {
        SourceReason::Refused => failure("REFUSED", format!("{region} {phrase}")),
        SourceReason::InvalidAnswer => failure("INVALID_ANSWER", format!("{region} {phrase}")),
        _ => failure(code::UNAVAILABLE, format!("{region} {phrase}: ask again later")),
    }
}

fn build() -> Plain<Query> {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_FIELDS)
        .limit_recursive_depth(MAX_RECURSION)
        .limit_directives(MAX_DIRECTIVES)
        .limit_aliases(MAX_ALIASES)
        .finish()
}

/// The second federation's first specification: the later ones add nothing that is used here.
const FEDERATION: &str =
    "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.0\", import: [\"@key\"])";

/// The contract as the committed `docs/regions/region.graphql` has it, and as `_service` tells it.
pub fn region_sdl() -> &'static str {
    sdl()
}

fn sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| as_contract(&build()));
    &SDL
}

/// What is asked first, then what it is made of; rows have their key.
fn as_contract(schema: &Plain<Query>) -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions().use_space_ident();
    let types = schema::exported(schema, options);
    // Every schema has the same directives; they are nothing that a region has to write.
    let blocks = types.trim().split("\n\n").filter(|block| !block.contains("\ndirective @"));
    let (query, others): (Vec<_>, Vec<_>) =
        blocks.partition(|block| block.contains("type Query {"));
    let mut text = FEDERATION.to_owned();
    for block in query.into_iter().chain(others) {
        text.push_str("\n\n");
        text.push_str(block);
    }
    for kind in folkmoot_domain::ExchangeKind::ALL {
        let name = kind.name();
        text = text.replacen(
            &format!("\ntype {name} {{"),
            &format!("\ntype {name} @key(fields: \"id\") {{"),
            1,
        );
    }
    text.push('\n');
    text
}

//! The root of the API, one file per noun.

pub(crate) mod assessments;
mod attention;
mod capability;
pub(crate) mod case_studies;
pub(crate) mod councils;
pub(crate) mod entities;
mod matches;
pub(crate) mod meetups;
pub(crate) mod nodes;
pub(crate) mod offers;
mod regions;
pub(crate) mod rounds;
mod search;
mod standards;
mod support;

use async_graphql::MergedObject;

/// Everything that can be asked, by anyone. What belongs to a region on trial is there only for
/// that region's coordinators and the steward; a field with a rule of its own says so.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(crate) struct Query(
    meetups::MeetupQueries,
    case_studies::CaseStudyQueries,
    offers::OfferQueries,
    assessments::AssessmentQueries,
    councils::CouncilQueries,
    regions::RegionQueries,
    standards::StandardQueries,
    search::SearchQueries,
    capability::CapabilityQueries,
    support::SupportQueries,
    matches::MatchQueries,
    rounds::RoundQueries,
    attention::AttentionQueries,
    nodes::NodeQueries,
    entities::EntityQueries,
);

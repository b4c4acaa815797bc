//! The types of the API, one file per noun.

mod answer;
mod assessment;
mod attention;
mod capability;
mod case_study;
mod council;
mod marker;
mod meetup;
mod next_topics;
mod node;
mod offer;
mod peer_group;
mod provenance;
mod region;
mod rounds;
mod search;
mod source;
mod standard;
mod support_match;
mod support_ranking;
mod viewer;

pub(crate) use answer::{CouncilAnswer, RubricLevel};
pub(crate) use assessment::{AssessmentStage, PanelRole, ServiceAssessment};
pub(crate) use attention::{Attention, AttentionRow};
pub(crate) use capability::{
    CapabilityRow, CapabilityTable, Coverage, GroupBy, Measure, Panel, Period,
};
pub(crate) use case_study::CaseStudy;
pub(crate) use council::{Council, CouncilType, Country};
pub(crate) use marker::Marker;
pub(crate) use meetup::{Attendance, Meetup, MeetupStatus};
pub(crate) use next_topics::{NextTopic, NextTopics};
pub(crate) use node::{Entity, Node};
pub(crate) use offer::{Offer, OfferKind};
pub(crate) use peer_group::PeerGroup;
pub(crate) use region::Region;
pub(crate) use rounds::{MeetupEffect, ResponseRate};
pub(crate) use search::SearchResults;
pub(crate) use source::{Gap, SourceStatus};
pub(crate) use standard::{Standard, StandardPoint};
pub(crate) use support_match::{SupportMatch, SupportMatches};
pub(crate) use support_ranking::{SupportRanking, SupportRow};
pub(crate) use viewer::Viewer;

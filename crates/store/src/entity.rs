//! The tables as sea-orm entities, one file each. Private: the rest of the house sees domain
//! types. Instants are whole seconds since 1970, enums their wire names.

pub(crate) mod assessment;
pub(crate) mod audit;
pub(crate) mod capability_cell;
pub(crate) mod case_study;
pub(crate) mod case_study_point;
pub(crate) mod closing;
pub(crate) mod council;
pub(crate) mod crosswalk;
pub(crate) mod feed;
pub(crate) mod feed_refused;
pub(crate) mod feed_seen;
pub(crate) mod frozen_answer;
pub(crate) mod introduction;
pub(crate) mod live_service;
pub(crate) mod meetup;
pub(crate) mod meetup_point;
pub(crate) mod membership;
pub(crate) mod need;
pub(crate) mod offer;
pub(crate) mod peer_group;
pub(crate) mod publication;
pub(crate) mod region;
pub(crate) mod region_code;
pub(crate) mod release;
pub(crate) mod release_row;
pub(crate) mod response;
pub(crate) mod round;
pub(crate) mod search_document;
pub(crate) mod series;
pub(crate) mod standard;
pub(crate) mod standard_point;
pub(crate) mod succession;
pub(crate) mod token;
pub(crate) mod tombstone;
pub(crate) mod topic;

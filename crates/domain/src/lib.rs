//! The subject of Folkmoot as types and rules: councils, standards, regions, meet-ups, case
//! studies, offers, who may see what, and the orders that lists are walked in.
//!
//! Nothing here does I/O, waits or reads a clock; whoever needs a time passes it in.

mod assessment;
mod calendar;
mod capability;
mod case_study;
mod council;
mod council_names;
mod embedded;
mod exchange;
mod feed;
mod figures;
mod homes;
mod id;
mod life;
mod live_service;
mod meetup;
mod need;
mod offer;
mod order;
mod page;
mod provenance;
mod questions;
mod reference;
mod region;
mod register;
mod sheet;
mod standard;
mod suggest;
mod text;
mod time;
mod unknown;
mod viewer;

pub use assessment::{
    Action, Assessment, AssessmentFilter, AssessmentKind, Outcome, PanelRole, PointOutcome, Rag,
    Scheme, Seat, Stage, scheme, schemes,
};
pub use calendar::read_calendar;
pub use capability::{
    CaptureMethod, Cell, CellKey, Counted, Given, HalfYear, Histogram, LEVELS, Level,
    MalformedHalfYear, Measure, Merging, Publication, Rating, Response, Round, Standing, cells,
    counted, median_rating, rubric,
};
pub use case_study::{CaseStudy, CaseStudyFilter};
pub use council::{Council, CouncilCode, CouncilType, Country, GssAlias, Succession};
pub use embedded::embedded_standards;
pub use exchange::{
    ActionItem, AskedItem, AssessmentItem, BadItem, CLOCK_LEEWAY, CONTRACT, CaseStudyItem,
    ClosedItem, ContractVersion, Contradiction, CountedHalfYear, CountsItem, EntryState,
    ExchangeContext, ExchangeKind, Exchanged, FIGURES_SINCE, Fault, FeedEntry, FeedItem,
    FeedMarker, FeedPage, GroupItem, KindMarker, KindReading, MAX_PAGE_ITEMS, MeetupItem,
    MemberItem, OfferItem, OutcomeItem, PAGE_MEDIA_TYPE, RefusedRow, RegionCard, SeatItem,
    TableItem, TalkItem, UnreadableCard, UnreadablePage, VenueItem, closed_fingerprint,
    exchange_schemas, read_card, read_closed, read_groups, read_item, read_item_text, read_page,
    take_item,
};
pub use feed::{
    Feed, FeedAddress, FeedOf, FeedReading, HOLD, HarvestOutcome, Hold, NoFeedAddress, Vanished,
    is_of_a_feed, is_same_occasion, loses_too_much, vanished,
};
#[cfg(feature = "mutants")]
pub use figures::Mutant;
pub use figures::{
    Answers, Asked, Closing, FiguresOutcome, FiguresReport, Frozen, Half, Hidden,
    MalformedThreshold, Matched, NationRows, Paired, Published, Release, ReleaseRow, RoundedShare,
    RowFilter, RowScope, ScopeKind, Shown, Suppression, TableCounts, Threshold, Unmatched,
    nation_rows,
};
pub use homes::{ContestedHome, HomeClaim};
pub use id::{
    AssessmentId, CaseStudyId, CouncilId, EntityKind, FeedId, GlobalId, GroupId, IntroductionId,
    MalformedId, MeetupId, NeedId, OfferId, PointId, RegionId, ResponseId, RoundId, SeriesId,
    StandardId, TopicId,
};
pub use life::Life;
pub use live_service::LiveService;
pub use meetup::{Attendance, Meetup, MeetupFilter, MeetupStatus, Series, Talk, Venue};
pub use need::{Introduction, IntroductionOutcome, Need, Topic};
pub use offer::{Offer, OfferFilter, OfferKind};
pub use order::{Direction, Key, SortKey};
pub use page::{Extent, Kept, Keyed, Outage, Slice, SliceRequest};
pub use provenance::Provenance;
pub use questions::{
    AskedRound, AttentionInput, AttentionRow, AttentionSubject, Coverage, EffectInput, Figures,
    Helping, MatchKey, MatchedChange, MeetupEffect, NeedOfPoint, NoEffect, NoFigure, OpenNeed,
    Party, RankedTopic, RegionHalf, ResponseRate, Share, SupportMatch, SupportMatches, SupportRank,
    TopicInput, TopicScore, Wanting, assessed, attention, break_before, contested_homes, linked,
    meetup_effect, next_topics, response_rate, support_matches, support_ranking,
};
pub use reference::{Reference, ReferenceParts};
pub use region::{Door, Membership, PeerGroup, Region, RegionCode, RegionState};
pub use register::{
    Register, RegisterImport, RegisterReport, Rejected, Repair, Tally, embedded_register,
    read_register, write_register,
};
pub use sheet::{
    Column, Problem, RoundOptions, Row, SheetContext, SheetError, SheetKind, SheetReading, columns,
    holds_address, read_sheet, template, template_for,
};
pub use standard::{Crosswalk, Standard, StandardPoint};
pub use suggest::suggestions;
pub use text::{
    Link, RejectedLink, clean_block, clean_line, enumerated, fold_text, slug, sort_name,
};
pub use time::{
    london_day, london_day_start, resolve_wall_clock, spoken_start, to_minute, to_second,
};
pub use unknown::UnknownRef;
pub use viewer::{Bearer, MalformedScope, Scope, Unpublished, Viewer};

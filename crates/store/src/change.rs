//! What a write is asked to do, and what it did.

use std::collections::BTreeMap;

use folkmoot_domain::{
    Assessment, CaseStudy, Council, Crosswalk, GlobalId, Introduction, Meetup, Membership, Need,
    Offer, PeerGroup, Publication, Region, Response, Round, Row, Series, Standard, Succession,
    Topic,
};

/// A row as it shall be from now on. What is not mentioned stays as it is.
///
/// Revisions and a region's `joined_version` are given out by the store, whatever a change says.
/// What has a natural key is known by region and natural key first, then by id: a row that is
/// known already keeps its id.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Change {
    Council(Council),
    Succession(Succession),
    Standard(Standard),
    Crosswalk(Crosswalk),
    Region(Region),
    Group(PeerGroup),
    Membership(Membership),
    Series(Series),
    Meetup(Meetup),
    CaseStudy(CaseStudy),
    Offer(Offer),
    Round(Round),
    Response(Response),
    Publication(Publication),
    Need(Need),
    Topic(Topic),
    Introduction(Introduction),
    Assessment(Assessment),
    /// A meet-up, case study, offer or service assessment is gone from where it came from. If it
    /// comes back it is as it was; see [`crate::Store::withdraw`] for what must not come back.
    Gone(GlobalId),
}

impl From<Row> for Change {
    fn from(row: Row) -> Self {
        match row {
            Row::Membership(membership) => Self::Membership(membership),
            Row::Meetup(meetup) => Self::Meetup(*meetup),
            Row::CaseStudy(case_study) => Self::CaseStudy(*case_study),
            Row::Offer(offer) => Self::Offer(*offer),
            Row::Round(round) => Self::Round(*round),
            Row::Response(response) => Self::Response(*response),
            Row::Need(need) => Self::Need(*need),
            Row::Topic(topic) => Self::Topic(*topic),
            Row::Introduction(introduction) => Self::Introduction(*introduction),
            Row::Assessment(assessment) => Self::Assessment(*assessment),
        }
    }
}

/// What a write did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows that were not there before.
    pub created: u64,
    /// Rows that were there with other content.
    pub updated: u64,
    /// Rows that were there and are gone.
    pub removed: u64,
    /// Rows that were there just so, and rows that were withdrawn and stay so.
    pub unchanged: u64,
    /// The same by kind: `council`, `succession`, `standard`, `point`, `crosswalk`, `region`,
    /// `group`, `membership`, `series`, `meetup`, `case_study`, `offer`, `round`, `response`,
    /// `publication`, `need`, `topic`, `introduction`, `assessment`.
    pub by_kind: BTreeMap<&'static str, Counts>,
}

/// The same numbers for one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

impl Applied {
    pub(crate) fn add(&mut self, kind: &'static str, counts: Counts) {
        if counts == Counts::default() {
            return;
        }
        let of_kind = self.by_kind.entry(kind).or_default();
        for (sum, more) in [
            (&mut self.created, counts.created),
            (&mut self.updated, counts.updated),
            (&mut self.unchanged, counts.unchanged),
            (&mut of_kind.created, counts.created),
            (&mut of_kind.updated, counts.updated),
            (&mut of_kind.unchanged, counts.unchanged),
        ] {
            *sum += more;
        }
    }

    /// True if a row was created, updated or removed.
    pub fn has_changes(&self) -> bool {
        self.created + self.updated + self.removed > 0
    }
}

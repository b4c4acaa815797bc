//! What the check has to know of each kind of row.

use std::fmt::Debug;

use folkmoot_domain::{
    Assessment, AssessmentFilter, CaseStudy, CaseStudyFilter, Meetup, MeetupFilter, Offer,
    OfferFilter, Stage,
};
use folkmoot_federation::{Assessments, CaseStudies, Kind, Meetups, Offers};

use super::ContractRows;
use crate::fake_region::{accepts_case_study, accepts_offer};

/// A kind with filters to ask with, and the rule of each.
pub(super) trait Checkable: Kind<Row: Debug, Filter: Debug> {
    /// Its name in reports.
    const NAME: &'static str;
    /// Those among the rows that are of this kind.
    fn rows(rows: &ContractRows) -> &[Self::Row];
    /// Everything, some of it, and nothing.
    fn filters(rows: &[Self::Row]) -> Vec<Self::Filter>;
    /// Whether a list with this filter holds the row.
    fn accepts(filter: &Self::Filter, row: &Self::Row) -> bool;
}

impl Checkable for Meetups {
    const NAME: &'static str = "meet-ups";

    fn rows(rows: &ContractRows) -> &[Meetup] {
        &rows.meetups
    }

    fn filters(rows: &[Meetup]) -> Vec<MeetupFilter> {
        let all = MeetupFilter::default();
        let middle = rows.iter().map(|row| row.ends_at).nth(rows.len() / 2);
        vec![
            MeetupFilter { ends_after: middle, ..all.clone() },
            MeetupFilter { ends_by: middle, ..all.clone() },
            MeetupFilter { points: rows.first().map(|row| row.points.clone()), ..all.clone() },
            MeetupFilter { points: Some(vec![]), ..all.clone() },
            all,
        ]
    }

    fn accepts(filter: &MeetupFilter, row: &Meetup) -> bool {
        filter.accepts(row)
    }
}

impl Checkable for CaseStudies {
    const NAME: &'static str = "case studies";

    fn rows(rows: &ContractRows) -> &[CaseStudy] {
        &rows.case_studies
    }

    fn filters(rows: &[CaseStudy]) -> Vec<CaseStudyFilter> {
        let all = CaseStudyFilter::default();
        vec![
            CaseStudyFilter { points: rows.first().map(|row| row.points.clone()), ..all.clone() },
            CaseStudyFilter { councils: Some(vec![]), ..all.clone() },
            all,
        ]
    }

    fn accepts(filter: &CaseStudyFilter, row: &CaseStudy) -> bool {
        accepts_case_study(filter, row)
    }
}

impl Checkable for Offers {
    const NAME: &'static str = "offers";

    fn rows(rows: &ContractRows) -> &[Offer] {
        &rows.offers
    }

    fn filters(rows: &[Offer]) -> Vec<OfferFilter> {
        let all = OfferFilter::default();
        vec![
            OfferFilter { councils: rows.first().map(|row| vec![row.council]), ..all.clone() },
            OfferFilter { remote: Some(false), ..all.clone() },
            OfferFilter { kinds: Some(vec![]), ..all.clone() },
            all,
        ]
    }

    fn accepts(filter: &OfferFilter, row: &Offer) -> bool {
        accepts_offer(filter, row)
    }
}

impl Checkable for Assessments {
    const NAME: &'static str = "service assessments";

    fn rows(rows: &ContractRows) -> &[Assessment] {
        &rows.assessments
    }

    fn filters(_: &[Assessment]) -> Vec<AssessmentFilter> {
        let all = AssessmentFilter::default();
        vec![
            AssessmentFilter { stages: Some(vec![Stage::Alpha]), ..all.clone() },
            AssessmentFilter { councils: Some(vec![]), ..all.clone() },
            all,
        ]
    }

    fn accepts(filter: &AssessmentFilter, row: &Assessment) -> bool {
        filter.accepts(row)
    }
}

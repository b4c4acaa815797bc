//! Rows to hold a source against.

use std::collections::BTreeSet;

use chrono::{Days, TimeDelta};
use folkmoot_domain::{Assessment, CaseStudy, Keyed, Meetup, Offer, RegionId, Stage};
use folkmoot_store::Change;

use crate::{FakeRegion, build};

/// All rows that a source holds; at least one of each kind.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ContractRows {
    pub meetups: Vec<Meetup>,
    pub case_studies: Vec<CaseStudy>,
    pub offers: Vec<Offer>,
    /// By id they are all asked for; in lists those that are public.
    pub assessments: Vec<Assessment>,
}

/// How many rows of each kind a region has.
const EACH: u32 = 14;

impl ContractRows {
    /// Rows of each kind in every region, four at the same instant, within regions and across.
    pub fn of(codes: &[&str]) -> Self {
        let mut rows = Self::default();
        for region in codes.iter().map(|code| build::region_id(code)) {
            for n in 0..EACH {
                let instant = build::start() + TimeDelta::hours((n / 4).into());
                let points = [build::point_id(1 + n as u16 % 3)];
                rows.meetups.push(build::meetup(region, n).starting(instant).on(points).build());
                let study = build::case_study(region, n).about(build::council_id(n % 5));
                let study = study.on(points).with(|study| study.published_at = instant);
                rows.case_studies.push(study.build());
                let offer = build::offer(region, n).by(build::council_id(n % 5));
                let offer = offer.with(|offer| {
                    offer.offered_at = instant;
                    offer.remote = n % 2 == 0;
                });
                rows.offers.push(offer.build());
                let assessment = build::assessment(region, n).with(|assessment| {
                    let day = build::start().date_naive();
                    assessment.held_on = day + Days::new((n / 4).into());
                    assessment.stage = if n % 2 == 0 { Stage::Alpha } else { Stage::Beta };
                    assessment.is_public = n % 3 > 0;
                });
                rows.assessments.push(assessment.build());
            }
        }
        rows
    }

    /// The regions that have any.
    pub fn regions(&self) -> Vec<RegionId> {
        let meetups = self.meetups.iter().map(Keyed::region);
        let studies = self.case_studies.iter().map(Keyed::region);
        let offers = self.offers.iter().map(Keyed::region);
        let assessments = self.assessments.iter().map(Keyed::region);
        let all: BTreeSet<_> = meetups.chain(studies).chain(offers).chain(assessments).collect();
        all.into_iter().collect()
    }

    /// A scripted source that holds them.
    pub fn in_memory(&self) -> FakeRegion {
        let Self { meetups, case_studies, offers, assessments } = self.clone();
        FakeRegion::new()
            .with_meetups(meetups)
            .with_case_studies(case_studies)
            .with_offers(offers)
            .with_assessments(assessments)
    }

    /// The changes that put them into a store that holds what they name (see [`build::nation`]).
    pub fn changes(&self) -> Vec<Change> {
        let Self { meetups, case_studies, offers, assessments } = self.clone();
        let meetups = meetups.into_iter().map(Change::Meetup);
        let studies = case_studies.into_iter().map(Change::CaseStudy);
        let offers = offers.into_iter().map(Change::Offer);
        let assessments = assessments.into_iter().map(Change::Assessment);
        meetups.chain(studies).chain(offers).chain(assessments).collect()
    }
}

//! Lists and search know no answers: nothing can be narrowed by a level, or found by one.
//!
//! Each pattern names every part, so that whoever adds one comes here: a part that knows levels
//! would have to be read by the attacker, too. Search is over the kinds that have an id; which of
//! their words it holds, `crates/store/src/documents.rs` says.

use folkmoot_domain::{AssessmentFilter, CaseStudyFilter, EntityKind, MeetupFilter, OfferFilter};

#[test]
fn no_list_is_narrowed_by_an_answer() {
    let _ = |filter: MeetupFilter| {
        let MeetupFilter {
            groups: _,
            hosts: _,
            points: _,
            starts_from: _,
            starts_before: _,
            ends_after: _,
            ends_by: _,
            attendance: _,
            statuses: _,
        } = filter;
    };
    let _ = |CaseStudyFilter { points: _, councils: _, search: _ }: CaseStudyFilter| ();
    let _ = |OfferFilter { points: _, kinds: _, councils: _, remote: _ }: OfferFilter| ();
    let _ = |AssessmentFilter { councils: _, stages: _, public_unless: _ }: AssessmentFilter| ();
}

#[test]
fn no_answer_is_found_by_search_or_by_an_id() {
    let is_answer = |kind: EntityKind| match kind {
        EntityKind::Council | EntityKind::Region | EntityKind::PeerGroup => false,
        EntityKind::Standard | EntityKind::StandardPoint => false,
        EntityKind::Meetup | EntityKind::CaseStudy | EntityKind::Offer => false,
    };
    assert!(!is_answer(EntityKind::Council));
}

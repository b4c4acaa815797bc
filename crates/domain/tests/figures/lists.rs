//! Lists know no answers: nothing can be narrowed by a level. (Nor found by one: what search
//! holds, `crates/store/src/documents.rs` says.)
//!
//! Each pattern names every part, so that whoever adds one comes here: a part that knows levels
//! would have to be read by the attacker, too.

use folkmoot_domain::{AssessmentFilter, CaseStudyFilter, MeetupFilter, OfferFilter};

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
    let _ = |AssessmentFilter { councils: _, stages: _, unpublished: _ }: AssessmentFilter| ();
}

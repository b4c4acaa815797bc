//! Rows of which only what lists show is read.

use folkmoot_domain::Provenance;

use super::*;

on_both_databases!(
    brief_meetups_are_whole_ones_with_less_in_them,
    brief_case_studies_are_whole_ones_with_less_in_them,
);

fn asked<F: Default>(extent: Extent) -> SliceRequest<F> {
    let request = SliceRequest::of_first(50, F::default(), regions(), Direction::Descending);
    SliceRequest { extent, ..request }
}

/// Where a row comes from of which that was not read.
fn nothing_of_it() -> Provenance {
    Provenance { system: String::new(), received_at: DateTime::UNIX_EPOCH, synthetic: false }
}

async fn brief_meetups_are_whole_ones_with_less_in_them(database: Database) {
    let rows = meetups().into_iter().map(|meetup| Meetup {
        summary: Some("An evening.".to_owned()),
        attended: meetup.host.into_iter().collect(),
        ..meetup
    });
    let store = filled(&database, rows.map(Change::Meetup)).await;

    let both = [asked(Extent::Brief), asked(Extent::Whole)];
    let together = store.meetup_slices(&both).await.expect("pages");
    assert_eq!(together[0], together[1], "beside whole ones they are whole");
    let least = |meetup: &Meetup| Meetup {
        natural_key: String::new(),
        summary: None,
        attended: Vec::new(),
        provenance: nothing_of_it(),
        ..meetup.clone()
    };
    let brief = store.meetup_slices(&both[..1]).await.expect("a page").remove(0);
    assert_eq!(brief.rows, together[1].rows.iter().map(least).collect::<Vec<_>>());
    assert!(brief.rows.len() == 50 && brief.has_more);
}

async fn brief_case_studies_are_whole_ones_with_less_in_them(database: Database) {
    let rows = (0..60).map(|n| build::case_study(build::region_id("kent"), n).build());
    let store = filled(&database, rows.map(Change::CaseStudy)).await;

    let mut slices = Vec::new();
    for extent in [Extent::Brief, Extent::Whole] {
        slices.extend(store.case_study_slices(&[asked(extent)]).await.expect("a page"));
    }
    let least = |study: &CaseStudy| CaseStudy {
        natural_key: String::new(),
        summary: String::new(),
        link: None,
        provenance: nothing_of_it(),
        ..study.clone()
    };
    assert_eq!(slices[0].rows, slices[1].rows.iter().map(least).collect::<Vec<_>>());
    assert!(slices[0].rows.len() == 50 && slices[0].rows != slices[1].rows);
}

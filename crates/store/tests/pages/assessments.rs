//! Pages of service assessments: with the council's consent, or for those who may read them.

use super::*;
use chrono::Days;
use folkmoot_domain::{Assessment, AssessmentFilter, Stage, Unpublished};

on_both_databases!(
    assessment_pages_hold_what_the_filter_accepts,
    assessments_are_shown_with_consent_alone_unless_a_list_says_otherwise,
);

async fn assessment_pages_hold_what_the_filter_accepts(database: Database) {
    const STAGES: [Stage; 3] = [Stage::Discovery, Stage::Alpha, Stage::Live];
    let one = (select(regions()), 0..3u64, 0..4u32, select(STAGES.to_vec()), any::<bool>());
    let rows = drawn(100, one).into_iter().enumerate();
    let rows: Vec<Assessment> = rows
        .map(|(n, (region, day, council, stage, is_public))| {
            build::assessment(region, n as u32)
                .of(build::council_id(council))
                .with(|assessment| {
                    assessment.held_on = build::start().date_naive() + Days::new(day);
                    assessment.stage = stage;
                    assessment.is_public = is_public;
                })
                .build()
        })
        .collect();
    let store = filled(&database, rows.iter().cloned().map(Change::Assessment)).await;
    let keys = rows.iter().map(Keyed::key).collect();
    let unpublished = (subsequence(regions(), 0..=2), option::weighted(0.5, councils())).prop_map(
        |(of_regions, of_councils)| Unpublished {
            of_regions,
            of_councils: of_councils.unwrap_or_default(),
        },
    );
    let stages = subsequence(STAGES.to_vec(), 0..=2);
    let filters =
        (option::weighted(0.4, councils()), option::weighted(0.3, stages), unpublished).prop_map(
            |(councils, stages, unpublished)| AssessmentFilter { councils, stages, unpublished },
        );
    // The rule in words of its own: consent, or the reader's region, or the reader's council.
    let accepts = |filter: &AssessmentFilter, row: &Assessment| {
        let Unpublished { of_regions, of_councils } = &filter.unpublished;
        among(&filter.councils, |council| *council == row.council)
            && among(&filter.stages, |stage| *stage == row.stage)
            && (row.is_public
                || of_regions.contains(&row.region)
                || of_councils.contains(&row.council))
    };

    for batch in drawn(80, requests(filters, keys)) {
        let slices = store.assessment_slices(&batch).await.expect("pages");
        for (request, slice) in batch.iter().zip(slices) {
            assert_eq!(slice, expected(&rows, request, accepts), "{request:?}");
            let in_memory = expected(&rows, request, AssessmentFilter::accepts);
            assert_eq!(slice, in_memory, "{request:?}");
        }
    }
}

async fn assessments_are_shown_with_consent_alone_unless_a_list_says_otherwise(database: Database) {
    let kent = build::region_id("kent");
    let rows = [build::assessment(kent, 1).change(), build::assessment(kent, 2).public().change()];
    let store = filled(&database, rows).await;
    let filter = AssessmentFilter::default();
    let request = SliceRequest::of_first(5, filter, vec![kent], Direction::Ascending);

    let slice = store.assessment_slices(&[request]).await.expect("a page").remove(0);

    let shown: Vec<_> = slice.rows.iter().map(|row| row.natural_key.as_str()).collect();
    assert_eq!(shown, ["assessment-2"]);
}

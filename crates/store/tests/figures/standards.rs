//! Figures when regions go on to another standard.

use super::*;
use folkmoot_domain::{PointId, StandardId};

on_both_databases!(the_latest_half_year_is_that_of_the_standard);

/// All regions asked about one standard in spring 2022, and about another in the autumn after.
async fn the_latest_half_year_is_that_of_the_standard(database: Database) {
    let store = filled(&database).await;
    let later = StandardId::derived("gds-2019");
    let mut changes = vec![Change::Standard(build::standard("gds-2019", 1))];
    for (place, code) in (0..).zip(REGIONS) {
        let round = build::round(build::region_id(code), "2022-09-01");
        let round = round.with(|round| round.standard = later).build();
        for n in 0..6u32 {
            let answer = build::response(&round, place * 6 + n, n.min(4) as u8);
            changes.push(answer.about(PointId::derived("gds-2019/1")).change());
        }
        changes.push(Change::Round(round));
    }
    apply(store, changes).await;
    let latest = async |standard| store.published().await.expect("read").latest_half_year(standard);
    let earlier = StandardId::derived("lgdss-2016");
    assert_eq!(latest(earlier).await, None, "nothing is published");
    let autumn: HalfYear = "2022-H2".parse().expect("a half-year");
    for half_year in [half_year(), autumn] {
        publish_at(store, half_year, "2023-01-11T09:00:00Z".parse().expect("an instant")).await;
    }

    assert_eq!(latest(earlier).await, Some(half_year()));
    assert_eq!(latest(later).await, Some(autumn));
    assert_eq!(latest(StandardId::derived("nobody's")).await, None);
}

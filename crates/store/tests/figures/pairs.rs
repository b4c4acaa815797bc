//! Matched pairs: what became of the one before decides about the next.

use folkmoot_domain::{Rating, Shown, Suppression, Unmatched};
use folkmoot_testkit::{Database, build, on_both_databases};

use crate::{apply, matched, publish, soon, three_half_years};

on_both_databases!(
    no_pair_is_written_beside_one_whose_rows_were_taken_back,
    a_third_half_year_is_paired_like_the_second,
    no_pair_is_written_after_one_that_its_levels_may_have_hidden,
);

/// What an earlier pair told can only be weighed by the rows that it was made of.
async fn no_pair_is_written_beside_one_whose_rows_were_taken_back(database: Database) {
    let store = database.store();
    let [first, second, third] = three_half_years(store).await;
    publish(store, first).await;
    publish(store, second).await;
    assert!(matches!(matched(store, second).await, Shown::Pair(_)));
    store.withdraw_release("test", soon(), 1, None, "wrong sheet").await.expect("taken back");

    publish(store, third).await;

    assert!(matches!(matched(store, third).await, Shown::Hidden(_)));
}

async fn a_third_half_year_is_paired_like_the_second(database: Database) {
    let store = database.store();
    for half_year in three_half_years(store).await {
        publish(store, half_year).await;
    }

    let third = "2022-H1".parse().expect("a half-year");
    assert!(matches!(matched(store, third).await, Shown::Pair(_)));
}

async fn no_pair_is_written_after_one_that_its_levels_may_have_hidden(database: Database) {
    let store = database.store();
    let [first, second, third] = three_half_years(store).await;
    // In the first half-year one council gives no level: later it is the only one not matched.
    let round = build::round(build::region_id("east"), "2021-03-01").build();
    let silent = build::response(&round, 0, 0).with(|answer| {
        answer.understanding = Some(Rating::DontKnow);
    });
    apply(store, vec![silent.change()]).await;
    for half_year in [first, second, third] {
        publish(store, half_year).await;
    }

    let hidden = |why| Shown::Hidden(Suppression::Pair(why));
    assert_eq!(matched(store, second).await, hidden(Unmatched::FewOthers));
    assert_eq!(matched(store, third).await, hidden(Unmatched::AfterHidden));
}

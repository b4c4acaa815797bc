//! Search: the same words find the same things on both databases.

use folkmoot_domain::{EntityKind, PointOutcome};
use folkmoot_store::{SearchAnswer, SearchRequest, Store};
use folkmoot_testkit::{Database, build, on_both_databases};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

on_both_databases!(
    words_find_what_holds_them,
    the_best_hit_comes_first,
    only_the_regions_asked_are_searched,
    nothing_typed_is_an_error,
    a_changed_text_is_found_by_its_new_words_only,
    assessments_are_found_while_their_council_agrees_to_it,
);

async fn filled(database: &Database) -> &Store {
    let (kent, london) = (build::region_id("kent"), build::region_id("london"));
    let mut changes = build::nation(&["kent", "london"]);
    changes.extend([
        build::council(20).named("Ynys Môn").change(),
        build::council(21).named("King's Lynn").change(),
        build::meetup(kent, 1).titled("Testing services end to end").change(),
        build::meetup(london, 2).titled("Lean coffee").on([build::point_id(7)]).change(),
        build::case_study(kent, 1)
            .titled("Bins")
            .with(|study| study.summary = "How residents tested a new bin form.".to_owned())
            .change(),
        build::offer(london, 1).by(build::council_id(3)).on(build::point_id(8)).change(),
    ]);
    database.store().apply("test", build::start(), changes).await.expect("fill the store");
    database.store()
}

async fn search(store: &Store, text: &str) -> SearchAnswer {
    let regions = vec![build::region_id("kent"), build::region_id("london")];
    let request = SearchRequest { text: text.to_owned(), regions, first: 20 };
    store.search(&request).await.expect("a search")
}

async fn titles(store: &Store, text: &str) -> Vec<String> {
    search(store, text).await.hits.into_iter().map(|hit| hit.title).collect()
}

async fn words_find_what_holds_them(database: Database) {
    let store = filled(&database).await;
    let cases: [(&str, &[&str]); 12] = [
        ("ynys mon", &["Ynys Môn"]),
        ("MÔN", &["Ynys Môn"]),
        ("king's lynn", &["King's Lynn"]),
        ("coffee", &["Lean coffee"]),
        ("cof", &["Lean coffee"]),
        ("lean tea", &[]),
        ("how to test the services", &["Testing services end to end"]),
        ("topic 7", &["Topic 7", "Lean coffee"]),
        ("advice topic 8", &["Advice from Council 3: Topic 8"]),
        ("aad", &["Council 3"]),
        ("peer group kent", &["Peer group kent"]),
        ("zebra", &[]),
    ];
    for (text, wanted) in cases {
        let mut found = titles(store, text).await;
        let mut wanted: Vec<String> = wanted.iter().map(|title| (*title).to_owned()).collect();
        found.sort();
        wanted.sort();
        // "Topic 7" is also the beginning of nothing else: there are fifteen topics.
        assert_eq!(found, wanted, "{text}");
    }
}

async fn the_best_hit_comes_first(database: Database) {
    let store = filled(&database).await;

    let answer = search(store, "test").await;

    let titles: Vec<_> = answer.hits.iter().map(|hit| hit.title.as_str()).collect();
    assert_eq!(titles, ["Testing services end to end", "Bins"], "a title counts for more");
    assert_eq!(answer.total, 2);
    let bins = &answer.hits[1];
    assert_eq!((bins.kind, bins.region), (EntityKind::CaseStudy, Some(build::region_id("kent"))));
    assert_eq!(bins.snippet, "How residents tested a new bin form.");
    let request = SearchRequest {
        text: "test".to_owned(),
        regions: vec![build::region_id("kent")],
        first: 1,
    };
    let first = store.search(&request).await.expect("a search");
    assert_eq!((first.hits.len(), first.total), (1, 2));
}

async fn only_the_regions_asked_are_searched(database: Database) {
    let store = filled(&database).await;
    let of = async |regions: &[&str]| {
        let regions = regions.iter().map(|code| build::region_id(code)).collect();
        let request = SearchRequest { text: "coffee".to_owned(), regions, first: 20 };
        store.search(&request).await.expect("a search").total
    };
    assert_eq!((of(&["london"]).await, of(&["kent"]).await, of(&[]).await), (1, 0, 0));
}

async fn nothing_typed_is_an_error(database: Database) {
    let store = filled(&database).await;
    let typed = [
        "",
        " ",
        "\"",
        "'",
        "a\"b",
        "AND",
        "OR NOT",
        "NEAR(a b, 3)",
        "test*",
        "-test",
        "^test",
        "title_words:test",
        "test & | !",
        "a:*",
        "(",
        "))",
        "\\",
        "%",
        "_",
        ":*",
        "<->",
        "{}",
        "\u{0}",
        "test\u{0}",
        "👩‍💻",
        "ﷺ",
        "١٢٣",
        "İstanbul",
        "ßßß",
        "a'b''c",
        "; DROP TABLE meetup",
    ];
    for text in typed {
        search(store, text).await;
    }
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let text = "\\PC{0,40}".new_tree(&mut runner).expect("a text").current();
        search(store, &text).await;
    }
    search(store, &"word ".repeat(10_000)).await;
    assert_eq!(titles(store, "test*").await.len(), 2, "signs are not operators");
}

async fn a_changed_text_is_found_by_its_new_words_only(database: Database) {
    let store = filled(&database).await;
    let meetup = build::meetup(build::region_id("kent"), 1).titled("Accessibility");
    store.apply("test", build::start(), vec![meetup.change()]).await.expect("a change");

    assert_eq!(titles(store, "accessible").await, ["Accessibility"]);
    assert_eq!(titles(store, "end to end").await, Vec::<String>::new());
}

async fn assessments_are_found_while_their_council_agrees_to_it(database: Database) {
    let store = filled(&database).await;
    let kent = build::region_id("kent");
    let point = PointOutcome {
        point: build::point_id(2),
        outcome: "AMBER".to_owned(),
        done_well: Some("Tested on doorsteps".to_owned()),
        actions: vec![],
        advice: None,
    };
    let hidden = build::assessment(kent, 1).of(build::council_id(3)).with(|one| {
        one.service = "Renew a library card".to_owned();
        one.points = vec![point];
    });
    let changes = [hidden.clone(), hidden.clone().public(), hidden];
    for (change, wanted) in changes.into_iter().zip([0, 1, 0]) {
        store.apply("test", build::start(), vec![change.change()]).await.expect("kept");
        for text in ["library card", "doorsteps", "library topic 2", "library council 3"] {
            let found = search(store, text).await;
            assert_eq!(found.total, wanted, "{text}");
            let kinds: Vec<_> = found.hits.iter().map(|hit| hit.kind).collect();
            assert!(kinds.iter().all(|kind| *kind == EntityKind::ServiceAssessment), "{kinds:?}");
        }
    }
}

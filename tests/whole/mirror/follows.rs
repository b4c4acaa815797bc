//! Changes are followed: each page once, each row as it was last, bad rows until they change.

use chrono::TimeDelta;
use folkmoot_domain::{EntityKind, GlobalId, HarvestOutcome};
use folkmoot_store::Change;
use folkmoot_testkit::build;
use folkmoot_tests::Served;
use serde_json::json;

use super::{FEED, Nation, after, deleted, id, item, kent, notes, titled, told};

#[tokio::test]
async fn rows_come_change_and_go_and_no_page_is_read_twice() {
    let nation = Nation::new().await;
    let first = [item(1, 1), item(2, 2), item(3, 3), item(4, 4), item(5, 5)];
    nation.serve_card(|_| {});
    nation.serve_feed(&first, 2);

    let read = nation.harvest().await;

    assert_eq!(read.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 2 3 4 5");
    let pages = [FEED.to_owned(), after(&first[1]), after(&first[3]), after(&first[4])];
    assert_eq!(nation.server.paths()[1..], pages);
    let mirrored = nation.meetups(kent()).await.remove(0);
    assert_eq!((mirrored.id.0, mirrored.provenance.system.as_str()), (id(1), "changes"));
    assert_eq!(mirrored.natural_key, id(1).to_string());

    nation.serve_page(&pages[3], &[titled(6, 2, "Lean coffee 2b"), deleted(7, 4), item(8, 6)]);
    nation.serve_page(&after(&item(8, 6)), &[]);
    let read = nation.harvest().await;

    let reading = read.reading.expect("a reading");
    assert_eq!((reading.created, reading.updated, reading.removed), (1, 1, 1));
    assert_eq!(nation.rows().await, "1 2b 3 5 6");
    let asked = ["/region.json".to_owned(), pages[3].clone(), after(&item(8, 6))];
    assert_eq!(nation.server.paths()[5..], asked);
    assert_eq!(reading.kinds[0].change, Some(8));
    assert!(nation.others_are_whole().await);
}

#[tokio::test]
async fn an_answer_without_changes_is_nothing_new() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1)]);
    nation.harvest().await;

    let again = nation.harvest().await;

    assert_eq!(
        again.outcome,
        HarvestOutcome::Unchanged,
        "the card and the last page are as before"
    );
    let asked = nation.server.requests();
    assert!(asked[3].contains("if-none-match") && asked[4].contains("if-none-match"), "{asked:?}");
    let watched = nation.watched().await;
    assert_eq!(watched.good_at, Some(nation.now()));
    let soon = watched.due_at - nation.now();
    assert!(soon >= TimeDelta::minutes(1) && soon <= TimeDelta::seconds(66), "{soon}");
    let fresh = nation.store().freshness(&[kent()]).await.expect("read");
    assert_eq!(fresh.get(&kent()).map(|fresh| fresh.as_of), Some(nation.now()));
}

#[tokio::test]
async fn bad_rows_are_told_until_they_change_and_their_last_good_version_stays() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1), item(2, 2)]);
    nation.harvest().await;
    let mut bad = titled(3, 2, "");
    bad["data"]["host"] = json!("nowhere");
    let mut wrong = item(4, 3);
    wrong["data"]["startsAt"] = json!(17);
    let mut another = item(5, 4);
    another["kind"] = json!("Offer");
    let last = after(&item(2, 2));
    nation.serve_page(&last, &[bad, wrong, another, item(6, 5)]);
    nation.serve_page(&after(&item(6, 5)), &[]);

    let read = nation.harvest().await;

    assert_eq!(read.outcome, HarvestOutcome::Read, "they harm no other");
    assert_eq!(nation.rows().await, "1 2 5", "the old version of the second stays");
    for _ in 0..2 {
        let reading = nation.watched().await.reading.expect("a reading");
        assert_eq!((reading.kinds[0].left_out, reading.rows_left_out()), (3, 3));
        let told: Vec<_> = reading.kinds[0].refused.iter().flat_map(|row| &row.faults).collect();
        let told = told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for says in ["title: is empty", "host: unknown", "startsAt: invalid type", "kind: is Offer"]
        {
            assert!(told.contains(says), "{told}");
        }
        // There is nothing new of them, and they are not forgotten.
        nation.harvest().await;
    }

    nation.serve_page(&after(&item(6, 5)), &[item(7, 3), deleted(8, 4), titled(9, 2, "Cured 2c")]);
    nation.serve_page(&after(&item(9, 2)), &[]);
    let read = nation.harvest().await;
    assert_eq!(read.reading.expect("a reading").kinds[0].left_out, 0);
    assert_eq!(nation.rows().await, "1 2c 3 5");
}

#[tokio::test]
async fn a_server_that_dies_between_pages_is_gone_on_with_where_it_was() {
    let nation = Nation::new().await;
    let all = [item(1, 1), item(2, 2), item(3, 3), item(4, 4)];
    nation.serve_card(|_| {});
    nation.serve_feed(&all, 1);
    nation.server.serve_at(&after(&all[1]), Served::Closes);

    let broken = nation.harvest().await;

    assert!(told(&broken).contains("Meetup: the address broke off its answer"), "{broken:?}");
    assert_eq!(nation.rows().await, "1 2", "what was read stays");
    let never = nation.store().freshness(&[kent()]).await.expect("read");
    assert_eq!(never.get(&kent()), None, "the end was not reached");

    nation.serve_feed(&all, 1);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 2 3 4");
    let mut pages = nation.server.paths();
    pages.retain(|path| path.starts_with(FEED));
    let fell = pages.remove(2);
    assert_eq!((fell.as_str(), pages.len()), (after(&all[1]).as_str(), 5));
    let mut once = pages.clone();
    once.dedup();
    assert_eq!(pages, once, "no page was read twice");
}

#[tokio::test]
async fn who_is_away_is_asked_more_and_more_seldom() {
    let nation = Nation::new().await;
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let harvested = nation.harvest().await;
        pauses.push((harvested.due_at - harvested.at).num_minutes());
    }
    assert_eq!(pauses, [1, 2, 4, 8]);
    nation.serve(&[item(1, 1)]);
    let harvested = nation.harvest().await;
    assert_eq!((harvested.due_at - harvested.at).num_minutes(), 1);
    assert_eq!(nation.watched().await.failures, 0);
}

#[tokio::test]
async fn a_feed_without_an_end_gives_way_and_is_gone_on_with() {
    let mut nation = Nation::new().await;
    nation.harvester.most_pages = 3;
    let all: Vec<_> = (1..=8).map(|n| item(n.into(), n)).collect();
    nation.serve_card(|_| {});
    nation.serve_feed(&all, 1);

    let part = nation.harvest().await;

    assert_eq!(
        (part.outcome.clone(), part.due_at - part.at),
        (HarvestOutcome::Underway, TimeDelta::zero())
    );
    assert_eq!(nation.rows().await, "1 2 3");
    assert_eq!(nation.watched().await.good_at, None);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Underway);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 2 3 4 5 6 7 8");
}

#[tokio::test]
async fn ids_stay_with_their_regions_and_what_was_taken_down_stays_so() {
    let nation = Nation::new().await;
    let theirs = nation.meetups(build::region_id("surrey")).await.remove(0);
    let hosted = build::meetup(kent(), 9).titled("Hosted 9");
    let hosted = hosted.with(|meetup| meetup.attended = vec![build::council_id(3)]).build();
    let withdrawn = build::meetup(kent(), 10).build();
    nation.write(vec![Change::Meetup(hosted.clone()), Change::Meetup(withdrawn.clone())]).await;
    let down = GlobalId::regional(EntityKind::Meetup, kent(), withdrawn.id.0);
    nation.store().withdraw("test", &down, "asked to", nation.now()).await.expect("withdrawn");
    let with_id = |modified, n, id: uuid::Uuid| {
        let mut item = item(modified, n);
        (item["id"], item["data"]["id"]) = (json!(id), json!(id));
        item
    };
    nation.serve(&[
        with_id(1, 1, theirs.id.0),
        with_id(2, 2, hosted.id.0),
        with_id(3, 3, withdrawn.id.0),
        item(4, 4),
    ]);

    let read = nation.harvest().await;

    let kind = &read.reading.as_ref().expect("a reading").kinds[0];
    assert_eq!((kind.left_out, kind.refused[0].id), (1, theirs.id.0));
    assert!(kind.refused[0].faults[0].message.contains("another region"), "{kind:?}");
    assert_eq!(nation.rows().await, "2 4");
    let moved = nation.meetups(kent()).await.remove(0);
    assert_eq!((moved.id, &moved.natural_key), (hosted.id, &hosted.natural_key));
    assert_eq!(moved.attended, hosted.attended, "what is not exchanged is not lost");
    assert!(nation.others_are_whole().await);

    // Nor can a region delete what is another's.
    let mut theft = deleted(5, 1);
    theft["id"] = json!(theirs.id.0);
    nation.serve_page(&after(&item(4, 4)), &[theft.clone()]);
    nation.serve_page(&after(&theft), &[]);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert!(nation.others_are_whole().await);
    assert_eq!(notes(&nation.harvest().await), "");
}

#[tokio::test]
async fn a_row_that_stands_twice_is_as_it_was_last() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1), titled(2, 1, "Later 1b"), item(3, 2), item(3, 2), deleted(4, 2)]);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1b");
}

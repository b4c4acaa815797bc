//! Everything is read again once a week, after another epoch and after a contradiction: what is
//! not there any more goes, and nothing goes by mistake.

use chrono::TimeDelta;
use folkmoot_domain::HarvestOutcome;
use folkmoot_tests::Served;
use serde_json::json;

use super::{FEED, Nation, after, deleted, item, notes, titled, told};

#[tokio::test]
async fn with_another_epoch_everything_is_read_again_and_what_is_gone_goes() {
    let nation = Nation::new().await;
    nation.serve(&[item(11, 1), item(12, 2), item(13, 3), item(14, 4)]);
    nation.harvest().await;
    nation.serve_card(|card| card["epoch"] = json!("2"));
    nation.serve_feed(&[item(1, 4), item(2, 5)], 1);

    let read = nation.harvest().await;

    assert_eq!(read.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "4 5", "although that is most of them: the region says so");
    let gone = nation.database.number("SELECT count(*) FROM tombstone").await;
    assert_eq!(gone, 3);
}

#[tokio::test]
async fn rows_that_vanish_without_a_word_go_within_a_week() {
    let nation = Nation::new().await;
    let all = [item(1, 1), item(2, 2), item(3, 3), item(4, 4)];
    nation.serve(&all);
    nation.harvest().await;
    nation.serve(&[all[0].clone(), all[1].clone(), all[3].clone()]);
    nation.pass(TimeDelta::days(6));
    nation.harvest().await;
    assert_eq!(nation.rows().await, "1 2 3 4");

    nation.pass(TimeDelta::days(1));
    let read = nation.harvest().await;

    assert_eq!(read.reading.expect("a reading").removed, 1);
    assert_eq!(nation.rows().await, "1 2 4");
    let unchanged = nation.meetups(super::kent()).await;
    assert!(unchanged.iter().all(|meetup| meetup.revision == 1), "what is as it was is left alone");
}

#[tokio::test]
async fn most_rows_at_once_are_believed_to_be_gone_after_a_day() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1), item(2, 2), item(3, 3)]);
    nation.harvest().await;
    nation.serve(&[item(3, 3)]);
    nation.pass(TimeDelta::days(7));

    let held = nation.harvest().await;

    assert_eq!(held.outcome, HarvestOutcome::Read);
    assert!(
        notes(&held).contains(
            "Meetup: 2 rows that were read before are not in the feed and kept for a day"
        ),
        "{}",
        notes(&held)
    );
    assert_eq!(nation.rows().await, "1 2 3");
    assert!(notes(&nation.harvest().await).contains("kept for a day"), "it is told until then");
    nation.pass(TimeDelta::days(1));
    nation.serve_card(|_| {});
    assert_eq!(notes(&nation.harvest().await), "");
    assert_eq!(nation.rows().await, "3");
}

#[tokio::test]
async fn a_whole_reading_goes_on_after_a_crash_and_keeps_what_it_saw_before() {
    let mut nation = Nation::new().await;
    let all: Vec<_> = (1..=6).map(|n| item(n.into(), n)).collect();
    nation.serve(&all);
    nation.harvest().await;
    nation.serve_card(|card| card["epoch"] = json!("2"));
    let mut bad = titled(5, 5, "");
    bad["data"]["startsAt"] = json!("some evening");
    // The second and third are gone, the fifth cannot be read.
    let then = [all[0].clone(), all[3].clone(), bad, all[5].clone()];
    nation.serve_feed(&then, 1);
    nation.server.serve_at(&after(&then[2]), Served::Closes);
    nation.harvester.most_pages = 2;
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Underway);
    assert!(told(&nation.harvest().await).contains("broke off"), "in the midst of it");
    assert_eq!(nation.rows().await, "1 2 3 4 5 6", "nothing goes before its end");

    nation.serve_feed(&then, 1);
    nation.harvester.most_pages = 100;
    let read = nation.harvest().await;

    assert_eq!(read.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 4 5 6", "the last good version of a bad row stays");
    assert_eq!(nation.database.number("SELECT count(*) FROM feed_seen").await, 0);
    let asked = nation.server.paths().iter().filter(|path| **path == after(&then[0])).count();
    assert_eq!(asked, 1, "no page is read twice");
}

#[tokio::test]
async fn a_feed_that_skips_rows_is_read_as_a_whole_once_and_then_told() {
    let nation = Nation::new().await;
    let count = |count: u64, last: i64| {
        nation.serve_card(|card| {
            card["feeds"][0]["count"] = json!(count);
            card["feeds"][0]["lastChange"] = json!(last);
        });
    };
    let wholes = || nation.server.paths().iter().filter(|path| *path == FEED).count();
    nation.serve_feed(&[item(1, 1), item(2, 2), item(5, 5)], 10);
    count(3, 5);
    assert_eq!(notes(&nation.harvest().await), "");
    // A row that was changed before the last change that was read, as of a slow write.
    nation.serve_feed(&[item(1, 1), item(2, 2), item(4, 4), item(5, 5)], 10);
    count(4, 5);

    let doubted = nation.harvest().await;

    let says = "Meetup: the card counts 4 rows, and the feed gave 3";
    assert!(notes(&doubted).contains(says), "{}", notes(&doubted));
    assert_eq!(wholes(), 1);
    assert_eq!(notes(&nation.harvest().await), "");
    assert_eq!((wholes(), nation.rows().await.as_str()), (2, "1 2 4 5"), "and it was found");

    // Where that does not help it is told, and not done again every minute.
    count(9, 5);
    for _ in 0..4 {
        assert!(notes(&nation.harvest().await).contains("the card counts 9 rows"));
    }
    assert_eq!(wholes(), 3);
    count(4, 8);
    assert!(notes(&nation.harvest().await).contains("there is a change 8, and the feed ends at 5"));
    count(4, 3);
    assert!(notes(&nation.harvest().await).contains("write another epoch if numbers began anew"));
    assert_eq!(wholes(), 3);
    count(4, 5);
    assert_eq!(notes(&nation.harvest().await), "");
}

#[tokio::test]
async fn a_feed_that_went_backwards_is_read_as_a_whole_next_time() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1), item(2, 2), item(3, 3)]);
    nation.harvest().await;
    // A restored backup without another epoch: the third is gone, and its number is taken.
    let restored = [item(1, 1), item(2, 2), item(3, 4)];
    nation.serve_feed(&restored, 10);
    nation.serve_page(&after(&item(3, 3)), &[item(2, 2)]);
    assert!(told(&nation.harvest().await).contains("goes backwards"));

    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 2 4");
    nation.serve_page(&after(&item(3, 4)), &[deleted(4, 1)]);
    nation.serve_page(&after(&item(4, 1)), &[]);
    nation.harvest().await;
    assert_eq!(nation.rows().await, "2 4");
}

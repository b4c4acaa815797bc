//! Rows by id.

use std::collections::BTreeSet;

use folkmoot_domain::{EntityKind, MeetupId};
use folkmoot_federation::{RegionSource, SourceError};
use folkmoot_testkit::{Breach, Reply};

use crate::kent::{Kent, id, kent, meetup, minutes, settled};

impl Kent {
    async fn by_ids(&self, hours: &[i64]) -> Result<BTreeSet<MeetupId>, SourceError> {
        let ids: Vec<_> = hours.iter().map(|hour| id(*hour)).collect();
        Ok(self.cached.meetups(&[kent()], &ids).await?.into_keys().collect())
    }
}

fn ids(hours: &[i64]) -> BTreeSet<MeetupId> {
    hours.iter().map(|hour| id(*hour)).collect()
}

#[tokio::test(start_paused = true)]
async fn only_rows_that_are_lacking_are_asked_for_in_one_call() {
    let kent = Kent::with(&[1, 2, 3]);
    assert_eq!(kent.by_ids(&[1]).await, Ok(ids(&[1])));
    assert_eq!(kent.by_ids(&[1, 2, 3, 9]).await, Ok(ids(&[1, 2, 3])));
    assert_eq!(kent.by_ids(&[1, 2, 3, 9]).await, Ok(ids(&[1, 2, 3])));
    assert_eq!(kent.region.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn absence_is_remembered_for_a_minute_and_never_stands_in() {
    let kent = Kent::with(&[]);
    assert_eq!(kent.by_ids(&[1]).await, Ok(ids(&[])));
    kent.region.clone().with_meetups([meetup(1)]);
    assert_eq!(kent.by_ids(&[1]).await, Ok(ids(&[])));
    minutes(1).await;
    assert_eq!(kent.by_ids(&[1]).await, Ok(ids(&[1])));

    assert_eq!(kent.by_ids(&[2]).await, Ok(ids(&[])));
    kent.goes_down();
    minutes(1).await;
    assert_eq!(kent.by_ids(&[2]).await, Err(SourceError::Unavailable), "it cannot say");
}

#[tokio::test(start_paused = true)]
async fn rows_of_lists_are_found_by_id_while_the_region_is_down() {
    let kent = Kent::with(&[1, 2]);
    kent.first(9).await.expect("rows");
    settled().await;
    kent.goes_down();
    minutes(120).await;
    assert_eq!(kent.by_ids(&[1, 2]).await, Ok(ids(&[1, 2])));
}

#[tokio::test(start_paused = true)]
async fn rows_under_the_id_of_another_are_passed_on_and_not_kept() {
    let kent = Kent::with(&[1, 2]);
    kent.region.script([Reply::Breaks(Breach::OutOfOrder)]);
    let rows = kent.cached.meetups(&[crate::kent::kent()], &[id(1), id(2)]).await.expect("rows");
    assert_eq!(rows[&id(1)].id, id(2), "the nation refuses it");
    let rows = kent.cached.meetups(&[crate::kent::kent()], &[id(1), id(2)]).await.expect("rows");
    assert_eq!((rows[&id(1)].id, kent.region.calls()), (id(1), 2));
}

#[tokio::test(start_paused = true)]
async fn forgotten_rows_are_asked_for_anew() {
    let kent = Kent::with(&[1]);
    kent.by_ids(&[1]).await.expect("a row");
    kent.region.without_meetups();
    assert!(kent.cached.forget(EntityKind::Meetup, id(1).0).await);
    assert_eq!(kent.by_ids(&[1]).await, Ok(ids(&[])));
}

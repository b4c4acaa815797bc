//! Rows that were withdrawn here beat whatever is kept of them.

use folkmoot_domain::{EntityKind, SliceRequest};
use folkmoot_federation::{RegionSource, SourceError};

use crate::kent::{Kent, all, hours, id, kent};

impl Kent {
    fn withdraw(&self, hours: impl IntoIterator<Item = i64>) {
        for hour in hours {
            self.withdrawn.add(EntityKind::Meetup, kent(), id(hour).0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn withdrawn_row_is_gone_from_what_was_kept_at_once() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.first(2).await.expect("rows");
    let (region, ids) = ([crate::kent::kent()], [id(2)]);
    let by_id = || kent.cached.meetups(&region, &ids);
    assert_eq!(by_id().await.expect("an answer").len(), 1);

    kent.withdraw([2]);

    let slice = kent.first(2).await.expect("rows");
    assert_eq!((hours(&slice), slice.has_more), (vec![1], true));
    assert_eq!(by_id().await.expect("an answer").len(), 0);
}

#[tokio::test(start_paused = true)]
async fn slice_of_withdrawn_rows_only_goes_on_to_the_next() {
    let kent = Kent::with(&[1, 2, 3, 4]);
    kent.withdraw([1, 2]);
    let slice = kent.first(1).await.expect("rows");
    assert_eq!((hours(&slice), slice.has_more), (vec![3], true));
    kent.withdraw([3, 4]);
    let slice = kent.first(1).await.expect("rows");
    assert_eq!((hours(&slice), slice.has_more), (vec![], false));

    let many: Vec<_> = (1..=20).collect();
    let kent = Kent::with(&many);
    kent.withdraw(many);
    assert_eq!(kent.first(1).await, Err(SourceError::Unavailable), "this is given up");
}

#[tokio::test(start_paused = true)]
async fn counts_leave_withdrawn_rows_out_or_are_not_known() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.withdraw([2]);
    let mut counts = Vec::new();
    for first in [9, 2] {
        let slice = kent.ask(SliceRequest { count: true, ..all(first) }).await.expect("rows");
        counts.push(slice.counts.map(|counts| counts[&crate::kent::kent()]));
    }
    assert_eq!(counts, [Some(2), None]);
}

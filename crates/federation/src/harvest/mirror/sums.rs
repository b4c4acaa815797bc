//! What stands here after a reading, and whether that is what the card says.

use folkmoot_domain::{
    Contradiction, ExchangeKind, FeedItem, Hold, KindMarker, KindReading, RegionCard,
};
use folkmoot_store::Mirrored;

use super::{Mirror, Stop};
use crate::harvest::told;

/// More refused rows of a kind than anyone reads.
const MOST_REFUSED: u32 = 50;

impl Mirror<'_> {
    /// Says what stands, and whether it adds up.
    pub(super) async fn tell(&mut self, card: Option<&RegionCard>) -> Result<(), Stop> {
        for kind in ExchangeKind::ALL {
            if !self.marker.kinds.contains_key(&kind) {
                let standing = self.harvester.store.mirrored(self.feed, kind).await?;
                let note = || format!("{kind}: the card has no feed of it any more; its rows stay");
                self.reading.notes.extend((standing.rows > 0).then(note));
            }
        }
        let kinds = self.marker.kinds.clone();
        for (kind, here) in kinds {
            let store = &self.harvester.store;
            let standing = store.mirrored(self.feed, kind).await?;
            let refused = store.refused_rows(self.feed, kind, MOST_REFUSED).await?;
            let is_read = self.ended.contains(&kind);
            self.reading.rows += standing.rows;
            if let Some((rows, _)) = here.held {
                let note = format!("{kind}: {}", told(rows as usize, Hold::TooMany));
                self.reading.notes.push(note);
            }
            let item = card.and_then(|card| card.feeds.iter().find(|feed| feed.kind == kind));
            if let (Some(item), true) = (item, is_read) {
                let is_quiet = !self.moved.contains(&kind);
                let found = contradiction(item, &here, standing, is_quiet);
                self.add_up(kind, found);
            }
            self.reading.kinds.push(KindReading {
                kind,
                rows: standing.rows,
                left_out: standing.refused,
                refused,
                change: here.last.map(|(modified, _)| modified),
                is_read,
            });
        }
        self.save().await
    }

    fn add_up(&mut self, kind: ExchangeKind, found: Option<Contradiction>) {
        let Some(here) = self.marker.kinds.get_mut(&kind) else { return };
        let Some(found) = found else {
            here.doubted_at = None;
            return;
        };
        here.doubt(self.now);
        let what = match here.whole_at.zip(here.doubted_at) {
            Some((whole_at, doubted_at)) if doubted_at <= whole_at => "everything was read again",
            _ => "everything is read again",
        };
        self.reading.notes.push(format!("{kind}: {found}; {what}"));
    }
}

/// What a card says of a feed that was read to its end, and that is not so.
fn contradiction(
    item: &FeedItem,
    here: &KindMarker,
    standing: Mirrored,
    is_quiet: bool,
) -> Option<Contradiction> {
    let end = here.last.map_or(0, |(modified, _)| modified);
    let mut is_card_of_now = is_quiet;
    if let Some(told) = item.last_change {
        if told > end {
            return Some(Contradiction::ShortOfCard { told, found: end });
        }
        // What was changed after the card was asked for is newer than the card.
        if told < end {
            return is_quiet.then_some(Contradiction::AheadOfCard { told, found: end });
        }
        is_card_of_now = true;
    }
    let found = standing.rows + standing.absent;
    let told = item.count.filter(|_| is_card_of_now && here.held.is_none())?;
    // Of what was taken down here, the region may still have some.
    let may_be = found..=found + standing.withdrawn;
    (!may_be.contains(&told)).then_some(Contradiction::OtherCount { told, found })
}

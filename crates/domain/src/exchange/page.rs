//! A page of a change feed, as RPDE has it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use super::item::{BadItem, ExchangeContext, ExchangeKind, Exchanged, Fault, read_item};

/// The most items that a page has: RPDE's advice, and rows of the largest kind stay far below
/// the 20 MB that a reader takes.
pub const MAX_PAGE_ITEMS: usize = 500;

/// The media type of a page.
pub const PAGE_MEDIA_TYPE: &str = "application/vnd.openactive.rpde+json; version=1";

/// A page of a change feed: the rows of one kind with their last change, in the order of
/// `modified`, then `id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "FeedPage")]
pub struct FeedPage {
    /// The address of the items after the last one of this page; of this page itself if it has
    /// no items.
    pub next: String,
    /// At most 500; none on the last page.
    pub items: Vec<FeedEntry>,
    /// The address of the licence of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

/// The last change of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "FeedItem")]
pub struct FeedEntry {
    /// Whether the row is there.
    pub state: EntryState,
    /// What it is; the same in all of a feed.
    pub kind: ExchangeKind,
    /// The row's id. Compared as lower-case hyphenated text.
    pub id: Uuid,
    /// The change number: every write raises it, in the order in which writes are committed.
    pub modified: i64,
    /// The row, in the shape of its kind; absent if it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// Whether a row is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryState {
    /// It is, as `data` says.
    Updated,
    /// It is gone, was withdrawn, or is not for the public any more.
    Deleted,
}

impl FeedEntry {
    /// The place of the entry in its feed; every entry's is after the one before.
    pub fn place(&self) -> (i64, Uuid) {
        (self.modified, self.id)
    }

    /// The row as it is from now on; `None` if it is gone.
    pub fn row<R: Exchanged>(
        &self,
        context: &ExchangeContext<'_>,
    ) -> Result<Option<R>, Box<BadItem>> {
        let bad = |field: &str, message: String| {
            let faults = vec![Fault::new(field, message)];
            Box::new(BadItem { id: Some(self.id), at: None, faults })
        };
        if self.kind != R::KIND {
            return Err(bad("kind", format!("is {}, in a feed of {}", self.kind, R::KIND)));
        }
        if self.state == EntryState::Deleted {
            return Ok(None);
        }
        let Some(data) = &self.data else {
            return Err(bad("data", "is missing: an item that is updated has its row".to_owned()));
        };
        let row = read_item::<R>(data, context).map_err(|mut bad| {
            // The row is known by its item, whatever it says itself.
            bad.id = Some(self.id);
            bad
        })?;
        if row.id() != self.id {
            return Err(bad("data.id", format!("is {}, not the item's id", row.id())));
        }
        Ok(Some(row))
    }
}

/// Why a page cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("it is no page of a change feed ({0}): see the JSON Schema of feeds")]
pub struct UnreadablePage(String);

/// Reads a page; its rows are read one by one, by [`FeedEntry::row`].
pub fn read_page(bytes: &[u8]) -> Result<FeedPage, UnreadablePage> {
    super::parse(bytes).map_err(UnreadablePage)
}

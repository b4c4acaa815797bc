//! What a caller asks of a list over regions, and why it may be refused.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use folkmoot_domain::{Direction, Extent, RegionId};
use thiserror::Error;

use crate::Kind;

/// How many rows a page has if nobody says: what fits a screen.
pub const DEFAULT_PAGE_SIZE: usize = 20;

/// Which part of a list is wanted, in the words of Relay. Numbers are checked by the caller:
/// at least 1, at most the field's cap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct PageArgs {
    pub first: Option<usize>,
    pub after: Option<String>,
    pub last: Option<usize>,
    pub before: Option<String>,
}

impl PageArgs {
    /// The first rows of a list.
    pub fn first(first: usize) -> Self {
        Self { first: Some(first), ..Self::default() }
    }

    /// True if the page is asked for from the other end, how many rows, and the cursor.
    pub(crate) fn resolve(&self) -> Result<(bool, usize, Option<&str>), ListError> {
        match (self.first, self.last, self.after.as_deref(), self.before.as_deref()) {
            (Some(_), Some(_), _, _) => Err(ListError::FirstAndLast),
            (_, _, Some(_), Some(_)) => Err(ListError::AfterAndBefore),
            (Some(_), None, _, Some(_)) => Err(ListError::FirstWithBefore),
            (None, Some(_), Some(_), _) => Err(ListError::LastWithAfter),
            (first, None, after, None) => Ok((false, first.unwrap_or(DEFAULT_PAGE_SIZE), after)),
            (None, last, None, before) => Ok((true, last.unwrap_or(DEFAULT_PAGE_SIZE), before)),
        }
    }
}

/// What makes two lists the same list: a cursor of one is refused by any other.
#[derive(Clone, Copy, Debug)]
pub struct ListName<'a> {
    /// The field that lists, such as `meetups`.
    pub field: &'static str,
    /// The canonical text of every filter argument (ids, not spellings), in an order that is
    /// fixed per field; at most 16.
    pub arguments: &'a [(&'static str, String)],
    /// The way the list runs.
    pub direction: Direction,
}

/// One page of one list over regions.
pub struct ListRequest<K: Kind> {
    /// The field that lists, such as `meetups`: a cursor of another field is refused.
    pub field: &'static str,
    /// The canonical text of every filter argument (ids, not spellings), in an order that is
    /// fixed per field; at most 16.
    pub arguments: Vec<(&'static str, String)>,
    /// The filter, given the instant that the walk takes as now.
    pub filter: Arc<dyn Fn(DateTime<Utc>) -> K::Filter + Send + Sync>,
    /// The way the list runs; `last` and `before` walk it the other way and turn the page round.
    pub direction: Direction,
    /// The regions that the viewer sees, narrowed by a region argument.
    pub regions: Vec<RegionId>,
    /// Which part is wanted.
    pub page: PageArgs,
    /// Whether anybody wants to know how many rows there are.
    pub count: bool,
    /// How much of each row is wanted.
    pub extent: Extent,
}

impl<K: Kind> ListRequest<K> {
    /// What its cursors are bound to.
    pub fn name(&self) -> ListName<'_> {
        ListName { field: self.field, arguments: &self.arguments, direction: self.direction }
    }
}

impl<K: Kind> Clone for ListRequest<K> {
    fn clone(&self) -> Self {
        Self {
            field: self.field,
            arguments: self.arguments.clone(),
            filter: self.filter.clone(),
            direction: self.direction,
            regions: self.regions.clone(),
            page: self.page.clone(),
            count: self.count,
            extent: self.extent,
        }
    }
}

/// Why a list has no page. Nothing that the caller sent is repeated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ListError {
    /// No cursor of any Folkmoot, or one that was changed on its way.
    #[error("malformed cursor: pass a cursor exactly as an earlier page gave it")]
    CursorMalformed,
    /// Once right, no longer understood.
    #[error("expired cursor: start again from the first page")]
    CursorExpired,
    /// Made for another list.
    #[error(
        "cursor of another list, it does not fit `{argument}`: keep the arguments of the first \
         page while walking, or start again without a cursor"
    )]
    CursorMismatch {
        /// The argument that changed; the field, if it is the field; `order`, if only that.
        argument: String,
    },
    /// A gap passed to the argument that walks the other way.
    #[error("cursor of a gap that is walked the other way: pass it as `{pass_as}`")]
    GapTurned {
        /// `after` or `before`.
        pass_as: &'static str,
    },
    /// No region that was asked answered. Nothing was skipped.
    #[error("no region answered: ask again in a moment, nothing was skipped")]
    NationUnavailable,
    /// Two sizes.
    #[error("`first` and `last` together: pass one of them")]
    FirstAndLast,
    /// Two cursors.
    #[error("`after` and `before` together: pass one of them")]
    AfterAndBefore,
    /// A size for one way and a cursor for the other.
    #[error("`first` with `before`: pass `last` with `before`, or `first` with `after`")]
    FirstWithBefore,
    /// A size for one way and a cursor for the other.
    #[error("`last` with `after`: pass `first` with `after`, or `last` with `before`")]
    LastWithAfter,
}

impl ListError {
    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CursorMalformed => "CURSOR_MALFORMED",
            Self::CursorExpired => "CURSOR_EXPIRED",
            Self::CursorMismatch { .. } | Self::GapTurned { .. } => "CURSOR_MISMATCH",
            Self::NationUnavailable => "NATION_UNAVAILABLE",
            Self::FirstAndLast
            | Self::AfterAndBefore
            | Self::FirstWithBefore
            | Self::LastWithAfter => "PAGE_ARGUMENTS",
        }
    }
}

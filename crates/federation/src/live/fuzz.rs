//! How answers of live services are read, for tests that hand in anything. Compiled only with the
//! feature `fuzz`, which no program asks for.

use std::sync::Arc;

use bytes::Bytes;
use folkmoot_domain::{ExchangeContext, ExchangeKind, Exchanged, Key};
use serde_json::Value;
use uuid::Uuid;

use super::{
    answer::{Handed, Part, cut, look_through, pages_of},
    batch::Ask,
    rows::{LeftOut, Read, at_once, page},
};

/// A page as a list gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LivePage<R> {
    pub rows: Vec<Arc<R>>,
    pub has_more: bool,
    pub count: Option<u64>,
    /// The place of the last row that was left out and says where it stands.
    pub last_bad: Option<Key>,
}

impl<R> From<Read<R>> for LivePage<R> {
    fn from(read: Read<R>) -> Self {
        let Read { rows, has_more, count, last_bad, .. } = read;
        Self { rows, has_more, count, last_bad }
    }
}

/// The pages of an answer to so many requests for pages of a kind, read in one pass.
pub fn pages_at_once<R: Exchanged>(
    body: &[u8],
    requests: usize,
    context: &ExchangeContext<'_>,
) -> Option<Vec<LivePage<R>>> {
    let read = at_once::<R>(body, requests, context)?;
    Some(read.into_iter().map(LivePage::from).collect())
}

/// The same pages, read row by row.
///
/// # Errors
/// Why there are none.
pub fn pages_one_by_one<R: Exchanged>(
    body: &[u8],
    requests: usize,
    context: &ExchangeContext<'_>,
) -> Result<Vec<LivePage<R>>, String> {
    let left_out = LeftOut::default();
    let body = Bytes::copy_from_slice(body);
    let pages = pages_of(R::KIND, requests, &body).map_err(|failed| failed.reason)?;
    let read = pages.into_iter().map(|one| page(one, context, &left_out));
    Ok(read.map(LivePage::from).collect())
}

/// A question that travels with others.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Question {
    Card,
    Pages(ExchangeKind, usize),
    Rows(ExchangeKind, usize),
}

/// What each question gets out of the one answer, read in one pass if that can be, and member by
/// member: rows as JSON, or `None` for a question that failed.
pub fn handed_out(
    questions: &[Question],
    body: &[u8],
) -> (Option<Vec<Option<Value>>>, Vec<Option<Value>>) {
    let ask = |question: &Question| match *question {
        Question::Card => Ask::Card,
        Question::Pages(kind, number) => Ask::Pages(kind, vec![Value::Null; number], number),
        Question::Rows(kind, number) => Ask::Rows(kind, vec![Uuid::nil(); number]),
    };
    let asks: Vec<_> = questions.iter().map(ask).collect();
    let asks: Vec<_> = asks.iter().collect();
    let body = Bytes::copy_from_slice(body);
    let at_once = cut(&asks, &body);
    let one_by_one = look_through(&asks, &body).into_iter();
    let handed = |handed| match handed {
        Handed::Part(part) => Some(told(&part)),
        Handed::Failed(_) | Handed::Again => None,
    };
    let at_once = at_once.map(|parts| parts.iter().map(|part| Some(told(part))).collect());
    (at_once, one_by_one.map(handed).collect())
}

fn told(part: &Part) -> Value {
    let json = |text: &Bytes| serde_json::from_slice::<Value>(text).ok();
    match part {
        Part::Card(card) => Value::from(vec![json(card)]),
        Part::Whole(body) => Value::from(vec![json(body)]),
        Part::Rows(rows) => {
            rows.iter().map(|row| row.as_ref().map(&json)).map(Value::from_iter).collect()
        }
        Part::Pages(pages) => pages
            .iter()
            .map(|page| {
                let rows: Vec<_> = page.rows.iter().map(json).collect();
                serde_json::json!([rows, page.has_more, page.count])
            })
            .collect(),
    }
}

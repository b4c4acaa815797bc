//! What an answer must be, given that all rows are known: right, in order, once, and whatever is
//! missing said to be.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::nation::{LIVE, MIRROR, REGIONS, Rows};

/// What a list is asked for, so that it can be judged.
pub(crate) const PAGE: &str = "fragment Page on MeetupConnection {
    complete pageInfo { hasNextPage endCursor }
    sources { region state reason asOf }
    gaps { region reason cursor }
    nodes { id title } }";

/// The page that an answer should be.
pub(crate) struct Wanted<'a> {
    pub(crate) rows: &'a Rows,
    /// The list, as places of rows.
    pub(crate) list: &'a [usize],
    /// How much of it was passed by the pages before.
    pub(crate) passed: usize,
    /// How many rows were asked for.
    pub(crate) first: usize,
    /// Whether a page before lacked a region.
    pub(crate) was_incomplete: bool,
}

/// A page that is right.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) nodes: Vec<usize>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) statuses: Vec<Status>,
    /// How much of the list was passed.
    pub(crate) passed: usize,
    /// Where to go on; none at the end.
    pub(crate) next: Option<String>,
}

/// What a page lacks of a region.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    pub(crate) region: &'static str,
    pub(crate) cursor: String,
    /// The rows that it should lead to.
    pub(crate) rows: Vec<usize>,
}

/// What is said of a region that may have been better.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) region: &'static str,
    /// Why it is not as it should be, if it is not.
    pub(crate) reason: Option<String>,
    pub(crate) is_fresh: bool,
    /// It gave rows, but no sign of life: they are shown as older, and nobody knows how old.
    pub(crate) is_undated: bool,
}

impl Wanted<'_> {
    /// Holds a list against what is known. Whether a region may be missing is for others to say.
    pub(crate) fn judge(&self, list: &Value, now: DateTime<Utc>) -> Result<Page> {
        let statuses = statuses(list, now)?;
        let nodes = self.nodes(list)?;
        let info = &list["pageInfo"];
        let has_next = info["hasNextPage"].as_bool().context("hasNextPage")?;
        let last = nodes.last().and_then(|last| self.list.iter().position(|at| at == last));
        let end = match last {
            Some(last) if has_next => last + 1,
            None if has_next => anyhow::bail!("there is more, and no row"),
            _ => self.list.len(),
        };
        ensure!(end >= self.passed, "the page goes back to row {end} from {}", self.passed);
        let segment = &self.list[self.passed..end];
        let gaps = self.gaps(list, segment)?;
        let is_missing = |at: usize| gaps.iter().any(|gap| gap.region == self.rows.all[at].region);
        let wanted: Vec<_> = segment.iter().copied().filter(|at| !is_missing(*at)).collect();
        ensure!(nodes == wanted, "rows {nodes:?} instead of {wanted:?}");
        ensure!(nodes.len() <= self.first, "{} rows instead of {}", nodes.len(), self.first);
        if has_next {
            ensure!(nodes.len() == self.first, "a page of {} is short", nodes.len());
            let more = self.list[end..].iter().any(|at| !is_missing(*at));
            ensure!(more, "it says that there is more, and there is not");
        }
        let missing = list["sources"].as_array().into_iter().flatten();
        let missing = missing.filter(|one| one["state"] == "MISSING");
        let missing: Vec<_> = missing.filter_map(|one| one["region"].as_str()).collect();
        let mut lacking: Vec<_> = gaps.iter().map(|gap| gap.region).collect();
        lacking.sort_unstable();
        ensure!(missing == lacking, "missing are {missing:?}, and the gaps are of {lacking:?}");
        let is_complete = gaps.is_empty() && !self.was_incomplete;
        ensure!(list["complete"] == is_complete, "complete is {}", list["complete"]);
        if let Some(count) = list.get("totalCount") {
            let wanted = gaps.is_empty().then_some(self.list.len());
            ensure!(count.as_u64() == wanted.map(|all| all as u64), "{count} in all: {wanted:?}");
        }
        let cursor = info["endCursor"].as_str().map(str::to_owned);
        let next = if has_next { Some(cursor.context("an end cursor")?) } else { None };
        Ok(Page { nodes, gaps, statuses, passed: end, next })
    }

    fn nodes(&self, list: &Value) -> Result<Vec<usize>> {
        let nodes = list["nodes"].as_array().context("nodes")?;
        let node = |node: &Value| {
            let id = node["id"].as_str().unwrap_or_default();
            let at = self.rows.place(id).with_context(|| format!("no such row: {node}"))?;
            ensure!(node["title"] == self.rows.all[at].title, "it is another row: {node}");
            Ok(at)
        };
        nodes.iter().map(node).collect()
    }

    fn gaps(&self, list: &Value, segment: &[usize]) -> Result<Vec<Gap>> {
        let gaps = list["gaps"].as_array().context("gaps")?;
        let gap = |gap: &Value| {
            let region = region(gap)?;
            let cursor = gap["cursor"].as_str().context("a cursor")?.to_owned();
            let sources = list["sources"].as_array().context("sources")?;
            let said = sources.iter().find(|one| one["region"] == gap["region"]);
            let said = said.context("a gap of a region that is no source")?;
            ensure!(said["reason"] == gap["reason"], "two reasons: {gap} and {said}");
            let is_its = |at: &usize| self.rows.all[*at].region == region;
            let rows = segment.iter().copied().filter(is_its).collect();
            Ok(Gap { region, cursor, rows })
        };
        gaps.iter().map(gap).collect()
    }
}

fn region(of: &Value) -> Result<&'static str> {
    let known = REGIONS.into_iter().find(|code| of["region"] == *code);
    known.with_context(|| format!("no such region: {of}"))
}

/// What is said of each region: of those that are stored, what is always true; of those that are
/// live, no more than their rows are worth.
fn statuses(list: &Value, now: DateTime<Utc>) -> Result<Vec<Status>> {
    let sources = list["sources"].as_array().context("sources")?;
    let codes: Vec<_> = sources.iter().map(region).collect::<Result<_>>()?;
    ensure!(codes == REGIONS, "not every region: {codes:?}");
    let status = |(region, source): (&'static str, &Value)| {
        let as_of = source["asOf"].as_str().map(str::parse::<DateTime<Utc>>).transpose()?;
        let age = as_of.map(|as_of| now - as_of);
        let mut reason = source["reason"].as_str().map(str::to_owned);
        let is_so = match source["state"].as_str() {
            // Its feed is gone, which the gateway says once it has looked; and when it was last read
            // stands in the database, which may be away by then.
            Some("STALE") if region == MIRROR => {
                reason.take().is_none_or(|reason| reason == "UNREACHABLE")
                    && age.is_none_or(|age| age > TimeDelta::hours(24))
            }
            Some("FRESH") if region != MIRROR => {
                let is_now = age.is_none_or(|age| age < FRESH);
                reason.is_none() && (is_now || !LIVE.contains(&region))
            }
            // Of a minute ago and being fetched anew; or what stands in for a region.
            Some("STALE") if LIVE.contains(&region) => {
                reason.is_some() || age.is_none_or(|age| age > NOT_STALE)
            }
            // Of one that is stored if its database is away.
            Some("MISSING") => reason.is_some(),
            _ => false,
        };
        ensure!(is_so, "that is not so: {source} at {now}");
        let is_fresh = source["state"] == "FRESH";
        let is_undated = !is_fresh && reason.is_none() && age.is_none();
        Ok(Status { region, reason, is_fresh, is_undated })
    };
    codes.into_iter().zip(sources).map(status).collect()
}

/// How old a live region's rows may be without a word: a minute, and by its sign of life up to
/// two more; and a little for the way.
const FRESH: TimeDelta = TimeDelta::seconds(190);
/// How long they are at least, less that `asOf` may be cut to the second.
const NOT_STALE: TimeDelta = TimeDelta::seconds(52);

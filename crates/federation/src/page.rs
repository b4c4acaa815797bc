//! The page that a caller gets: rows with cursors, and an honest word on what is missing.

use std::sync::Arc;

use folkmoot_domain::RegionId;

use crate::{
    SourceReason, SourceState, SourceStatus,
    merge::{Lack, Merged},
    walk::{Cursors, Walk},
};

/// One page of a list over regions.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in the list's own order whichever way it is walked.
    pub rows: Vec<Arc<T>>,
    /// Makes their cursors.
    pub cursors: Cursors,
    /// Walking forward: whether a region that answered has more rows. Walking backward:
    /// whether a cursor was given.
    pub has_next_page: bool,
    /// The same for the other end.
    pub has_previous_page: bool,
    /// How many rows the list has; absent if nobody asked or a region did not say.
    pub total_count: Option<u64>,
    /// True if neither this page nor one before it in this walk lacked a region.
    pub complete: bool,
    /// All that is missing, as a sentence.
    pub note: String,
    /// The word on every region of the list, by code.
    pub sources: Vec<SourceStatus>,
    /// The segments that this page lacks.
    pub gaps: Vec<Gap>,
}

/// Rows of one region that a page should have held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The region.
    pub region: RegionId,
    /// Its code.
    pub code: String,
    /// Why they are missing.
    pub reason: SourceReason,
    /// Walks just these rows; passed like any other cursor, to the same argument.
    pub cursor: String,
}

/// What a page is put together from.
pub(crate) struct Parts<T> {
    /// The rows.
    pub(crate) merged: Merged<Arc<T>>,
    /// The word on every region of the list, by code.
    pub(crate) sources: Vec<SourceStatus>,
    /// What the page lacks.
    pub(crate) lacks: Vec<Lack>,
    /// True if a region is new to this walk.
    pub(crate) is_joined: bool,
    /// The version of the registry that the page was made with.
    pub(crate) registry_version: u32,
    /// Whether the total is wanted.
    pub(crate) count: bool,
}

impl<T> Page<T> {
    /// Turns a merged page the way it is shown, and puts cursors and notes to it.
    pub(crate) fn compose(walk: &Walk, parts: Parts<T>) -> Self {
        let Parts { merged, sources, lacks, is_joined, registry_version, count } = parts;
        let is_missing = |status: &SourceStatus| status.state == SourceState::Missing;
        let lacks_now = is_joined || sources.iter().any(is_missing);
        let is_incomplete = walk.was_incomplete || lacks_now;
        let gap = |lack: Lack| {
            let status = sources.iter().find(|status| status.region == lack.region)?;
            let cursor = walk.gap(lack.region, lack.after, lack.until, registry_version);
            let (region, reason) = (lack.region, lack.reason);
            Some(Gap { region, code: status.code.clone(), reason, cursor: cursor.encode() })
        };
        let gaps: Vec<_> = lacks.into_iter().filter_map(gap).collect();
        let counts = || sources.iter().map(|status| status.count);
        // A gap is a part of its list: what it counts is no total.
        let is_whole = walk.gap_of.is_none() && !sources.iter().any(is_missing);
        Self {
            rows: walk.turned(merged.rows.into_iter().map(|(_, row)| row).collect()),
            cursors: walk.cursors(registry_version, is_incomplete),
            has_next_page: if walk.is_backward { walk.is_resumed } else { merged.has_more },
            has_previous_page: if walk.is_backward { merged.has_more } else { walk.is_resumed },
            total_count: if count && is_whole { counts().sum() } else { None },
            complete: !is_incomplete,
            note: note(walk, &sources, &gaps),
            sources,
            gaps,
        }
    }
}

/// What is missing, in a sentence for people.
fn note(walk: &Walk, sources: &[SourceStatus], gaps: &[Gap]) -> String {
    let name = |gap: &Gap| sources.iter().find(|status| status.region == gap.region);
    let missing = sources.iter().filter(|status| status.state == SourceState::Missing);
    let missing = missing.filter_map(|status| Some((&status.name, status.reason?)));
    let joined = gaps.iter().filter(|gap| gap.reason == SourceReason::Joined);
    let joined = joined.filter_map(|gap| Some((&name(gap)?.name, gap.reason)));
    let lacks: Vec<_> =
        missing.chain(joined).map(|(name, reason)| format!("{name} {}", reason.phrase())).collect();
    let advice = match gaps {
        [] => "",
        [_] => "; ask again, or use its gap cursor",
        _ => "; ask again, or use their gap cursors",
    };
    match (lacks.is_empty(), walk.was_incomplete) {
        (false, _) => format!("Incomplete: {}{advice}.", lacks.join(", ")),
        (true, true) => {
            "Incomplete: an earlier page of this walk lacked rows; see the gaps of that page."
                .to_owned()
        }
        (true, false) => complete_note(sources),
    }
}

fn complete_note(sources: &[SourceStatus]) -> String {
    let stale = sources.iter().filter(|status| status.state == SourceState::Stale);
    let (silent, older): (Vec<_>, Vec<_>) = stale.partition(|status| status.reason.is_some());
    let older: Vec<_> = older.iter().map(|status| status.name.as_str()).collect();
    let older = match older.as_slice() {
        [] => String::new(),
        names => format!("; {} with older rows", names.join(", ")),
    };
    // What a silent region said before is in the list, so nothing is missing, but it is told.
    let silent: String =
        silent.iter().map(|status| format!("; {}", status.note.trim_end_matches('.'))).collect();
    let answered = sources.iter().filter(|status| status.reason.is_none()).count();
    match sources {
        [] => "Complete: the list is of no region.".to_owned(),
        [only] => format!("Complete: {}", only.note),
        all => format!("Complete: {answered} of {} regions answered{older}{silent}.", all.len()),
    }
}

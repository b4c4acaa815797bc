//! Which round answers belong to: what the sheet says, what the coordinator says, and what
//! stands already, none against another.

use chrono::NaiveDate;

use super::super::{council_names::quoted, desk::Desk, reading::Report};
use crate::{CaptureMethod, Round, RoundId, Standard, clean_line, suggestions};

/// More names than these are no help.
const MAX_NAMED: usize = 5;

/// What a sheet itself says of a round, and on which line first.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) line: Option<u64>,
    pub(super) key: Option<String>,
    /// With the line that says so.
    pub(super) held_on: Option<(u64, NaiveDate)>,
    /// With the line that says so.
    pub(super) capture: Option<(u64, CaptureMethod)>,
}

impl Said {
    pub(super) fn day(&self) -> Option<NaiveDate> {
        self.held_on.map(|(_, day)| day)
    }
}

/// A round and the standard that it asks about.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) round: Round,
    pub(super) standard: &'a Standard,
}

/// What a round is called, if its name or its day is known.
pub(super) fn key(
    named: Option<String>,
    held_on: Option<NaiveDate>,
    desk: &Desk<'_>,
) -> Option<String> {
    let options = &desk.context.round;
    let given = options.key.map(|key| clean_line(key, usize::MAX)).filter(|key| !key.is_empty());
    let day = held_on.or(options.held_on);
    named.or(given).or_else(|| day.map(|day| day.format("%Y-%m").to_string()))
}

/// The round, with every problem of it reported; none if it lacks what answers are read by. A
/// round with a problem is given all the same, so that one reading names the faults of rows too.
pub(super) fn asked<'a>(said: &Said, desk: &Desk<'a>, report: &mut Report) -> Option<Asked<'a>> {
    let options = &desk.context.round;
    let mut problem = |column: &str, message: String| {
        report.problem(said.line, said.line.map(|_| column), message);
    };
    let Some(key) = key(said.key.clone(), said.day(), desk) else {
        problem("round", unnamed(desk));
        return None;
    };
    let region = desk.context.region.id;
    let rounds = desk.context.rounds;
    let stored = rounds.iter().find(|it| it.region == region && it.natural_key == key);
    let standard = match (options.standard, stored) {
        (None, Some(stored)) => desk.reference().standard(stored.standard),
        (code, _) => desk.standard(code).map_err(|message| problem("round", message)).ok(),
    };
    let given_day = said.day().or(options.held_on);
    let Some(held_on) = given_day.or(stored.map(|round| round.held_on)) else {
        problem("held_on", undated(&key, desk));
        return None;
    };
    let standard = standard?;
    if let Some(stored) = stored {
        if stored.held_on != held_on {
            let was = stored.held_on;
            problem(
                "held_on",
                format!(
                    "round {key} was held on {was}, not on {held_on}: correct the day, or name another \
                 round"
                ),
            );
        }
        if stored.standard != standard.id {
            let was = desk.reference().standard(stored.standard);
            let was = was.map_or("another standard", |standard| &standard.code);
            problem(
                "round",
                format!("round {key} asks about {was}, not {}: name another round", standard.code),
            );
        }
    }
    let closes_on = options.closes_on.or(stored.and_then(|round| round.closes_on));
    if held_on > desk.today {
        problem("held_on", format!("the day of round {key}, {held_on}, lies in the future"));
    }
    match closes_on {
        Some(closes_on) if closes_on < held_on => problem(
            "held_on",
            format!(
                "round {key} would close on {closes_on}, before its day, {held_on}: correct \
             --closes-on or the day"
            ),
        ),
        Some(closes_on) if closes_on < desk.today => problem(
            "round",
            format!(
                "round {key} closed on {closes_on}: reopen it with --closes-on, or import into a new \
             round"
            ),
        ),
        _ => {}
    }
    let known =
        said.capture.map(|(_, way)| way).or(options.capture).or(stored.map(|round| round.capture));
    if known.is_none() {
        report.note(format!(
            "how round {key} took its answers was not said and is kept as online-form: --capture \
             says otherwise"
        ));
    }
    let round = Round {
        id: RoundId::derived(&format!("{region}/{key}")),
        region,
        natural_key: key,
        standard: standard.id,
        held_on,
        closes_on,
        capture: known.unwrap_or(CaptureMethod::OnlineForm),
        provenance: desk.context.provenance(),
        revision: 1,
    };
    Some(Asked { round, standard })
}

fn unnamed(desk: &Desk<'_>) -> String {
    let mut keys: Vec<_> = standing_keys(desk).collect();
    keys.sort_unstable();
    let latest = keys[keys.len().saturating_sub(MAX_NAMED)..].join(", ");
    let or_stored = match &*latest {
        "" => String::new(),
        latest => format!(", or --round with one that stands: {latest}"),
    };
    let today = desk.today;
    format!(
        "no round is named: pass --held-on with the day that counts, such as {today}{or_stored}"
    )
}

fn undated(key: &str, desk: &Desk<'_>) -> String {
    let near = suggestions(key, standing_keys(desk)).into_iter().next();
    let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!(
        "round {} does not stand yet: pass --held-on with the day that counts, such as {}{hint}",
        quoted(key),
        desk.today
    )
}

fn standing_keys<'a>(desk: &Desk<'a>) -> impl Iterator<Item = &'a str> {
    let region = desk.context.region.id;
    let here = desk.context.rounds.iter().filter(move |round| round.region == region);
    here.map(|round| round.natural_key.as_str())
}

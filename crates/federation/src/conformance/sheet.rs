//! Level 1: a sheet or calendar, read as it would be harvested.

use chrono::{DateTime, Utc};
use folkmoot_domain::{Reference, Region, SheetContext, SheetKind, read_calendar, read_sheet};
use reqwest::StatusCode;

use super::{
    findings::{Breach, Findings},
    probe::Probe,
    rules,
};
use crate::harvest::is_page;

/// The most faults that are told, each.
const MAX_TOLD: usize = 20;

pub(super) async fn check(
    probe: &Probe,
    reference: &Reference,
    region: &Region,
    kind: SheetKind,
    now: DateTime<Utc>,
    findings: &mut Findings,
) {
    let context = SheetContext::new(reference, region, now);
    look(probe, &context, kind, findings).await;
    findings.not_reached(None, rules::SHEET);
}

async fn look(probe: &Probe, context: &SheetContext<'_>, kind: SheetKind, findings: &mut Findings) {
    let answer = match probe.follow(probe.url()).await {
        Ok(answer) => answer,
        Err(breach) => {
            findings.note(rules::SHEET_ANSWERS, Some(breach));
            return;
        }
    };
    let breach =
        if answer.status != StatusCode::OK {
            Some(answer.breach("share it with everyone who has the link, and check the address"))
        } else if answer.kind.starts_with("text/html") || is_page(&answer.body) {
            Some(answer.breach(
                "the address answers with a web page: use the one that gives CSV or iCalendar",
            ))
        } else {
            None
        };
    if !findings.note(rules::SHEET_ANSWERS, breach) {
        return;
    }
    let is_calendar = answer.body.windows(15).take(200).any(|text| text == b"BEGIN:VCALENDAR");
    let reading = match is_calendar {
        true => read_calendar(&answer.body, context),
        false => read_sheet(kind, &answer.body, context),
    };
    let faults: Vec<_> = reading.problems.iter().take(MAX_TOLD).map(ToString::to_string).collect();
    let breach = (!faults.is_empty()).then(|| {
        let more = reading.problems.len() - faults.len();
        let more = if more > 0 { format!(" ({more} more are not listed)") } else { String::new() };
        Breach::new(&answer.request, faults.join("\n"), format!("mend these rows{more}"))
    });
    findings.note(rules::SHEET_ROWS, breach);
    let breach = reading
        .misspelt
        .first()
        .map(|column| answer.breach(format!("{column} Spell it so, or take it away")));
    findings.note(rules::SHEET_COLUMNS, breach);
    let breach = reading.rows.is_empty().then(|| answer.breach("write at least one row"));
    findings.note(rules::SHEET_FILLED, breach);
    for note in reading.notes {
        findings.skip("sheet.note", "Worth a look.", note);
    }
}

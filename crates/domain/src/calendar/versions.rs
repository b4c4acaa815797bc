//! Which events of a calendar belong together, and which of several versions of one counts.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{
    components::{Calendar, Event},
    ledger::Ledger,
};

/// An event with the calendar that it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version<'a> {
    pub(super) event: &'a Event,
    pub(super) calendar: &'a Calendar,
}

impl Version<'_> {
    /// True if it is not for everyone.
    pub(super) fn is_private(&self) -> bool {
        let class = self.event.value("CLASS").unwrap_or_default();
        ["PRIVATE", "CONFIDENTIAL"].iter().any(|it| class.eq_ignore_ascii_case(it))
    }

    /// Later versions come after earlier ones.
    fn age(&self) -> (u32, &str) {
        let number = self.event.value("SEQUENCE").and_then(|number| number.parse().ok());
        // Written as the standard wants them, times of UTC are ordered as texts are.
        let changed = self.event.value("LAST-MODIFIED").or_else(|| self.event.value("DTSTAMP"));
        (number.unwrap_or_default(), changed.unwrap_or_default())
    }
}

/// An event with the changes to single ones of its repetitions.
#[derive(Debug)]
pub(super) struct Series<'a> {
    /// What its meet-ups' natural keys begin with. UIDs may be long and hold somebody's address:
    /// their digest stands for them.
    pub(super) key: String,
    pub(super) events: Vec<Version<'a>>,
}

/// The events of all calendars by their UID, in the order of the file.
pub(super) fn by_uid<'a>(calendars: &'a [Calendar], ledger: &mut Ledger<'_>) -> Vec<Series<'a>> {
    let mut all: Vec<Series<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for calendar in calendars {
        for event in &calendar.events {
            let key = key(event, ledger);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                all.push(Series { key, events: Vec::new() });
                all.len() - 1
            });
            all[place].events.push(Version { event, calendar });
        }
    }
    all
}

fn key(event: &Event, ledger: &mut Ledger<'_>) -> String {
    if let Some(uid) = event.value("UID") {
        return format!("ics/{}", digest(uid));
    }
    let hint = "the event has no UID and is known by its start and title: if either changes, it is \
                another meet-up";
    ledger.note(event.line, hint);
    let [start, title] = ["DTSTART", "SUMMARY"].map(|it| event.value(it).unwrap_or_default());
    format!("ics/{}", digest(&format!("{start}/{title}")))
}

/// Half of a digest: still enough that no two texts have the same.
fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..16])
}

/// The latest version; the others are noted. Of versions that are equally late the last counts.
pub(super) fn latest<'a>(
    versions: Vec<Version<'a>>,
    ledger: &mut Ledger<'_>,
) -> Option<Version<'a>> {
    let latest = *versions.iter().max_by_key(|version| version.age())?;
    for other in versions {
        if other.event.line != latest.event.line {
            let line = latest.event.line;
            let note = format!(
                "the event has the same UID as the one on line {line}, which is a later version \
                 of it; this one was left out"
            );
            ledger.note(other.event.line, &note);
        }
    }
    Some(latest)
}

//! Where an event takes place: a venue, online, or both.

use super::ledger::Ledger;
use crate::{
    Attendance, Venue, clean_line,
    sheet::{MAX_ADDRESS, MAX_VENUE},
};

/// Reads a LOCATION such as `Town Hall, High Street, Ashford; Microsoft Teams Meeting`. Links that
/// stand there let people into meetings and are left out.
pub(super) fn place(
    location: &str,
    line: u64,
    ledger: &mut Ledger<'_>,
) -> (Attendance, Option<Venue>) {
    let parts: Vec<&str> =
        location.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let (online, rooms): (Vec<&str>, Vec<&str>) = parts.iter().partition(|part| is_online(part));
    if online.iter().any(|part| part.contains("://")) {
        ledger.note(line, "the link in LOCATION was left out: publish one as the event's URL");
    }
    let venue = venue(&rooms.join("; "), line, ledger);
    let attendance = match (online.is_empty(), &venue) {
        (true, _) => Attendance::InPerson,
        (false, None) => Attendance::Online,
        (false, Some(_)) => Attendance::Hybrid,
    };
    (attendance, venue)
}

fn is_online(part: &str) -> bool {
    let part = part.to_lowercase();
    let is_named = ["online", "virtual", "remote", "zoom", "teams", "ms teams", "webex"];
    part.contains("://")
        || is_named.contains(&part.as_str())
        || ["teams meeting", "google meet", "zoom meeting", "online meeting"]
            .iter()
            .any(|mark| part.contains(mark))
}

/// The name ends at the first comma; the address is what follows.
fn venue(text: &str, line: u64, ledger: &mut Ledger<'_>) -> Option<Venue> {
    let (name, address) = text.split_once(',').unwrap_or((text, ""));
    let [name, address] = [(name, MAX_VENUE), (address, MAX_ADDRESS)].map(|(text, max_chars)| {
        let text = clean_line(text, usize::MAX);
        if text.chars().count() > max_chars {
            ledger.note(line, &format!("LOCATION was shortened to {max_chars} characters"));
        }
        clean_line(&text, max_chars)
    });
    let address = (!address.is_empty()).then_some(address);
    (!name.is_empty()).then(|| Venue { name, address, ..Venue::default() })
}

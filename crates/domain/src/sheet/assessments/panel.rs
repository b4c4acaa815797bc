//! Who sat on a panel: "lead: Hackney; user researcher: Camden; observer: -".

use chrono::NaiveDate;

use super::super::{cell::Cells, table::column_name};
use crate::{PanelRole, Seat};

/// More people than any service should face.
pub(crate) const MAX_SEATS: usize = 20;

const ROLES: [(&str, PanelRole); 9] = [
    ("lead", PanelRole::Lead),
    ("user researcher", PanelRole::UserResearcher),
    ("designer", PanelRole::Designer),
    ("technologist", PanelRole::Technologist),
    ("analyst", PanelRole::Analyst),
    ("observer", PanelRole::Observer),
    ("lead assessor", PanelRole::Lead),
    ("researcher", PanelRole::UserResearcher),
    ("performance analyst", PanelRole::Analyst),
];

/// The seats, with councils as they stood on the day; what cannot be read is a problem.
pub(super) fn panel(cells: &mut Cells<'_>, on: NaiveDate) -> Vec<Seat> {
    let Some(cell) = cells.filled("panel") else { return Vec::new() };
    let parts: Vec<_> = cell.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > MAX_SEATS {
        cells.problem("panel", format!("there are more than {MAX_SEATS} seats"));
        return Vec::new();
    }
    parts.into_iter().filter_map(|part| seat(cells, part, on)).collect()
}

fn seat(cells: &mut Cells<'_>, part: &str, on: NaiveDate) -> Option<Seat> {
    let Some((role, council)) = part.split_once(':') else {
        cells.problem(
            "panel",
            "write each seat as: role: council, with - for who came from elsewhere",
        );
        return None;
    };
    let role = column_name(role);
    let Some((_, role)) = ROLES.iter().find(|(word, _)| column_name(word) == role) else {
        let words: Vec<_> = ROLES[..6].iter().map(|(word, _)| *word).collect();
        cells.problem("panel", format!("a seat is one of: {}", words.join(", ")));
        return None;
    };
    let council = match council.trim() {
        "" | "-" | "–" | "—" => None,
        given => {
            let found = cells.desk.standing_council(given, on).map_err(|fault| {
                format!("{fault}; seats name councils, never persons, and - if it was none")
            });
            Some(cells.taken("panel", found)?.id)
        }
    };
    Some(Seat { role: *role, council })
}

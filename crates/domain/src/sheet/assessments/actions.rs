//! What a team has to do: "Publish the plan (due 2026-05-01); Test with users (due 2026-04-01,
//! done 2026-03-20)".

use chrono::NaiveDate;

use super::super::{
    cell::{Cells, MAX_TITLE},
    moment::read_day,
};
use crate::{Action, clean_line};

/// More than a team can do for one point.
pub(crate) const MAX_ACTIONS: usize = 30;
const FORM: &str = "write each action as: text (due 2026-05-01), or with (due 2026-05-01, done \
                    2026-04-20) once it is done";

/// The actions of a row; none may be due or done before the panel met.
pub(super) fn actions(cells: &mut Cells<'_>, held_on: Option<NaiveDate>) -> Vec<Action> {
    let cell = cells.raw("actions");
    let parts: Vec<_> = cell.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > MAX_ACTIONS {
        cells.problem("actions", format!("there are more than {MAX_ACTIONS} actions"));
        return Vec::new();
    }
    let mut actions = Vec::with_capacity(parts.len());
    for part in parts {
        match action(part) {
            Ok(action) => {
                let is_early = |day: NaiveDate| held_on.is_some_and(|held_on| day < held_on);
                if is_early(action.due_on) {
                    cells.problem("actions", "an action is due before the panel met");
                }
                if action.done_on.is_some_and(is_early) {
                    cells.problem("actions", "an action was done before the panel met");
                }
                if action.done_on.is_some_and(|day| day > cells.desk.today) {
                    cells.problem(
                        "actions",
                        "the day on which an action was done lies in the future",
                    );
                }
                actions.push(action);
            }
            Err(fault) => cells.problem("actions", fault),
        }
    }
    actions
}

fn action(part: &str) -> Result<Action, String> {
    let (text, days) = part
        .strip_suffix(')')
        .and_then(|part| part.rsplit_once('('))
        .ok_or_else(|| FORM.to_owned())?;
    let days = days.trim();
    let due = strip_word(days, "due").ok_or_else(|| FORM.to_owned())?;
    // Days may hold commas themselves: the word parts them.
    let (due, done) = match find_word(due, "done") {
        Some(at) => (due[..at].trim_end_matches([' ', ',']), strip_word(&due[at..], "done")),
        None => (due, None),
    };
    let text = clean_line(text, MAX_TITLE);
    if text.is_empty() {
        return Err(FORM.to_owned());
    }
    let day = |given: &str| read_day(given).map_err(str::to_owned);
    Ok(Action { text, due_on: day(due)?, done_on: done.map(day).transpose()? })
}

/// Where a word of plain letters stands, whatever its case.
fn find_word(text: &str, word: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(word)
}

/// What follows the word that a text begins with.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    (find_word(text, word) == Some(0)).then(|| text[word.len()..].trim_start_matches([':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_with_their_days() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let cases = [
            ("Publish (due 2026-05-01)", "Publish", "2026-05-01", None),
            (
                "Test (again) (due 01/05/2026, done 2026-04-20)",
                "Test (again)",
                "2026-05-01",
                day("2026-04-20"),
            ),
            (
                "A (Due: Friday, 1 May 2026, Done: 20 April 2026)",
                "A",
                "2026-05-01",
                day("2026-04-20"),
            ),
        ];
        for (text, wanted, due_on, done_on) in cases {
            let due_on = day(due_on).expect("a day");
            assert_eq!(
                action(text),
                Ok(Action { text: wanted.to_owned(), due_on, done_on }),
                "{text}"
            );
        }
        let bad = [
            "Publish",
            "Publish (soon)",
            "Publish due 2026-05-01",
            "(due 2026-05-01)",
            "A (due )",
            "A (due 2026-05-01, done)",
            "A (due 2026-13-01)",
            "A (done 2026-05-01)",
            "A (duE",
            "É)",
        ];
        for text in bad {
            assert!(action(text).is_err(), "{text}");
        }
    }
}

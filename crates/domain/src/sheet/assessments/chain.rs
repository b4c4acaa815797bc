//! Which assessment follows which: the one before it is in the same sheet or in the region's
//! database, and was held no later.

use std::collections::BTreeMap;

use super::{
    super::{council_names::quoted, desk::Desk, reading::Report},
    head::id,
};
use crate::{Assessment, AssessmentId, suggestions};

/// What the rows of a sheet say they follow.
pub(super) struct Chain<'a> {
    desk: &'a Desk<'a>,
    /// The keys that may be named: of the sheet, whether or not their rows are whole, and of the
    /// assessments that stand.
    keys: BTreeMap<AssessmentId, &'a str>,
    /// The line and what it names.
    named: Vec<(u64, String)>,
}

impl<'a> Chain<'a> {
    pub(super) fn new(desk: &'a Desk<'a>, keys: impl Iterator<Item = &'a str>) -> Self {
        let standing = desk.context.assessments.iter().map(|one| (one.id, &*one.natural_key));
        let of_sheet = keys.map(|key| (id(desk, key), key));
        Self { desk, keys: standing.chain(of_sheet).collect(), named: Vec::new() }
    }

    /// Notes that the assessment on this line follows the one with this key.
    pub(super) fn note(&mut self, line: u64, previous: &str) {
        self.named.push((line, previous.to_owned()));
    }

    pub(super) fn check(&self, read: &[(u64, Assessment)], report: &mut Report) {
        let column = Some("previous");
        for (line, given) in &self.named {
            let previous = id(self.desk, given);
            if !self.keys.contains_key(&previous) {
                report.problem(Some(*line), column, self.unknown(given));
                continue;
            }
            let of_sheet = read.iter().map(|(_, one)| one);
            let mut all = of_sheet.chain(self.desk.context.assessments);
            let before = all.find(|one| one.id == previous);
            let this = read.iter().find(|(at, _)| at == line);
            if let (Some(before), Some((_, this))) = (before, this)
                && before.held_on >= this.held_on
            {
                let message = format!(
                    "\"{}\" was held on {}, not before this one: name the one that this one follows",
                    quoted(given),
                    before.held_on
                );
                report.problem(Some(*line), column, message);
            }
        }
    }

    fn unknown(&self, given: &str) -> String {
        let hint = match suggestions(given, self.keys.values().copied()).into_iter().next() {
            Some(near) => format!("; did you mean {near}?"),
            None => ": write the key of an assessment of the region, or add its rows".to_owned(),
        };
        format!("neither the sheet nor the region has an assessment \"{}\"{hint}", quoted(given))
    }
}

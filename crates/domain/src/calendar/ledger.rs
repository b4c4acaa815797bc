//! What is noticed while a calendar is read: problems of events as they come, and counts that
//! become one note each at the end.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    recurrence::{DAYS_AFTER, DAYS_BEFORE, window},
    text::shown,
};
use crate::sheet::{Report, without_addresses};

/// What following the repetitions of one calendar may cost, in steps of [`Rule`]: a thousand daily
/// series of 13 years, six thousand weekly ones, or ten rules that never give a date.
///
/// [`Rule`]: super::recurrence::Rule
const MAX_STEPS: i64 = 5_000_000;
/// Unknown categories that are named before they are only counted.
const MAX_CATEGORIES: usize = 20;

/// Notes on single events that are listed: they leave room for those on the whole calendar.
const MAX_NOTES: usize = 60;

/// The report with the counts of one reading.
pub(super) struct Ledger<'a> {
    report: &'a mut Report,
    notes: usize,
    more_problems: usize,
    addresses: BTreeMap<&'static str, usize>,
    categories: BTreeMap<String, usize>,
    more_categories: usize,
    joining: usize,
    private: usize,
    others: usize,
    is_guessed: bool,
    has_series: bool,
    steps: i64,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(report: &'a mut Report) -> Self {
        Self {
            report,
            notes: 0,
            more_problems: 0,
            addresses: BTreeMap::new(),
            categories: BTreeMap::new(),
            more_categories: 0,
            joining: 0,
            private: 0,
            others: 0,
            is_guessed: false,
            has_series: false,
            steps: 0,
        }
    }

    pub(super) fn problem(&mut self, line: u64, property: Option<&str>, message: &str) {
        let listed = self.report.problems();
        self.report.problem(Some(line), property, message);
        self.more_problems += usize::from(self.report.problems() == listed);
    }

    /// A fault of the file that costs none of the events that could be read.
    pub(super) fn problem_of_file(&mut self, message: &str) {
        self.report.problem(None, None, message);
    }

    pub(super) fn note(&mut self, line: u64, note: &str) {
        self.notes += 1;
        if self.notes <= MAX_NOTES {
            self.report.note(format!("line {line}: {note}"));
        }
    }

    /// The text without e-mail addresses, which are counted.
    pub(super) fn without_addresses(&mut self, property: &'static str, text: &str) -> String {
        let (text, count) = without_addresses(text);
        if count > 0 {
            *self.addresses.entry(property).or_default() += count;
        }
        text.into_owned()
    }

    pub(super) fn unknown_category(&mut self, category: &str) {
        let name = shown(category);
        if self.categories.len() < MAX_CATEGORIES || self.categories.contains_key(&name) {
            *self.categories.entry(name).or_default() += 1;
        } else {
            self.more_categories += 1;
        }
    }

    /// How to join was taken out of a description.
    pub(super) fn removed_joining(&mut self) {
        self.joining += 1;
    }

    /// An event that is not for everyone was left out.
    pub(super) fn left_out_private(&mut self) {
        self.private += 1;
    }

    /// Something that is no event was left out.
    pub(super) fn left_out_other(&mut self) {
        self.others += 1;
    }

    /// A line was read as Windows-1252.
    pub(super) fn guessed(&mut self) {
        self.is_guessed = true;
    }

    /// Only some dates of a series are read.
    pub(super) fn has_series(&mut self) {
        self.has_series = true;
    }

    /// Counts the steps that following a repetition took.
    pub(super) fn followed(&mut self, steps: i64) {
        self.steps = self.steps.saturating_add(steps);
    }

    /// False once following the repetitions took as many steps as a calendar may cost.
    pub(super) fn may_follow(&self) -> bool {
        self.steps < MAX_STEPS
    }

    /// Writes the counts into the report.
    pub(super) fn close(self, now: DateTime<Utc>) {
        let report = self.report;
        if self.notes > MAX_NOTES {
            report.note(format!("{} more notes on events are not listed", self.notes - MAX_NOTES));
        }
        if self.is_guessed {
            report.note("the calendar is not all UTF-8 and was partly read as Windows-1252: look at accents and dashes");
        }
        for (property, count) in self.addresses {
            report.note(format!("e-mail addresses removed from {property}: {count}"));
        }
        if self.joining > 0 {
            report.note(format!(
                "how to join (links, numbers, passcodes) removed from DESCRIPTION: {}",
                self.joining
            ));
        }
        if self.private > 0 {
            report.note(format!("private or confidential events left out: {}", self.private));
        }
        if self.others > 0 {
            report.note(format!(
                "entries that are no events (such as to-dos) left out: {}",
                self.others
            ));
        }
        for (category, count) in self.categories {
            report.note(format!(
                "category \"{category}\" is no point of the standard and was left out: {count}"
            ));
        }
        if self.more_categories > 0 {
            report.note(format!("other categories left out: {}", self.more_categories));
        }
        if self.has_series {
            let (first, last) = window(now);
            report.note(format!(
                "of repeating events only the dates from {} ({DAYS_BEFORE} days back) to {} \
                 ({DAYS_AFTER} days ahead) were read",
                crate::london_day(first),
                crate::london_day(last)
            ));
        }
        if self.more_problems > 0 {
            report.note(format!("{} more problems are not listed", self.more_problems));
        }
    }
}

//! Where an item's members are read: cleaned, looked up, and complained about.

use std::{borrow::Cow, fmt::Display};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::item::{ExchangeContext, Fault};
use crate::{
    Council, CouncilId, GroupId, Link, PointId, Provenance, RegionId, clean_block, clean_line,
    london_day,
    sheet::{link_holds_address, without_addresses},
    text::is_clean_line,
    to_second,
};

/// The text without e-mail addresses, cleaned: as it is, not copied, if it is clean already.
fn cleaned(text: Cow<'_, str>, max_chars: usize, clean: fn(&str, usize) -> String) -> String {
    if text.len() <= max_chars && is_clean_line(&text) && !text.contains('@') {
        return text.into_owned();
    }
    clean(&without_addresses(&text).0, max_chars)
}

/// Reads the members of one item.
#[derive(Debug)]
pub struct Desk<'a> {
    context: &'a ExchangeContext<'a>,
    faults: Vec<Fault>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(context: &'a ExchangeContext<'a>) -> Self {
        Self { context, faults: Vec::new() }
    }

    pub(super) fn faults(self) -> Vec<Fault> {
        self.faults
    }

    pub(super) fn context(&self) -> &'a ExchangeContext<'a> {
        self.context
    }

    pub(super) fn region(&self) -> RegionId {
        self.context.region.id
    }

    pub(super) fn provenance(&self, synthetic: bool) -> Provenance {
        Provenance {
            system: self.context.system.to_owned(),
            received_at: to_second(self.context.now),
            synthetic: synthetic || self.context.region.synthetic,
        }
    }

    pub(super) fn fault(&mut self, field: impl Display, message: impl Display) {
        self.faults.push(Fault::new(field, message));
    }

    /// One line that must not be empty, without e-mail addresses.
    pub(super) fn line<'t>(
        &mut self,
        field: impl Display,
        text: impl Into<Cow<'t, str>>,
        max_chars: usize,
    ) -> String {
        let line = cleaned(text.into(), max_chars, clean_line);
        if line.is_empty() {
            self.fault(field, "is empty: write a line of text");
        }
        line
    }

    /// One line, absent if empty.
    pub(super) fn some_line<'t>(
        &self,
        text: Option<impl Into<Cow<'t, str>>>,
        max_chars: usize,
    ) -> Option<String> {
        let line = cleaned(text?.into(), max_chars, clean_line);
        (!line.is_empty()).then_some(line)
    }

    /// Paragraphs, absent if empty.
    pub(super) fn some_block<'t>(
        &self,
        text: Option<impl Into<Cow<'t, str>>>,
        max_chars: usize,
    ) -> Option<String> {
        let block = cleaned(text?.into(), max_chars, clean_block);
        (!block.is_empty()).then_some(block)
    }

    /// Paragraphs that must not be empty.
    pub(super) fn block(&mut self, field: impl Display, text: &str, max_chars: usize) -> String {
        let block = self.some_block(Some(text), max_chars);
        block.unwrap_or_else(|| {
            self.fault(field, "is empty: write a paragraph of text");
            String::new()
        })
    }

    /// An instant in whole seconds that lists can be ordered by.
    pub(super) fn instant(&mut self, field: impl Display, at: DateTime<Utc>) -> DateTime<Utc> {
        if !(1..=9999).contains(&at.year()) {
            self.fault(field, "lies outside the years 1 to 9999");
        }
        to_second(at)
    }

    /// A day that lists can be ordered by.
    pub(super) fn day(&mut self, field: impl Display, day: NaiveDate) -> NaiveDate {
        // The start of the first day in London lies in the year before.
        if !(2..=9999).contains(&day.year()) {
            self.fault(field, "lies outside the years 2 to 9999");
        }
        day
    }

    pub(super) fn link(&mut self, field: impl Display, text: &str) -> Option<Link> {
        if link_holds_address(text) {
            self.fault(field, "holds an e-mail address: link to a page instead");
            return None;
        }
        match Link::parse(text) {
            Ok(link) => Some(link),
            Err(error) => {
                self.fault(field, error);
                None
            }
        }
    }

    pub(super) fn some_link(&mut self, field: impl Display, text: Option<&str>) -> Option<Link> {
        self.link(field, text?)
    }

    pub(super) fn council(&mut self, field: impl Display, code: &str) -> Option<&'a Council> {
        let today = london_day(self.context.now);
        match self.context.reference.council_by_ref(code, None, today) {
            Ok(Some(council)) => Some(council),
            Ok(None) => {
                self.fault(field, "names no council that stands");
                None
            }
            Err(unknown) => {
                self.fault(field, unknown.repeated());
                None
            }
        }
    }

    pub(super) fn some_council(
        &mut self,
        field: impl Display,
        code: Option<&str>,
    ) -> Option<CouncilId> {
        self.council(field, code?).map(|council| council.id)
    }

    pub(super) fn point(&mut self, field: impl Display, reference: &str) -> Option<PointId> {
        match self.context.reference.point_by_ref(reference) {
            Ok(point) => Some(point.id),
            Err(unknown) => {
                self.fault(field, unknown.repeated());
                None
            }
        }
    }

    /// Points, each once, in their order.
    pub(super) fn points(&mut self, references: &[String]) -> Vec<PointId> {
        let mut points = Vec::new();
        for (place, reference) in references.iter().enumerate() {
            if let Some(point) = self.point(format_args!("points[{place}]"), reference)
                && !points.contains(&point)
            {
                points.push(point);
            }
        }
        points
    }

    pub(super) fn group(&mut self, slug: &str) -> Option<GroupId> {
        let of_region =
            self.context.reference.groups().iter().filter(|group| group.region == self.region());
        let found = of_region.clone().find(|group| group.slug == slug.trim());
        if found.is_none() {
            let slugs: Vec<_> = of_region.map(|group| group.slug.as_str()).collect();
            let message = match slugs.as_slice() {
                [] => "the region has no peer groups: list them in its card".to_owned(),
                slugs => format!("the region has the peer groups {}", slugs.join(", ")),
            };
            self.fault("group", message);
        }
        found.map(|group| group.id)
    }

    /// A list that is not longer than anybody's.
    pub(super) fn at_most<T>(&mut self, field: &str, list: &[T], most: usize) {
        if list.len() > most {
            self.fault(field, format_args!("has more than {most} entries"));
        }
    }
}

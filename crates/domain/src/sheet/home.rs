//! Whose answers count here: councils are looked up with their memberships on a day.

use chrono::NaiveDate;

use super::{cell::Cells, desk::Desk};
use crate::{Council, Membership};

impl<'a> Cells<'a> {
    /// A council that stood and was at home in the region on the day.
    pub(super) fn required_council_at_home(
        &mut self,
        column: &str,
        on: NaiveDate,
    ) -> Option<&'a Council> {
        let council = self.required_standing_council(column, on)?;
        let fault = self.desk.not_at_home(council, on);
        self.taken(column, fault.map_or(Ok(council), Err))
    }

    /// A council that stood and belonged to a group of the region on the day, be it as a guest.
    pub(super) fn required_member(&mut self, column: &str, on: NaiveDate) -> Option<&'a Council> {
        let council = self.required_standing_council(column, on)?;
        let is_member = self.desk.memberships_here(council, on).next().is_some();
        let fault = (!is_member).then(|| self.desk.no_member(council, on));
        self.taken(column, fault.map_or(Ok(council), Err))
    }
}

impl<'a> Desk<'a> {
    fn memberships_here(
        &self,
        council: &Council,
        on: NaiveDate,
    ) -> impl Iterator<Item = &'a Membership> {
        let (reference, region) = (self.reference(), self.context.region.id);
        reference.memberships_of(council.id, on).filter(move |membership| {
            reference.group(membership.group).is_some_and(|group| group.region == region)
        })
    }

    /// Why a council's answers do not count in the region on a day, if they do not.
    fn not_at_home(&self, council: &Council, on: NaiveDate) -> Option<String> {
        let mut here = self.memberships_here(council, on).peekable();
        if here.peek().is_none() {
            return Some(self.no_member(council, on));
        }
        if here.any(|membership| membership.is_home) {
            return None;
        }
        let council_name = council.shown();
        Some(match self.reference().home_region(council.id, on) {
            Some(home) => format!(
                "{council_name} attends as a guest and is at home in {}: its answers count there",
                home.name
            ),
            None => format!(
                "{council_name} attends as a guest and was at home nowhere on {on}: import its \
                 membership with home = yes first"
            ),
        })
    }

    fn no_member(&self, council: &Council, on: NaiveDate) -> String {
        format!("{} is not a member of {} on {on}", council.shown(), self.context.region.name)
    }

    /// The councils that stood and were at home in the region on a day, by name.
    pub(super) fn councils_at_home(&self, on: NaiveDate) -> impl Iterator<Item = &'a Council> {
        let (reference, region) = (self.reference(), self.context.region.id);
        reference.councils().iter().filter(move |council| {
            council.life.contains(on)
                && reference.home_region(council.id, on).is_some_and(|home| home.id == region)
        })
    }
}

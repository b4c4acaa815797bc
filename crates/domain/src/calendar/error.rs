//! Why a whole calendar cannot be taken: each a sentence that names the thing and what to do.

use thiserror::Error;

/// A fault of the calendar as a whole. Faults of single events are a reading's problems instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum CalendarError {
    #[error("the calendar is empty: look whether its address still works")]
    Empty,
    #[error(
        "this is no calendar, as it does not begin with BEGIN:VCALENDAR: give the address of the \
         iCalendar file itself, not that of the page that shows it"
    )]
    NotACalendar,
    #[error("the calendar is in UTF-16: publish it as UTF-8")]
    Utf16,
    #[error(
        "the calendar has more than {megabytes} MB: publish one that holds nothing but meet-ups"
    )]
    TooLarge { megabytes: usize },
    #[error("the calendar has more than {events} events: publish one that holds only meet-ups")]
    TooManyEvents { events: usize },
    #[error(
        "the calendar's events repeat into more than {meetups} meet-ups: let them repeat less \
         often, or let them end"
    )]
    TooManyMeetups { meetups: usize },
    #[error(
        "the calendar is an answer to an invitation (its METHOD says so), not a calendar that is \
         published: give the address of the published one"
    )]
    NotPublished,
}

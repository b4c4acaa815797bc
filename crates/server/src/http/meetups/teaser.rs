//! A meet-up in a list on a page.

use maud::{Markup, html};

use super::{
    super::pieces::{Under, title},
    language::Language,
    meetup::Meetup,
};

/// What one needs to know to go there or not.
pub(in crate::http) fn teaser(meetup: &Meetup, under: Under) -> Markup {
    html! {
        (title(under, &path(meetup), &meetup.told_title(Language::English)))
        p.govuk-body.folk-list__when { (meetup.starts) }
        p.govuk-body {
            (meetup.attendance_label(Language::English))
            @if let Some(venue) = &meetup.venue { " · " (venue.name) }
            " · " (meetup.group.name)
            @for point in &meetup.points { " · " (point.label) }
        }
    }
}

/// Where its page is.
pub(super) fn path(meetup: &Meetup) -> String {
    format!("/meetups/{}", meetup.id)
}

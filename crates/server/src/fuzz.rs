//! What writes calendars, for tests that hand in anything. Compiled only with the feature `fuzz`,
//! which no program asks for.

use serde_json::Value;

/// The calendar of these meet-ups, which are told as the API tells them, with the title, the
/// notice and the address of their list; `None` if the API could not tell them so.
pub fn calendar(
    title: &str,
    notice: Option<&str>,
    address: &str,
    is_welsh: bool,
    meetups: Value,
) -> Option<String> {
    crate::http::calendar_of(title, notice, address, is_welsh, meetups)
}

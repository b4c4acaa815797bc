//! Days and times of day as people write them.

use chrono::{Datelike, NaiveDate, NaiveTime};

/// A day: `2027-01-14`, `14/01/2027`, `14 January 2027`, `Thursday 14th Jan 2027`.
pub(super) fn read_day(text: &str) -> Result<NaiveDate, &'static str> {
    let text = text.trim();
    let mut parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "/-.,".contains(c))
        .filter(|it| !it.is_empty())
        .collect();
    if parts.len() == 4 && is_name_of(parts[0], &DAYS).is_some() {
        parts.remove(0);
    }
    let malformed = "no day that can be read: write it as 2027-01-14 or 14/01/2027";
    let [first, second, third] = parts[..] else { return Err(malformed) };
    let is_year = first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = if is_year { (first, second, third) } else { (third, second, first) };
    if year.len() != 4 {
        return Err("the year needs four digits: write it as 2027-01-14 or 14/01/2027");
    }
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 4);
    let month = number(month).or_else(|| is_name_of(month, &MONTHS)).ok_or(malformed)?;
    let day = number(day.trim_end_matches(char::is_alphabetic)).ok_or(malformed)?;
    let year = number(year).and_then(|year| i32::try_from(year).ok()).ok_or(malformed)?;
    let date = NaiveDate::from_ymd_opt(year, month, day)
        .ok_or("no day of the calendar: days come before months, as in 14/01/2027")?;
    // Councils of today began in 1889 at the earliest; a typing slip in the year is likelier.
    if (1889..=2100).contains(&date.year()) { Ok(date) } else { Err("the year is out of reach") }
}

/// A time of day: `18:30`, `18.30`, `6:30pm`, `6pm`.
pub(super) fn read_time(text: &str) -> Result<NaiveTime, &'static str> {
    let malformed = "no time that can be read: write it as 18:30 or 6:30pm";
    let text: String = text.to_lowercase().split_whitespace().collect();
    let text = text.replace("a.m.", "am").replace("p.m.", "pm");
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text.as_str(), None),
    };
    let parts: Vec<&str> = digits.split([':', '.']).collect();
    let (hour, minute) = match parts[..] {
        // "6" alone could be morning or evening.
        [hour] if half.is_some() => (hour, "00"),
        // Spreadsheets add seconds.
        [hour, minute] | [hour, minute, "00"] if minute.len() == 2 => (hour, minute),
        _ => return Err(malformed),
    };
    let number = |text: &str| {
        let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_plain)
    };
    let (hour, minute) = (number(hour).ok_or(malformed)?, number(minute).ok_or(malformed)?);
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return Err(malformed),
        Some(half) => hour % 12 + half,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(malformed)
}

/// The number, from 1, of the name that `text` is or abbreviates to three letters or more.
fn is_name_of(text: &str, names: &[&str]) -> Option<u32> {
    let text = text.to_lowercase();
    let position = names.iter().position(|name| text.len() >= 3 && name.starts_with(&text))?;
    u32::try_from(position + 1).ok()
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_written_in_england() {
        let forms = [
            "2027-01-14",
            "14/01/2027",
            " 14/1/2027 ",
            "14.01.2027",
            "14 January 2027",
            "14th Jan 2027",
            "Thursday, 14 January 2027",
            "2027/01/14",
        ];
        for form in forms {
            assert_eq!(
                read_day(form),
                Ok(NaiveDate::from_ymd_opt(2027, 1, 14).expect("a day")),
                "{form}"
            );
        }
        for bad in [
            "",
            "soon",
            "01/14/2027",
            "31/02/2027",
            "14/01/27",
            "0014-01-01",
            "99999-1-1",
            "14 Ja 2027",
        ] {
            assert!(read_day(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read_on_either_clock() {
        let cases = [
            ("18:30", 18, 30),
            ("6:30pm", 18, 30),
            ("6.30 PM", 18, 30),
            ("6pm", 18, 0),
            ("12am", 0, 0),
            ("12:15 p.m.", 12, 15),
            ("09:05:00", 9, 5),
        ];
        for (text, hour, minute) in cases {
            assert_eq!(
                read_time(text),
                Ok(NaiveTime::from_hms_opt(hour, minute, 0).expect("a time")),
                "{text}"
            );
        }
        for bad in ["", "6", "24:00", "13pm", "0pm", "6:3pm", "18:30:15", "evening", "+6:30"] {
            assert!(read_time(bad).is_err(), "{bad}");
        }
    }
}

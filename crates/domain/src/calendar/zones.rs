//! Time zones as calendars name them: by the IANA database, behind a maker's prefix, by what
//! Windows calls them, or by a definition that says which place is meant.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::text::shown;

/// What a calendar's own definitions (VTIMEZONE) call places: TZID to X-LIC-LOCATION. The rules in
/// a definition are not read: what the IANA database says of a place is newer.
#[derive(Debug, Default)]
pub(super) struct Zones(HashMap<String, String>);

impl Zones {
    pub(super) fn define(&mut self, name: String, place: String) {
        self.0.insert(name, place);
    }

    /// The zone of a TZID.
    pub(super) fn find(&self, name: &str) -> Result<Tz, String> {
        let place = self.0.get(name).and_then(|place| iana(place));
        place.or_else(|| iana(name)).or_else(|| windows(name)).ok_or_else(|| {
            format!(
                "the time zone \"{}\" is not known: write one of the IANA database, such as \
                 Europe/London",
                shown(name)
            )
        })
    }
}

/// The zone whose name a text is or ends in: `/mozilla.org/20050126_1/Europe/London`.
fn iana(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('/');
    if name.len() > MAX_NAME {
        return None;
    }
    let starts = std::iter::once(0).chain(name.match_indices('/').map(|(at, _)| at + 1));
    // A part alone is too little: the last word of a maker's own name may be a zone by chance.
    let names = starts.map(|at| &name[at..]).filter(|it| *it == name || it.contains('/'));
    names.filter_map(|name| name.parse().ok()).next()
}

/// Longer than any zone's name with a maker's prefix.
const MAX_NAME: usize = 200;

/// Also "(UTC+00:00) Dublin, Edinburgh, Lisbon, London", as Outlook shows it.
fn windows(name: &str) -> Option<Tz> {
    let name = name.trim();
    let shown = name.strip_prefix('(').and_then(|name| name.split_once(')'));
    if let Some((offset, cities)) = shown {
        let is_london = cities.split(',').any(|city| city.trim() == "London");
        return (is_london && offset.starts_with(['U', 'G'])).then_some(Tz::Europe__London);
    }
    let found = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name));
    found.map(|(_, zone)| *zone)
}

/// From CLDR's windowsZones (territory 001): the zones that calendars of councils in England and
/// of those whom they meet are kept in.
const WINDOWS: [(&str, Tz); 12] = [
    ("GMT Standard Time", Tz::Europe__London),
    ("GMT Daylight Time", Tz::Europe__London),
    ("British Summer Time", Tz::Europe__London),
    ("Greenwich Standard Time", Tz::Atlantic__Reykjavik),
    ("W. Europe Standard Time", Tz::Europe__Berlin),
    ("Central Europe Standard Time", Tz::Europe__Budapest),
    ("Central European Standard Time", Tz::Europe__Warsaw),
    ("Romance Standard Time", Tz::Europe__Paris),
    ("GTB Standard Time", Tz::Europe__Bucharest),
    ("FLE Standard Time", Tz::Europe__Kyiv),
    ("Eastern Standard Time", Tz::America__New_York),
    ("Pacific Standard Time", Tz::America__Los_Angeles),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_all_their_names() {
        let mut zones = Zones::default();
        zones.define("Ours".to_owned(), "Europe/Dublin".to_owned());
        zones.define("GMT Standard Time".to_owned(), "nowhere".to_owned());
        let cases = [
            ("Europe/London", Some("Europe/London")),
            (" Europe/London ", Some("Europe/London")),
            ("/Europe/London", Some("Europe/London")),
            ("/mozilla.org/20050126_1/Europe/London", Some("Europe/London")),
            ("/citadel.org/20210210_1/America/Indiana/Knox", Some("America/Indiana/Knox")),
            ("UTC", Some("UTC")),
            ("Ours", Some("Europe/Dublin")),
            ("GMT Standard Time", Some("Europe/London")),
            ("gmt standard time", Some("Europe/London")),
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", Some("Europe/London")),
            ("(UTC+01:00) Amsterdam, Berlin", None),
            ("Customized Time Zone", None),
            ("/ours/GMT", None),
            ("", None),
        ];
        for (name, wanted) in cases {
            assert_eq!(zones.find(name).ok().map(|zone| zone.name()), wanted, "{name}");
        }
    }
}

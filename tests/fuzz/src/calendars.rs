//! Calendars: those that regions publish, as they are read, and ours, as they are written. An
//! input that begins with the line `write` is the texts of a meet-up; any other is a calendar.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{Row, SheetContext, SheetReading, clean_block, clean_line, read_calendar};
use serde_json::{Value, json};

use crate::{
    ics,
    nation::{REFERENCE, now, region_called},
    texts,
};

/// What is read is clean, named by lines of the file, and the same however lines end; what is
/// written is read back as it was.
pub fn check(data: &[u8]) {
    match data.strip_prefix(b"write\n") {
        Some(texts) => write(&String::from_utf8_lossy(texts)),
        None => read(data),
    }
}

fn reading(file: &[u8]) -> SheetReading {
    let region = region_called("kent");
    let context = SheetContext::new(&REFERENCE, region, now());
    read_calendar(file, &SheetContext { synthetic: false, ..context })
}

fn read(file: &[u8]) {
    let first = reading(file);
    texts::report(&first.problems, &first.notes, file);
    let mut seen = HashSet::new();
    for row in &first.rows {
        texts::row(row, region_called("kent"));
        let Row::Meetup(meetup) = row else { panic!("no meet-up: {row:?}") };
        assert!(seen.insert(meetup.id), "two rows are one: {row:?}");
        let length = meetup.ends_at - meetup.starts_at;
        assert!((TimeDelta::seconds(1)..=TimeDelta::days(8)).contains(&length), "{meetup:?}");
    }
    assert_eq!(reading(file), first, "read twice");
    if !file.contains(&b'\r') {
        let other = file.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(reading(&other), first, "with other ends of lines");
    }
}

/// A meet-up as the API tells it, out of paragraphs that are set apart by lines of `--`.
struct Told {
    texts: Vec<String>,
    flags: u32,
}

impl Told {
    fn of(input: &str) -> Self {
        let texts: Vec<_> = input.split("\n--\n").map(str::to_owned).collect();
        // Whatever the texts are decides the rest, too.
        let flags = input
            .bytes()
            .fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        Self { texts, flags }
    }

    fn text(&self, place: usize) -> &str {
        self.texts.get(place).map_or("", String::as_str)
    }

    fn some(&self, place: usize) -> Option<&str> {
        Some(self.text(place)).filter(|text| !text.is_empty())
    }

    fn has(&self, bit: u32) -> bool {
        self.flags >> bit & 1 == 1
    }

    /// Within two years.
    fn starts_at(&self) -> DateTime<Utc> {
        now() + TimeDelta::minutes(i64::from(self.flags % 1_000_000))
    }

    fn json(&self) -> Value {
        let status = ["PLANNED", "INVITED", "CONFIRMED", "CANCELLED", "HELD"];
        let attendance = ["IN_PERSON", "ONLINE", "HYBRID"];
        let zone = ["Europe/London", "Europe/Paris", "UTC", "Asia/Tokyo"];
        let of = |all: &[&str]| all[self.flags as usize % all.len()].to_owned();
        let ends_at = self.starts_at() + TimeDelta::minutes(90);
        let labels = self.texts.iter().skip(6).take(4).filter(|label| !label.is_empty());
        let points: Vec<_> = labels.map(|label| json!({ "label": label, "url": null })).collect();
        let talks: Vec<_> = (self.some(0).zip(self.some(1)))
            .map(|(title, by)| json!({ "title": title, "givenBy": by }))
            .into_iter()
            .collect();
        let venue = self.some(2).map(|name| {
            json!({ "name": name, "address": self.some(3), "stepFree": self.has(3),
                "hearingLoop": self.has(4), "quietSpace": null, "alcoholFree": self.has(5) })
        });
        let url = "https://folkmoot.example/meetups/1";
        json!({
            "id": "Bm1lZXR1cA", "title": self.text(0), "summary": self.some(1),
            "status": of(&status), "startsAt": self.starts_at(), "endsAt": ends_at,
            "timeZone": of(&zone), "starts": "soon", "attendance": of(&attendance),
            "bookingUrl": self.some(4), "materialsUrl": null, "url": url, "icsUrl": url,
            "revision": self.has(6).then_some(3), "venue": venue, "points": points,
            "talks": talks, "host": null,
            "group": { "name": self.text(5), "slug": "kent", "url": url,
                "region": { "name": "Kent", "code": "kent" } },
            "provenance": { "receivedAt": now(), "synthetic": true, "licence": null,
                "attribution": self.some(5) },
        })
    }
}

fn write(input: &str) {
    let told = Told::of(input);
    let meetup = told.json();
    let is_welsh = told.has(7);
    let address = "https://folkmoot.example/calendar/all.ics";
    let notice = told.some(1);
    let file = folkmoot_server::fuzz::calendar(
        told.text(0),
        notice,
        address,
        is_welsh,
        json!([meetup, meetup]),
    );
    let file = file.expect("the API tells meet-ups so");
    let [event, same] = &ics::events(&file)[..] else { panic!("not two events: {file}") };
    assert_eq!(event, same);
    // In texts it stands before a line break, or nowhere.
    let plain = |text: &str| text.replace('\r', "");
    let values = |name: &str| {
        let line = event.iter().find(|line| line.name == name);
        line.map(|line| ics::texts(&line.value)).unwrap_or_default()
    };
    let is_cancelled = meetup["status"] == "CANCELLED";
    let cancelled = if is_welsh { "Wedi’i ganslo: " } else { "Cancelled: " };
    let title = if is_cancelled { cancelled } else { "" }.to_owned() + told.text(0);
    assert_eq!(values("SUMMARY"), [plain(&title)]);
    let place = told.some(2).map(|name| match told.some(3) {
        Some(address) => plain(&format!("{name}, {address}")),
        None => plain(name),
    });
    assert_eq!(values("LOCATION"), Vec::from_iter(place));
    let labels = told.texts.iter().skip(6).take(4).filter(|label| !label.is_empty());
    assert_eq!(values("CATEGORIES"), labels.map(|label| plain(label)).collect::<Vec<_>>());
    let [description] = &values("DESCRIPTION")[..] else { panic!("several: {file}") };
    assert!(description.starts_with(&plain(told.text(1))), "{description:?}");
    read_back(&told, &file, &plain(&title));
}

/// Another gateway, or this one, reads what was written.
fn read_back(told: &Told, file: &str, title: &str) {
    // Longer values than that are not read.
    if file.len() > 20_000 {
        return;
    }
    let reading = reading(file.as_bytes());
    texts::report(&reading.problems, &reading.notes, file.as_bytes());
    // Markup, addresses and how to join are taken out on the way in.
    let is_plain = |text: &str| !text.contains(['<', '&', '@']);
    let title = clean_line(title, 200);
    let Some(Row::Meetup(meetup)) = reading.rows.first() else {
        assert!(title.is_empty() || !is_plain(&title), "left out: {:?}", reading.problems);
        return;
    };
    assert_eq!(meetup.starts_at, told.starts_at(), "{file}");
    assert_eq!(meetup.ends_at - meetup.starts_at, TimeDelta::minutes(90), "{file}");
    if is_plain(told.text(0)) {
        assert_eq!(meetup.title, title);
    }
    let summary = clean_block(told.text(1), usize::MAX);
    if summary.len() < 1_000 && is_plain(&summary) && summary.is_ascii() {
        let kept = meetup.summary.as_deref().unwrap_or_default();
        let first = summary.lines().next().unwrap_or_default();
        // These may say how to join, which is left out.
        assert!(
            first.contains([':', '/', '_']) || kept.starts_with(first),
            "{kept:?} for {summary:?}"
        );
    }
}

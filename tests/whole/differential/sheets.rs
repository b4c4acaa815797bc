//! Regions whose rows sheets and a calendar can say in full, and these files.
//!
//! A row's id is made of its region and the key that a sheet calls it by: a region keeps its ids
//! when it moves to sheets.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use folkmoot_domain::{
    Assessment, Attendance, CaseStudy, CouncilId, Link, Meetup, MeetupId, MeetupStatus, Offer,
    OfferKind, PanelRole, PointId, PointOutcome, Venue, london_day, london_day_start,
    resolve_wall_clock,
};
use folkmoot_store::Change;
use folkmoot_testkit::build;
use sha2::{Digest as _, Sha256};

use super::rows::{self, COUNCILS, OTHER_POINTS, OTHER_STANDARD, POINTS};

/// Regions that may be read from sheets.
pub(super) const SHEETS: [&str; 2] = ["marches", "wessex"];
/// The one of them that has its meet-ups in a calendar.
pub(super) const CALENDAR: &str = "marches";

/// A row as a sheet can say it; those of other regions stay as they are.
pub(super) fn fit(change: Change, base: DateTime<Utc>) -> Change {
    let of = |code: &str, region| build::region_id(code) == region;
    let is_of_sheets = |region| SHEETS.iter().any(|code| of(code, region));
    match change {
        Change::Meetup(row) if is_of_sheets(row.region) => {
            let is_entry = of(CALENDAR, row.region);
            let row = placed(row, base, is_entry);
            Change::Meetup(if is_entry { entry(row) } else { row })
        }
        Change::CaseStudy(row) if is_of_sheets(row.region) => Change::CaseStudy(case_study(row)),
        Change::Offer(mut row) if is_of_sheets(row.region) => {
            row.offered_at = london_day_start(london_day(row.offered_at));
            row.provenance.synthetic = false;
            Change::Offer(row)
        }
        Change::Assessment(row) if is_of_sheets(row.region) => Change::Assessment(assessment(row)),
        other => other,
    }
}

/// Two meet-ups of one group at one time would be taken for the same: each gets a time of its own.
fn placed(mut row: Meetup, base: DateTime<Utc>, is_entry: bool) -> Meetup {
    let number = row.natural_key.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let length = row.ends_at - row.starts_at;
    // In the night in which an hour comes twice, a sheet means the first.
    let shown = (base + TimeDelta::hours(36 * number - 228)).with_timezone(&row.time_zone);
    row.starts_at = resolve_wall_clock(shown.naive_local(), row.time_zone);
    row.ends_at = row.starts_at + length;
    // A sheet has one day for both; it says nothing of two hours.
    if !is_entry && london_day(row.ends_at) != london_day(row.starts_at) {
        row.ends_at = row.starts_at + TimeDelta::hours(2);
    }
    if row.status == MeetupStatus::Held && row.starts_at > base - TimeDelta::hours(1) {
        row.status = MeetupStatus::Confirmed;
    }
    row.provenance.synthetic = false;
    row
}

/// Titles are told apart by numbers.
fn uid(title: &str) -> String {
    format!("{title}@marches.example")
}

/// What a calendar can say of a meet-up.
fn entry(mut row: Meetup) -> Meetup {
    row.status = match row.status {
        MeetupStatus::Cancelled => MeetupStatus::Cancelled,
        MeetupStatus::Confirmed | MeetupStatus::Held => MeetupStatus::Confirmed,
        MeetupStatus::Planned | MeetupStatus::Invited => MeetupStatus::Planned,
    };
    let venue = row.venue.take().unwrap_or_default();
    let (name, address) = ("Town hall".to_owned(), venue.address);
    row.venue = match row.attendance {
        Attendance::Online => None,
        Attendance::Hybrid => Some(Venue { name, address, ..Venue::default() }),
        Attendance::InPerson => Some(venue.name)
            .filter(|name| !name.is_empty())
            .map(|name| Venue { name, address, ..Venue::default() }),
    };
    row.summary = row.summary.map(|_| "Bring a question.\n\nCroeso i bawb; tê, cŵn.".to_owned());
    (row.host, row.talks, row.materials_url) = (None, Vec::new(), None);
    // A calendar's meet-ups are known by half a digest of their UID.
    let digest = Sha256::digest(uid(&row.title).as_bytes());
    let digest: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    row.natural_key = format!("ics/{digest}");
    row.id = MeetupId::derived(&format!("{}/{}", row.region, row.natural_key));
    row
}

fn case_study(mut row: CaseStudy) -> CaseStudy {
    row.published_at = london_day_start(london_day(row.published_at));
    let published_on = london_day(row.published_at);
    row.reviewed_on = row.reviewed_on.filter(|day| *day >= published_on);
    row.provenance.synthetic = false;
    row
}

fn assessment(mut row: Assessment) -> Assessment {
    // A row of the sheet is about a point of the assessment's own standard.
    row.points.retain(|one| (1..=POINTS).any(|n| build::point_id(n) == one.point));
    if row.points.is_empty() {
        row.points.push(PointOutcome {
            point: build::point_id(3),
            outcome: "GREEN".to_owned(),
            done_well: None,
            actions: Vec::new(),
            advice: None,
        });
    }
    for action in row.points.iter_mut().flat_map(|one| &mut one.actions) {
        action.due_on = action.due_on.max(row.held_on);
        action.done_on = action.done_on.map(|day| day.max(row.held_on));
    }
    row.provenance.synthetic = false;
    row
}

/// What a region has to be read from, as the option that says so, its media type and the file.
pub(super) fn files(
    code: &str,
    seed: u64,
    base: DateTime<Utc>,
) -> Vec<(&'static str, &'static str, String)> {
    let region = build::region_id(code);
    let (mut meetups, mut entries) = (vec![line(&MEETUPS)], String::new());
    let (mut studies, mut offers) = (vec![line(&CASE_STUDIES)], vec![line(&OFFERS)]);
    let mut assessments = vec![line(&ASSESSMENTS)];
    for change in rows::nation(seed, base) {
        match change {
            Change::Meetup(row) if row.region == region => {
                meetups.push(meetup_line(&row));
                entries += &event(&row);
            }
            Change::CaseStudy(row) if row.region == region => studies.push(case_study_line(&row)),
            Change::Offer(row) if row.region == region => offers.push(offer_line(&row)),
            Change::Assessment(row) if row.region == region => {
                assessments.extend(assessment_lines(&row));
            }
            _ => {}
        }
    }
    let meetups = match code == CALENDAR {
        true => (
            "ics",
            "text/calendar",
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{entries}END:VCALENDAR\r\n"),
        ),
        false => ("meetups", "text/csv", meetups.concat()),
    };
    let csv = |kind, lines: Vec<String>| (kind, "text/csv", lines.concat());
    vec![
        meetups,
        csv("case-studies", studies),
        csv("offers", offers),
        csv("assessments", assessments),
    ]
}

const MEETUPS: [&str; 17] = [
    "key",
    "title",
    "date",
    "start_time",
    "end_time",
    "status",
    "attendance",
    "points",
    "summary",
    "host",
    "venue",
    "address",
    "step_free",
    "alcohol_free",
    "talks",
    "booking_url",
    "materials_url",
];
const CASE_STUDIES: [&str; 8] =
    ["key", "title", "summary", "council", "points", "link", "published_on", "reviewed_on"];
const OFFERS: [&str; 9] = [
    "key",
    "council",
    "kind",
    "point",
    "remote",
    "available_from",
    "note",
    "ask_url",
    "offered_on",
];
const ASSESSMENTS: [&str; 17] = [
    "key",
    "council",
    "service",
    "standard",
    "stage",
    "type",
    "held_on",
    "scheme",
    "result",
    "public",
    "panel",
    "previous",
    "point",
    "outcome",
    "done_well",
    "actions",
    "advice",
];

fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted = |cell: &T| format!("\"{}\"", cell.as_ref().replace('"', "\"\""));
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

fn said<T: ToString>(cell: Option<T>) -> String {
    cell.map(|cell| cell.to_string()).unwrap_or_default()
}

fn yes_no(cell: bool) -> String {
    if cell { "yes" } else { "no" }.to_owned()
}

fn link(link: Option<&Link>) -> String {
    said(link.map(Link::as_str))
}

fn council(id: CouncilId) -> String {
    let mut all = (0..COUNCILS).map(|n| build::council(n).build());
    all.find(|one| one.id == id).expect("one of them").code.to_string()
}

fn point(id: PointId) -> String {
    let mut all = ["lgdss-2016", OTHER_STANDARD]
        .iter()
        .zip([POINTS, OTHER_POINTS])
        .flat_map(|(code, points)| (1..=points).map(move |n| format!("{code}/{n}")));
    all.find(|reference| PointId::derived(reference) == id).expect("one of them")
}

fn points(ids: &[PointId]) -> String {
    ids.iter().map(|id| point(*id)).collect::<Vec<_>>().join("; ")
}

fn meetup_line(row: &Meetup) -> String {
    let [start, end] = [row.starts_at, row.ends_at].map(|at| at.with_timezone(&row.time_zone));
    let is_usual = row.ends_at == row.starts_at + TimeDelta::hours(2);
    let end = if is_usual { String::new() } else { end.format("%H:%M").to_string() };
    let venue = row.venue.as_ref();
    let talks = row.talks.iter().map(|talk| format!("{} | {}", talk.title, talk.given_by));
    line(&[
        row.natural_key.clone(),
        row.title.clone(),
        start.format("%Y-%m-%d").to_string(),
        start.format("%H:%M").to_string(),
        end,
        format!("{:?}", row.status).to_lowercase(),
        match row.attendance {
            Attendance::InPerson => "in person".to_owned(),
            Attendance::Online => "online".to_owned(),
            Attendance::Hybrid => "hybrid".to_owned(),
        },
        points(&row.points),
        said(row.summary.as_ref()),
        said(row.host.map(council)),
        said(venue.map(|it| &it.name)),
        said(venue.and_then(|it| it.address.as_ref())),
        said(venue.and_then(|it| it.step_free).map(yes_no)),
        said(venue.and_then(|it| it.alcohol_free).map(yes_no)),
        talks.collect::<Vec<_>>().join("; "),
        link(row.booking_url.as_ref()),
        link(row.materials_url.as_ref()),
    ])
}

/// The meet-up as an event of a calendar.
fn event(row: &Meetup) -> String {
    let text = |text: &str| {
        text.replace('\\', "\\\\").replace([';'], "\\;").replace(',', "\\,").replace('\n', "\\n")
    };
    let at = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let mut lines = vec![
        format!("UID:{}", uid(&row.title)),
        format!("DTSTART:{}", at(row.starts_at)),
        format!("DTEND:{}", at(row.ends_at)),
        format!("SUMMARY:{}", text(&row.title)),
    ];
    lines.extend(row.summary.as_ref().map(|summary| format!("DESCRIPTION:{}", text(summary))));
    let venue = row.venue.as_ref();
    let venue = venue.map(|it| match &it.address {
        Some(address) => format!("{}, {address}", it.name),
        None => it.name.clone(),
    });
    let online = (row.attendance != Attendance::InPerson).then(|| "Online".to_owned());
    let places: Vec<_> = venue.into_iter().chain(online).collect();
    if !places.is_empty() {
        lines.push(format!("LOCATION:{}", text(&places.join("; "))));
    }
    if !row.points.is_empty() {
        let names: Vec<_> = row.points.iter().map(|id| point(*id)).collect();
        lines.push(format!("CATEGORIES:{}", names.join(",")));
    }
    lines.extend(row.booking_url.as_ref().map(|url| format!("URL:{}", url.as_str())));
    lines.push(match row.status {
        MeetupStatus::Cancelled => "STATUS:CANCELLED".to_owned(),
        MeetupStatus::Confirmed => "STATUS:CONFIRMED".to_owned(),
        _ => "STATUS:TENTATIVE".to_owned(),
    });
    format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n"))
}

fn case_study_line(row: &CaseStudy) -> String {
    line(&[
        row.natural_key.clone(),
        row.title.clone(),
        row.summary.clone(),
        said(row.council.map(council)),
        points(&row.points),
        link(row.link.as_ref()),
        london_day(row.published_at).to_string(),
        said(row.reviewed_on),
    ])
}

fn offer_line(row: &Offer) -> String {
    let kind = match row.kind {
        OfferKind::Advise => "advise",
        OfferKind::Speak => "speak",
        OfferKind::Host => "host",
        OfferKind::Assess => "assess",
        OfferKind::ShareCode => "share code",
    };
    line(&[
        row.natural_key.clone(),
        council(row.council),
        kind.to_owned(),
        said(row.point.map(point)),
        yes_no(row.remote),
        said(row.available_from),
        said(row.note.as_ref()),
        row.ask_url.as_str().to_owned(),
        london_day(row.offered_at).to_string(),
    ])
}

/// A line for each point.
fn assessment_lines(row: &Assessment) -> Vec<String> {
    let key = |id| {
        let of = |n| build::assessment(row.region, n).build();
        (0..99).map(of).find(|one| one.id == id).expect("one of them").natural_key
    };
    let seat = |role: PanelRole, by: Option<CouncilId>| {
        let role = format!("{role:?}").to_lowercase();
        format!("{role}: {}", by.map_or("-".to_owned(), council))
    };
    let panel: Vec<_> = row.panel.iter().map(|it| seat(it.role, it.council)).collect();
    let head = [
        row.natural_key.clone(),
        council(row.council),
        row.service.clone(),
        "lgdss-2016".to_owned(),
        format!("{:?}", row.stage).to_lowercase(),
        format!("{:?}", row.kind).to_lowercase(),
        row.held_on.to_string(),
        row.scheme.clone(),
        row.result.to_lowercase(),
        yes_no(row.is_public),
        panel.join("; "),
        said(row.previous.map(key)),
    ];
    let of_point = |one: &PointOutcome| {
        let done =
            |day: Option<NaiveDate>| day.map_or(String::new(), |day| format!(", done {day}"));
        let actions = one
            .actions
            .iter()
            .map(|it| format!("{} (due {}{})", it.text, it.due_on, done(it.done_on)));
        let cells = [
            point(one.point),
            one.outcome.to_lowercase(),
            said(one.done_well.as_ref()),
            actions.collect::<Vec<_>>().join("; "),
            said(one.advice.as_ref()),
        ];
        line(&[&head[..], &cells[..]].concat())
    };
    row.points.iter().map(of_point).collect()
}

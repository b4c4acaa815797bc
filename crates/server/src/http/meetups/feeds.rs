//! Meet-ups as feeds: RSS and Atom for feed blocks and readers, JSON Feed for programs, and CSV for
//! tables. The next one comes first, and a feed is never empty: readers show nothing at all then,
//! which visitors take for a fault.

use atom_syndication as atom;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::cells::{cell, written},
    language::Language,
    listing::Listing,
    meetup::{Meetup, instant},
};

/// Where a feed stands, and for whom.
pub(super) struct Channel<'a> {
    pub(super) listing: &'a Listing,
    /// Where the feed is.
    pub(super) own: &'a str,
    /// Its path and words alone: its name for ever, wherever the gateway moves.
    pub(super) name: &'a str,
    /// Where people read the same.
    pub(super) page: &'a str,
    pub(super) language: Language,
    pub(super) today: NaiveDate,
}

/// What every feed says of a meet-up, in its own way.
struct Entry<'a> {
    meetup: &'a Meetup,
    title: String,
    text: String,
    changed_at: DateTime<Utc>,
}

impl Channel<'_> {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.listing.meetups.iter().map(|meetup| Entry {
            meetup,
            title: dated_title(meetup, self.language),
            text: text(meetup, self.language),
            changed_at: meetup.changed_at(self.today),
        })
    }

    /// When anything in it was changed last.
    fn changed_at(&self) -> DateTime<Utc> {
        let newest = self.entries().map(|entry| entry.changed_at).max();
        newest.unwrap_or_else(|| folkmoot_domain::london_day_start(self.today))
    }

    /// The title and the text of what stands there alone where there are no meet-ups.
    fn none(&self) -> (String, String) {
        match &self.listing.excluded {
            Some(excluded) => (excluded.clone(), format!("{excluded}.")),
            None => {
                let words = self.language.words();
                (words.none_planned.to_owned(), words.none_planned_more.to_owned())
            }
        }
    }

    fn notice(&self) -> &str {
        self.listing.notice.as_deref().unwrap_or_default()
    }

    /// RSS 2.0. Its items have no dates of their own: feed blocks put those with the latest date
    /// first, and here what comes next is first.
    pub(super) fn rss(&self) -> Vec<u8> {
        let item = |title: String, link: &str, text: String, id: String| rss::Item {
            title: Some(without_brackets(&title)),
            link: Some(link.to_owned()),
            // Readers take it for HTML.
            description: Some(maud::html! { (text) }.into_string()),
            guid: Some(rss::Guid { value: id, permalink: false }),
            ..rss::Item::default()
        };
        let mut items: Vec<_> = self
            .entries()
            .map(|entry| {
                item(entry.title, &entry.meetup.url, entry.text, lasting_id(&entry.meetup.id))
            })
            .collect();
        if items.is_empty() {
            let (title, text) = self.none();
            items.push(item(title, self.page, text, lasting_id(self.name)));
        }
        let channel = rss::Channel {
            title: self.listing.title.clone(),
            link: self.page.to_owned(),
            description: match self.notice() {
                "" => self.listing.title.clone(),
                notice => notice.to_owned(),
            },
            language: Some(self.language.tag().to_owned()),
            ttl: Some("60".to_owned()),
            items,
            ..rss::Channel::default()
        };
        channel.to_string().into_bytes()
    }

    /// Atom (RFC 4287).
    pub(super) fn atom(&self) -> Vec<u8> {
        let entry =
            |title: String, link: &str, text: String, id: String, at: DateTime<Utc>| atom::Entry {
                title: title.into(),
                id,
                updated: at.fixed_offset(),
                links: vec![linked("alternate", link, None)],
                content: Some(atom::Content {
                    value: Some(text),
                    content_type: Some("text".to_owned()),
                    ..atom::Content::default()
                }),
                ..atom::Entry::default()
            };
        let mut entries: Vec<_> = self
            .entries()
            .map(|it| {
                entry(it.title, &it.meetup.url, it.text, lasting_id(&it.meetup.id), it.changed_at)
            })
            .collect();
        if entries.is_empty() {
            let (title, text) = self.none();
            let id = lasting_id(&format!("{} none", self.name));
            entries.push(entry(title, self.page, text, id, self.changed_at()));
        }
        let notice = self.notice();
        let feed = atom::Feed {
            title: self.listing.title.clone().into(),
            id: lasting_id(self.name),
            updated: self.changed_at().fixed_offset(),
            authors: vec![atom::Person { name: "Folkmoot".to_owned(), ..atom::Person::default() }],
            subtitle: (!notice.is_empty()).then(|| notice.to_owned().into()),
            lang: Some(self.language.tag().to_owned()),
            links: vec![
                linked("self", self.own, Some("application/atom+xml")),
                linked("alternate", self.page, Some("text/html")),
            ],
            entries,
            ..atom::Feed::default()
        };
        feed.to_string().into_bytes()
    }

    /// JSON Feed 1.1. What it has no word for stands under `_folkmoot`.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut items: Vec<_> = self
            .entries()
            .map(|entry| {
                json!({
                    "id": entry.meetup.id,
                    "url": entry.meetup.url,
                    "title": entry.title,
                    "content_text": entry.text,
                    "date_modified": instant(entry.changed_at),
                    "tags": entry.meetup.points.iter().map(|point| &point.label).collect::<Vec<_>>(),
                    "_folkmoot": Facts::of(entry.meetup),
                })
            })
            .collect();
        if items.is_empty() {
            let (title, text) = self.none();
            items.push(json!({
                "id": lasting_id(&format!("{} none", self.name)),
                "url": self.page,
                "title": title,
                "content_text": text,
            }));
        }
        let mut feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.listing.title,
            "home_page_url": self.page,
            "feed_url": self.own,
            "language": self.language.tag(),
            "items": items,
        });
        if let Some(notice) = &self.listing.notice {
            feed["description"] = Value::from(notice.as_str());
        }
        serde_json::to_vec(&feed).expect("a feed has string keys only")
    }

    /// A table, one meet-up a row. An empty one has its head alone: programs read it.
    pub(super) fn csv(&self) -> Vec<u8> {
        let head = COLUMNS.map(str::to_owned).to_vec();
        let rows = self.listing.meetups.iter().map(|meetup| {
            let facts = serde_json::to_value(Facts::of(meetup)).expect("facts have string keys");
            COLUMNS.iter().map(|column| cell(&facts[*column])).collect()
        });
        written(&std::iter::once(head).chain(rows).collect())
    }
}

/// The columns of the table.
const COLUMNS: [&str; 23] = [
    "id",
    "title",
    "status",
    "startsAt",
    "endsAt",
    "timeZone",
    "starts",
    "attendance",
    "venueName",
    "venueAddress",
    "stepFree",
    "hearingLoop",
    "quietSpace",
    "alcoholFree",
    "points",
    "group",
    "region",
    "host",
    "bookingUrl",
    "url",
    "icsUrl",
    "licence",
    "attribution",
];

/// A meet-up as flat facts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts<'a> {
    id: &'a str,
    title: &'a str,
    status: &'static str,
    starts_at: String,
    ends_at: String,
    time_zone: &'static str,
    starts: &'a str,
    attendance: &'static str,
    venue_name: Option<&'a str>,
    venue_address: Option<&'a str>,
    step_free: Option<bool>,
    hearing_loop: Option<bool>,
    quiet_space: Option<bool>,
    alcohol_free: Option<bool>,
    points: String,
    group: &'a str,
    region: &'a str,
    host: Option<&'a str>,
    booking_url: Option<&'a str>,
    url: &'a str,
    ics_url: &'a str,
    licence: Option<&'a str>,
    attribution: Option<&'a str>,
}

impl<'a> Facts<'a> {
    fn of(meetup: &'a Meetup) -> Self {
        let venue = meetup.venue.as_ref();
        let labels: Vec<_> = meetup.points.iter().map(|point| point.label.as_str()).collect();
        Self {
            id: &meetup.id,
            title: &meetup.title,
            status: meetup.status.name(),
            starts_at: instant(meetup.starts_at),
            ends_at: instant(meetup.ends_at),
            time_zone: meetup.time_zone.name(),
            starts: &meetup.starts,
            attendance: meetup.attendance.name(),
            venue_name: venue.map(|venue| venue.name.as_str()),
            venue_address: venue.and_then(|venue| venue.address.as_deref()),
            step_free: venue.and_then(|venue| venue.step_free),
            hearing_loop: venue.and_then(|venue| venue.hearing_loop),
            quiet_space: venue.and_then(|venue| venue.quiet_space),
            alcohol_free: venue.and_then(|venue| venue.alcohol_free),
            points: labels.join("; "),
            group: &meetup.group.name,
            region: &meetup.group.region.name,
            host: meetup.host.as_ref().map(|host| host.name.as_str()),
            booking_url: meetup.booking_url.as_deref(),
            url: &meetup.url,
            ics_url: &meetup.ics_url,
            licence: meetup.provenance.licence.as_deref(),
            attribution: meetup.provenance.attribution.as_deref(),
        }
    }
}

/// The day first: lists of titles are read from the left.
fn dated_title(meetup: &Meetup, language: Language) -> String {
    let when = match meetup.starts.split_once(", ") {
        Some((time, day)) => format!("{day}, {time}"),
        None => meetup.starts.clone(),
    };
    format!("{when}: {}", meetup.told_title(language))
}

fn text(meetup: &Meetup, language: Language) -> String {
    let place = meetup.venue.as_ref().map(|venue| venue.line());
    let parts = [
        Some(meetup.attendance_label(language).to_owned()),
        place,
        Some(meetup.group.name.clone()),
        meetup.summary.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// RSS does not say whether a title is text or HTML, and readers differ: one without brackets is the
/// same as either.
fn without_brackets(title: &str) -> String {
    title.replace('<', "‹").replace('>', "›")
}

/// The same for ever, wherever the gateway moves.
fn lasting_id(of: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("folkmoot:{of}").as_bytes()).urn().to_string()
}

fn linked(rel: &str, address: &str, kind: Option<&str>) -> atom::Link {
    atom::Link {
        rel: rel.to_owned(),
        href: address.to_owned(),
        mime_type: kind.map(str::to_owned),
        ..atom::Link::default()
    }
}

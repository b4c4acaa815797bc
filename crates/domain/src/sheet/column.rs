//! The columns of each kind of sheet: the documentation, the template and what reading looks for
//! are one table.

use super::{
    assessments, context::SheetContext, introductions, needs, reading::SheetKind, responses,
    table::column_name, topics,
};

/// A column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the template spells it; case, spaces and hyphens do not matter.
    pub name: &'static str,
    /// True if the column must be there and each of its cells filled; where rows belong together,
    /// one cell of what they share.
    pub required: bool,
    /// What it takes, in a sentence.
    pub takes: &'static str,
    /// A cell of it.
    pub example: &'static str,
    /// Other names that people give it.
    pub(super) also: &'static [&'static str],
}

impl Column {
    pub(super) const fn new(
        name: &'static str,
        takes: &'static str,
        example: &'static str,
    ) -> Self {
        Self { name, required: false, takes, example, also: &[] }
    }

    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    pub(super) fn is_called(&self, title: &str) -> bool {
        let given = column_name(title);
        std::iter::once(&self.name).chain(self.also).any(|name| column_name(name) == given)
    }
}

pub(super) const COUNCIL: Column =
    Column::new("council", "A council's name, three-letter code or GSS code.", "Camden").also(&[
        "authority",
        "local authority",
        "council name",
    ]);
const GROUP: Column = Column::new(
    "group",
    "The peer group's short name or name; may be empty where the region has one group only.",
    "",
)
.also(&["peer group"]);
pub(super) const KEY: Column = Column::new("key", "", "").also(&["id", "reference"]);
pub(super) const POINTS: Column = Column::new(
    "points",
    "Points of the standard by label, short name or reference, separated by semicolons.",
    "agile; user-research",
)
.also(&["topics", "point", "topic"]);

const MEMBERSHIPS: &[Column] = &[
    COUNCIL.required(),
    GROUP,
    Column::new(
        "home",
        "Yes if the council counts in this group's statistics, no if it attends as a guest; yes \
         if empty. A council has one home at a time.",
        "yes",
    ),
    Column::new("starts_on", "The first day of membership; open if empty.", "2016-07-07")
        .also(&["start", "from", "joined"]),
    Column::new(
        "ends_on",
        "The first day on which it is no longer a member; still a member if empty.",
        "",
    )
    .also(&["end", "until", "left"]),
];

const MEETUPS: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the group and the start, so a meet-up that is moved \
                becomes another.",
        ..KEY
    },
    GROUP,
    Column::new("title", "One line, at most 200 characters.", "Agile in a council that buys")
        .required(),
    Column::new("date", "A day: 2027-01-14, 14/01/2027 or 14 January 2027.", "2027-01-14")
        .required()
        .also(&["day", "starts on"]),
    Column::new("start_time", "By the clock on the wall: 18:30 or 6:30pm.", "18:30")
        .required()
        .also(&["start", "time", "starts at"]),
    Column::new("end_time", "On the same day; two hours after the start if empty.", "20:30")
        .also(&["end", "ends at"]),
    Column::new(
        "status",
        "Planned, invited, confirmed, cancelled or held; planned if empty.",
        "planned",
    ),
    Column::new("attendance", "In person, online or hybrid; in person if empty.", "in person"),
    POINTS,
    Column::new(
        "summary",
        "A paragraph, at most 2,000 characters.",
        "What we learned from two years of sprints.",
    )
    .also(&["description"]),
    Column::new("host", "The council that hosts: name, code or GSS code.", "Camden"),
    Column::new("venue", "The name of the place, at most 120 characters.", "Town Hall"),
    Column::new("address", "One line, at most 300 characters.", "High Street, first floor"),
    Column::new("step_free", "Yes or no; not known if empty.", "yes"),
    Column::new("hearing_loop", "Yes or no; not known if empty.", "yes"),
    Column::new("quiet_space", "Yes or no; not known if empty.", ""),
    Column::new("alcohol_free", "Yes or no; not known if empty.", "yes"),
    Column::new(
        "talks",
        "Title | given by, separated by semicolons. Speakers by role or organisation, not by name.",
        "Agile without developers | Camden",
    )
    .also(&["speakers"]),
    Column::new("booking_url", "An https address.", "https://example.org/book")
        .also(&["booking", "booking link"]),
    Column::new("materials_url", "An https address of notes and slides.", "")
        .also(&["materials", "slides"]),
    Column::new(
        "attended",
        "The councils that came, separated by semicolons. Only the region's coordinators see them.",
        "",
    )
    .also(&["councils", "came"]),
];

const CASE_STUDIES: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the council and the title.",
        ..KEY
    },
    Column::new("title", "One line, at most 200 characters.", "Missed bins, found by testing")
        .required(),
    Column::new(
        "summary",
        "A paragraph, at most 2,000 characters.",
        "We watched residents report a missed bin, and changed the form.",
    )
    .required()
    .also(&["description"]),
    Column { required: false, ..COUNCIL },
    POINTS,
    Column::new("link", "The https address of the whole text.", "https://example.org/missed-bins")
        .also(&["url", "website"]),
    Column::new("published_on", "The day of publication, not in the future.", "2026-05-20")
        .required()
        .also(&["published", "date"]),
    Column::new("reviewed_on", "The day on which somebody last checked that it still holds.", "")
        .also(&["reviewed"]),
];

const OFFERS: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the council, the kind and the point.",
        ..KEY
    },
    COUNCIL.required(),
    Column::new("kind", "Advise, speak, host, assess or share code.", "speak").required(),
    Column::new(
        "point",
        "A point of the standard by label, short name or reference; any if empty.",
        "agile",
    )
    .also(&["topic"]),
    Column::new("remote", "Yes if it needs no travel; no if empty.", "yes"),
    Column::new("available_from", "From which day on; at once if empty.", ""),
    Column::new(
        "note",
        "A sentence, at most 500 characters.",
        "Half an hour, with time for questions.",
    )
    .also(&["notes"]),
    Column::new(
        "ask_url",
        "The https address of the page where one asks for it; never a person's address.",
        "https://example.org/ask",
    )
    .required()
    .also(&["ask", "link", "url"]),
    Column::new("offered_on", "The day on which it was offered, not in the future.", "2026-05-20")
        .required()
        .also(&["offered", "date"]),
];

/// The columns of a kind of sheet, in the order of its template.
pub fn columns(kind: SheetKind) -> &'static [Column] {
    match kind {
        SheetKind::Memberships => MEMBERSHIPS,
        SheetKind::Meetups => MEETUPS,
        SheetKind::CaseStudies => CASE_STUDIES,
        SheetKind::Offers => OFFERS,
        SheetKind::Responses => responses::COLUMNS,
        SheetKind::Needs => needs::COLUMNS,
        SheetKind::Topics => topics::COLUMNS,
        SheetKind::Introductions => introductions::COLUMNS,
        SheetKind::Assessments => assessments::COLUMNS,
    }
}

/// A sheet to begin with for a region: of responses, a row for each council at home in it on the
/// round's day and two columns for each point of the round's standard; of other kinds, the
/// [`template`]. The error is a sentence that says what is missing.
pub fn template_for(kind: SheetKind, context: &SheetContext<'_>) -> Result<String, String> {
    match kind {
        SheetKind::Responses => responses::blank(context),
        _ => Ok(template(kind)),
    }
}

/// A CSV with the header and one row that shows what the cells look like.
pub fn template(kind: SheetKind) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for cell in [|column: &Column| column.name, |column: &Column| column.example] {
        let record = columns(kind).iter().map(cell);
        writer.write_record(record).expect("memory takes every write, and rows have one length");
    }
    written(writer)
}

/// What was written into memory, as text.
pub(super) fn written(writer: csv::Writer<Vec<u8>>) -> String {
    let bytes = writer.into_inner().expect("memory takes every write");
    String::from_utf8(bytes).expect("only text was written")
}

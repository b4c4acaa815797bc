//! What visitors of councils' sites read in the languages of those sites.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::{enumerated, spoken_start};

/// A language of a council's site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    English,
    Welsh,
}

/// Fixed words in one language.
pub(super) struct Words {
    pub(super) meetups: &'static str,
    pub(super) none_planned: &'static str,
    pub(super) none_planned_more: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) in_person: &'static str,
    pub(super) online: &'static str,
    pub(super) hybrid: &'static str,
    pub(super) step_free: &'static str,
    pub(super) hearing_loop: &'static str,
    pub(super) quiet_space: &'static str,
    pub(super) alcohol_free: &'static str,
    pub(super) book: &'static str,
    pub(super) calendar: &'static str,
    pub(super) all: &'static str,
    pub(super) topics: &'static str,
    pub(super) unavailable: &'static str,
    pub(super) refused: &'static str,
    pub(super) for_editors: &'static str,
}

const ENGLISH: Words = Words {
    meetups: "Meet-ups",
    none_planned: "No meet-ups planned yet",
    none_planned_more: "None is planned at the moment. New ones appear here by themselves.",
    cancelled: "Cancelled",
    in_person: "In person",
    online: "Online",
    hybrid: "In person and online",
    step_free: "Step-free access",
    hearing_loop: "Hearing loop",
    quiet_space: "Quiet space",
    alcohol_free: "Alcohol-free",
    book: "Book a place",
    calendar: "Add to calendar",
    all: "All meet-ups",
    topics: "About",
    unavailable: "Meet-ups cannot be shown just now",
    refused: "Meet-ups cannot be shown here: the settings of this list need to be corrected.",
    for_editors: "For the editors of this site",
};

const WELSH: Words = Words {
    meetups: "Cyfarfodydd",
    none_planned: "Dim cyfarfodydd wedi’u trefnu eto",
    none_planned_more: "Nid oes dim wedi’i drefnu ar hyn o bryd. Bydd rhai newydd yn ymddangos yma.",
    cancelled: "Wedi’i ganslo",
    in_person: "Wyneb yn wyneb",
    online: "Ar-lein",
    hybrid: "Wyneb yn wyneb ac ar-lein",
    step_free: "Mynediad heb risiau",
    hearing_loop: "Dolen glyw",
    quiet_space: "Lle tawel",
    alcohol_free: "Di-alcohol",
    book: "Archebu lle",
    calendar: "Ychwanegu at y calendr",
    all: "Pob cyfarfod",
    topics: "Pynciau",
    unavailable: "Ni ellir dangos y cyfarfodydd ar hyn o bryd",
    refused: "Ni ellir dangos y cyfarfodydd yma: mae angen cywiro gosodiadau’r rhestr hon.",
    for_editors: "I olygyddion y wefan hon",
};

impl Language {
    /// The language that a tag such as `cy` or `en-GB` names, of those that are spoken here.
    pub(super) fn named(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "cy" => Some(Self::Welsh),
            _ => None,
        }
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Welsh => &WELSH,
        }
    }

    /// What a list says whose council was abolished.
    pub(super) fn replaced(self, old: &str, new: &[String]) -> String {
        match self {
            Self::English => format!("{old} is now {}.", self.listed(new)),
            Self::Welsh => format!("{} sydd bellach yn lle {old}.", self.listed(new)),
        }
    }

    /// Why a list stays empty whose councils belong to no peer group here.
    pub(super) fn without_group(self, councils: &[String]) -> String {
        let listed = self.listed(councils);
        match (self, councils) {
            (Self::English, [_]) => format!("{listed} belongs to no peer group here"),
            (Self::English, _) => format!("{listed} belong to no peer group here"),
            (Self::Welsh, _) => format!("Nid yw {listed} yn perthyn i unrhyw grŵp cymheiriaid yma"),
        }
    }

    /// Why a list stays empty: the ones do not belong to the other.
    pub(super) fn apart(self, ones: &[String], other: &str) -> String {
        let listed = self.listed(ones);
        match (self, ones) {
            (Self::English, [_]) => format!("{listed} does not belong to {other}"),
            (Self::English, _) => format!("{listed} do not belong to {other}"),
            (Self::Welsh, _) => format!("Nid yw {listed} yn perthyn i {other}"),
        }
    }

    /// What a list says that lacks regions.
    pub(super) fn missing(self, regions: &[String]) -> String {
        let regions = self.listed(regions);
        match self {
            Self::English => {
                format!("Some meet-ups may be missing: {regions} cannot be reached just now.")
            }
            Self::Welsh => {
                format!(
                    "Gall rhai cyfarfodydd fod ar goll: ni ellir cyrraedd {regions} ar hyn o bryd."
                )
            }
        }
    }

    /// What a list says in which some rows are older than they should be; `as_of` is the oldest's.
    pub(super) fn stale(self, regions: &[String], as_of: Option<DateTime<Utc>>) -> String {
        let is_one = regions.len() == 1;
        let regions = self.listed(regions);
        let since = as_of.map(|at| spoken_start(at, London, self.tag()));
        match (self, since) {
            (Self::English, Some(since)) if is_one => {
                format!(
                    "Some of this may be out of date: {regions} was last heard from at {since}."
                )
            }
            (Self::English, Some(since)) => {
                format!(
                    "Some of this may be out of date: {regions} were last heard from at {since} \
                     or later."
                )
            }
            (Self::English, None) => format!("Some of this may be out of date: {regions}."),
            (Self::Welsh, Some(since)) => {
                format!(
                    "Gall rhywfaint o hyn fod wedi dyddio: clywyd ddiwethaf gan {regions} am {since}."
                )
            }
            (Self::Welsh, None) => format!("Gall rhywfaint o hyn fod wedi dyddio: {regions}."),
        }
    }

    /// Several names in one sentence.
    pub(super) fn listed(self, names: &[String]) -> String {
        let and = match self {
            Self::English => "and",
            Self::Welsh => "a/ac",
        };
        enumerated(names, and)
    }
}

//! The demo nation: made-up regions, meet-ups, case studies, offers, rounds of self-assessment
//! and peer-led assessments around a given day, on the real register and standards.
//!
//! Pure and deterministic: the same register and day give the same rows, and a row keeps its id
//! from day to day. What is said lies in the CSV files beside the modules; the code places it in
//! time. Everything here is made up and marked as synthetic; only the names and areas of the
//! five known peer groups, and the day on which London's first met, are facts.

mod assessments;
mod case_studies;
mod chance;
mod meetups;
mod needs;
mod networks;
mod offers;
mod responses;
mod rounds;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use folkmoot_domain::{
    Assessment, CaseStudy, Council, CouncilId, Introduction, Link, Meetup, Membership, Need, Offer,
    PeerGroup, PointId, Provenance, Region, RegionId, Response, Round, Series, Standard, Topic,
    london_day_start,
};
use serde::de::DeserializeOwned;

use networks::{NETWORKS, Network};

/// The standard that the demo's topics are points of.
const STANDARD: &str = "lgdss-2016";

/// Register codes of councils that publish their own answers.
const PUBLISHING: [&str; 3] = ["CRY", "DER", "BUC"];

/// Five regions that take part and one on trial, with all that they share.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Demo {
    pub regions: Vec<Region>,
    pub groups: Vec<PeerGroup>,
    pub memberships: Vec<Membership>,
    pub series: Vec<Series>,
    pub meetups: Vec<Meetup>,
    pub case_studies: Vec<CaseStudy>,
    pub offers: Vec<Offer>,
    pub needs: Vec<Need>,
    pub topics: Vec<Topic>,
    pub introductions: Vec<Introduction>,
    pub rounds: Vec<Round>,
    pub responses: Vec<Response>,
    /// Councils that publish their own answers, with their region.
    pub publications: Vec<(RegionId, CouncilId)>,
    pub assessments: Vec<Assessment>,
}

/// The demo nation as it stands on a day. Rows about a council or point that the reference data
/// lacks are left out.
pub fn demo(councils: &[Council], standards: &[Standard], today: NaiveDate) -> Demo {
    let setting = Setting::new(councils, standards, today);
    let unanswered = unanswered(&setting);
    Demo {
        responses: responses::responses(&setting, &unanswered.memberships, &unanswered.rounds),
        ..unanswered
    }
}

/// All but the responses, which are a hundred times as many as everything else.
fn unanswered(setting: &Setting<'_>) -> Demo {
    let memberships = networks::memberships(setting);
    let (offers, needs) = (offers::offers(setting), needs::needs(setting));
    Demo {
        regions: NETWORKS.iter().map(Network::demo_region).collect(),
        groups: NETWORKS.iter().map(Network::group).collect(),
        series: meetups::series(),
        meetups: meetups::meetups(setting, &memberships),
        case_studies: case_studies::case_studies(setting),
        topics: needs::topics(setting),
        introductions: needs::introductions(setting, &needs, &offers),
        rounds: rounds::rounds(setting),
        responses: Vec::new(),
        publications: publications(setting),
        assessments: assessments::assessments(setting),
        memberships,
        offers,
        needs,
    }
}

fn publications(setting: &Setting<'_>) -> Vec<(RegionId, CouncilId)> {
    let publication =
        |code| Some((Network::of_council(code)?.region_id(), setting.council(code)?.id));
    PUBLISHING.into_iter().filter_map(publication).collect()
}

/// Regions with their peer groups, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct KnownNetworks {
    pub regions: Vec<Region>,
    pub groups: Vec<PeerGroup>,
}

/// The five peer groups that are known, for an instance that begins without the demo. Nothing
/// in them is made up, so they have no members: those are for their coordinators to enter.
pub fn known_networks() -> KnownNetworks {
    let known = || NETWORKS.iter().filter(|network| !network.is_on_trial);
    KnownNetworks {
        regions: known().map(Network::region).collect(),
        groups: known().map(Network::group).collect(),
    }
}

/// What the demo is placed in: the day, and the reference data by the names that the files use.
struct Setting<'a> {
    today: NaiveDate,
    councils: HashMap<&'a str, &'a Council>,
    points: HashMap<&'a str, PointId>,
    standards: &'a [Standard],
}

impl<'a> Setting<'a> {
    fn new(councils: &'a [Council], standards: &'a [Standard], today: NaiveDate) -> Self {
        let standard = standards.iter().find(|standard| standard.code == STANDARD);
        let points = standard.into_iter().flat_map(|standard| &standard.points);
        Self {
            today,
            councils: councils.iter().map(|council| (council.code.as_str(), council)).collect(),
            points: points.map(|point| (point.slug.as_str(), point.id)).collect(),
            standards,
        }
    }

    fn standard(&self, code: &str) -> Option<&'a Standard> {
        self.standards.iter().find(|standard| standard.code == code)
    }

    fn council(&self, code: &str) -> Option<&'a Council> {
        self.councils.get(code).copied()
    }

    /// The points behind slugs with spaces between them.
    fn points(&self, slugs: &str) -> Vec<PointId> {
        slugs.split_whitespace().filter_map(|slug| self.points.get(slug).copied()).collect()
    }

    /// The start of the day stands for the time of reading, so that the hour does not matter.
    fn provenance(&self) -> Provenance {
        Provenance {
            system: "demo".to_owned(),
            received_at: london_day_start(self.today),
            synthetic: true,
        }
    }
}

/// The rows of one of the CSV files beside the modules.
fn rows<T: DeserializeOwned>(csv: &str) -> Vec<T> {
    csv::Reader::from_reader(csv.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("the file is compiled in, and read by the tests"))
        .collect()
}

/// An address that can never be anybody's: RFC 2606 keeps example.org for examples.
fn example_link(path: &str) -> Link {
    Link::parse(&format!("https://example.org/{path}"))
        .expect("paths are slugs, dates and slashes; https and short")
}

//! Questions to the public API, made up by chance from a small grammar.

use chrono::{DateTime, Days, Utc};
use fastrand::Rng;
use serde_json::{Value, json};

use super::rows::{COUNCILS, OTHER_POINTS, OTHER_STANDARD, POINTS, REGIONS};

/// A list of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Meetups,
    CaseStudies,
    Offers,
    Assessments,
}

impl List {
    pub(super) const ALL: [Self; 4] =
        [Self::Meetups, Self::CaseStudies, Self::Offers, Self::Assessments];

    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Meetups => "meetups",
            Self::CaseStudies => "caseStudies",
            Self::Offers => "offers",
            Self::Assessments => "serviceAssessments",
        }
    }

    /// The type of its rows.
    fn kind(self) -> &'static str {
        match self {
            Self::Meetups => "Meetup",
            Self::CaseStudies => "CaseStudy",
            Self::Offers => "Offer",
            Self::Assessments => "ServiceAssessment",
        }
    }

    /// What is asked of a row: all that does not say where it lies or by which gateway it is shown.
    fn members(self) -> &'static str {
        match self {
            Self::Meetups => {
                "id title summary status startsAt endsAt timeZone starts attendance
                 venue { name address stepFree hearingLoop quietSpace alcoholFree }
                 points { ref } talks { title givenBy } group { slug name region { code } }
                 host { code } bookingUrl materialsUrl provenance { region synthetic }"
            }
            Self::CaseStudies => {
                "id title summary council { code } region { code } points { ref } publishedAt
                 reviewedOn link provenance { region synthetic }"
            }
            Self::Offers => {
                "id kind council { code } region { code } point { ref } remote availableFrom note
                 madeAt askUrl provenance { region synthetic }"
            }
            Self::Assessments => {
                "id service council { code } region { code } standard { code } stage type heldOn
                 scheme result { code rag } because panel { role council { code } }
                 points { point { ref } outcome { code } doneWell advice
                   actions { text dueOn doneOn open } }
                 openActions previous { id service } isPublic provenance { region synthetic }"
            }
        }
    }

    /// A page, with these members of each row.
    fn page(self, members: &str) -> String {
        format!(
            "{{ totalCount complete gaps {{ region reason }} nodes {{ {members} }}
               pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        )
    }
}

/// One list with its narrowing arguments, which can be walked.
#[derive(Debug)]
pub(super) struct Walk {
    list: List,
    narrowed: String,
    pub(super) size: usize,
}

impl Walk {
    /// The query of a page. The same variables go on from any cursor.
    pub(super) fn query(&self) -> String {
        let Self { list, narrowed, .. } = self;
        let (field, page) = (list.field(), list.page(list.members()));
        format!(
            "query($first: Int, $after: String, $last: Int, $before: String) {{
               list: {field}({narrowed} first: $first, after: $after, last: $last, before: $before)
               {page} }}"
        )
    }
}

/// A question that is asked once.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) query: String,
    pub(super) variables: Value,
}

/// What makes them up.
pub(super) struct Grammar {
    pub(super) chance: Rng,
    pub(super) base: DateTime<Utc>,
    /// The global ids of rows.
    pub(super) ids: Vec<(List, String)>,
}

impl Grammar {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.chance.usize(..of.len())]
    }

    /// Now and then, so that most questions are narrowed by one or two things.
    fn rarely(&mut self) -> bool {
        self.chance.u8(..4) == 0
    }

    fn region(&mut self) -> String {
        format!("\"{}\"", self.one(&REGIONS))
    }

    fn point(&mut self) -> String {
        match self.rarely() {
            true => format!("\"{OTHER_STANDARD}/{}\"", self.chance.u16(1..=OTHER_POINTS)),
            false => format!("\"lgdss-2016/{}\"", self.chance.u16(1..=POINTS)),
        }
    }

    fn council(&mut self) -> String {
        let number = self.chance.u32(..COUNCILS);
        match self.chance.bool() {
            true => format!("\"council-{number}\""),
            false => format!("\"AA{}\"", char::from(b'A' + number as u8)),
        }
    }

    fn day(&mut self) -> String {
        let day = self.base.date_naive() - Days::new(12) + Days::new(self.chance.u64(..24));
        format!("\"{day}\"")
    }

    /// A list of one or two values.
    fn some(&mut self, of: &[&str]) -> String {
        format!("[{}, {}]", self.one(of), self.one(of))
    }

    fn narrowed(&mut self, list: List) -> String {
        let mut all = match list {
            List::Meetups => self.narrowed_meetups(),
            List::CaseStudies => self.narrowed_case_studies(),
            List::Offers => self.narrowed_offers(),
            List::Assessments => self.narrowed_assessments(),
        };
        if self.rarely() {
            all.push(format!("region: {}", self.region()));
        }
        all.push(String::new());
        all.join(", ")
    }

    fn narrowed_meetups(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        if self.chance.u8(..4) > 0 {
            all.push(format!("when: {}", self.one(&["ALL", "ALL", "PAST", "UPCOMING"])));
        }
        if self.rarely() {
            all.push(format!("from: {}", self.day()));
        }
        if self.rarely() {
            all.push(format!("to: {}", self.day()));
        }
        if self.rarely() {
            all.push(format!("forCouncil: {}", self.council()));
        }
        if self.rarely() {
            all.push(format!("host: {}", self.council()));
        }
        if self.rarely() {
            all.push(format!("point: {}", self.point()));
        }
        if self.rarely() {
            all.push(format!("attendance: {}", self.one(&["IN_PERSON", "ONLINE", "HYBRID"])));
        }
        if self.rarely() {
            let status = ["PLANNED", "INVITED", "CONFIRMED", "CANCELLED", "HELD"];
            all.push(format!("status: {}", self.some(&status)));
        }
        all
    }

    fn narrowed_case_studies(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        if self.rarely() {
            all.push(format!("point: {}", self.point()));
        }
        if self.rarely() {
            all.push(format!("council: {}", self.council()));
        }
        if self.rarely() {
            all.push(format!("councilType: {}", self.one(&["UNITARY", "COUNTY"])));
        }
        all
    }

    fn narrowed_offers(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        if self.rarely() {
            all.push(format!("point: {}", self.point()));
        }
        if self.rarely() {
            all.push(self.kinds());
        }
        if self.rarely() {
            all.push(format!("remote: {}", self.chance.bool()));
        }
        all
    }

    fn kinds(&mut self) -> String {
        format!("kind: {}", self.some(&["ADVISE", "SPEAK", "HOST", "ASSESS", "SHARE_CODE"]))
    }

    fn narrowed_assessments(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        if self.rarely() {
            all.push(format!("council: {}", self.council()));
        }
        if self.rarely() {
            all.push(self.stages());
        }
        all
    }

    fn stages(&mut self) -> String {
        format!("stage: {}", self.some(&["DISCOVERY", "ALPHA", "BETA", "LIVE"]))
    }

    /// From either end.
    fn number(&mut self, most: usize) -> String {
        let number = self.chance.usize(1..=most);
        format!("{}: {number}", self.one(&["first", "last"]))
    }

    /// A list to be walked.
    pub(super) fn walk(&mut self) -> Walk {
        let list = self.one(&List::ALL);
        Walk { list, narrowed: self.narrowed(list), size: self.chance.usize(1..=9) }
    }

    /// Any question that stands by itself.
    pub(super) fn question(&mut self) -> Question {
        match self.chance.u8(..8) {
            0..3 => self.lists(),
            3 => self.by_id(),
            4 => self.by_ids(),
            5 => self.of_council(),
            6 => self.of_region(),
            _ => self.of_rows(),
        }
    }

    /// One to three lists in one query.
    fn lists(&mut self) -> Question {
        let lists: String = (0..self.chance.u8(1..=3))
            .map(|n| {
                let list = self.one(&List::ALL);
                let (narrowed, number) = (self.narrowed(list), self.number(20));
                let (field, page) = (list.field(), list.page(list.members()));
                format!("list{n}: {field}({narrowed}{number}) {page}\n")
            })
            .collect();
        Question { query: format!("{{ {lists} }}"), variables: json!({}) }
    }

    fn id(&mut self) -> (List, String) {
        let place = self.chance.usize(..self.ids.len());
        self.ids[place].clone()
    }

    /// Mostly by the field of the id's own kind.
    fn by_id(&mut self) -> Question {
        let (list, id) = self.id();
        let asked = if self.rarely() { self.one(&List::ALL) } else { list };
        let field = match asked {
            List::Meetups => "meetup",
            List::CaseStudies => "caseStudy",
            List::Assessments => "serviceAssessment",
            List::Offers => "node",
        };
        let members = asked.members();
        let of =
            if field == "node" { format!("... on Offer {{ {members} }}") } else { members.into() };
        let query = format!("query($id: ID!) {{ {field}(id: $id) {{ __typename {of} }} }}");
        Question { query, variables: json!({ "id": id }) }
    }

    /// Many of any kind, some twice.
    fn by_ids(&mut self) -> Question {
        let ids: Vec<_> = (0..self.chance.u8(1..12)).map(|_| self.id().1).collect();
        // Each member under a name of its kind, as types differ in what may be null.
        let kinds: String =
            List::ALL.map(|list| format!("... on {} {{ id }}\n", list.kind())).concat();
        let list = self.one(&List::ALL);
        let of = format!("... on {} {{ {} }}", list.kind(), list.members());
        let query =
            format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {kinds} {of} }} }}");
        Question { query, variables: json!({ "ids": ids }) }
    }

    /// The lists within a council, a region or a point, of few rows each.
    fn within(&mut self, lists: &[List]) -> String {
        let mut all = String::new();
        for list in lists {
            let mut narrowed = String::new();
            if *list == List::Meetups {
                narrowed = format!("when: {}, ", self.one(&["ALL", "PAST", "UPCOMING"]));
            }
            if *list == List::Assessments && self.rarely() {
                narrowed = format!("{}, ", self.stages());
            }
            if *list == List::Offers && self.rarely() {
                narrowed = format!("{}, ", self.kinds());
            }
            let page = list.page(if self.rarely() { list.members() } else { "id" });
            all += &format!("{}({narrowed}{}) {page}\n", list.field(), self.number(5));
        }
        all
    }

    fn of_council(&mut self) -> Question {
        let (council, lists) = (self.council(), self.within(&List::ALL));
        let query = format!(
            "{{ council(ref: {council}) {{ code region {{ code }} groups {{ slug }} {lists} }} }}"
        );
        Question { query, variables: json!({}) }
    }

    fn of_region(&mut self) -> Question {
        let lists = [List::Meetups, List::CaseStudies, List::Offers];
        let (region, point, lists) = (self.region(), self.point(), self.within(&lists));
        let groups = self.within(&[List::Meetups]);
        let query = match self.chance.u8(..4) {
            0 => format!(
                "{{ region(ref: {region}) {{ code name {lists}
                    groups {{ slug name {groups} members(first: 20) {{ nodes {{ code }} }} }} }} }}"
            ),
            1 => format!("{{ point(ref: {point}) {{ ref {lists} }} }}"),
            2 => format!("{{ regions {{ code {lists} }} }}"),
            _ => format!("{{ peerGroups(first: 9) {{ nodes {{ slug {groups} }} }} }}"),
        };
        Question { query, variables: json!({}) }
    }

    /// From rows to their council or group and what else there is of it.
    fn of_rows(&mut self) -> Question {
        let (narrowed, number) = (self.narrowed(List::Meetups), self.number(5));
        let (group, host) = (self.within(&[List::Meetups]), self.within(&List::ALL));
        let meetups = format!(
            "meetups({narrowed}{number}) {{ nodes {{ id
               group {{ slug {group} }} host {{ code {host} }} }} }}"
        );
        let (narrowed, number) = (self.narrowed(List::Offers), self.number(5));
        let point = self.within(&[List::Meetups, List::CaseStudies, List::Offers]);
        let offers = format!(
            "offers({narrowed}{number}) {{ nodes {{ id council {{ code {host} }}
               point {{ ref {point} }} }} }}"
        );
        let query = if self.chance.bool() { meetups } else { offers };
        Question { query: format!("{{ {query} }}"), variables: json!({}) }
    }
}

//! The tables that a view asks for, and everything else that it needs to know, as one document:
//! what stands on a page is of one instant.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    super::admission::Asker,
    super::{
        App,
        own::{self, Said, Unsaid},
    },
    figures::Table,
    wanted::{Measure, Panel, Wanted},
};

/// The words of a table, with the types of their variables.
const WORDS: [(&str, &str); 9] = [
    ("groupBy", "GroupBy!"),
    ("period", "Period!"),
    ("fromYear", "Int"),
    ("toYear", "Int"),
    ("standard", "String"),
    ("points", "[PointRef!]"),
    ("measure", "Measure"),
    ("panel", "Panel!"),
    ("region", "RegionRef"),
];

/// What is read of a table.
const TABLE: &str = "{
    note complete csvUrl
    coverage { regionsIncluded regionsExpected councilsResponded councilsEligible councils }
    rows {
      period group groupName pointRef pointNumber pointLabel measure panel
      shareAt3OrMore shareAt3OrMoreBefore rounded median
      level0 level1 level2 level3 level4 notRated responded eligible
      marker lowReliability breakBefore breakReason
    }
  }";

/// One table.
#[derive(Clone, Debug)]
pub(super) struct Question {
    variables: Map<String, Value>,
}

impl Question {
    /// The table of what is wanted, of this measure, or of both.
    pub(super) fn of(wanted: &Wanted, measure: Option<Measure>, panel: Panel) -> Self {
        let period = if wanted.is_latest { "LATEST" } else { "HALF_YEAR" };
        let given = [
            ("groupBy", json!(wanted.group_by())),
            ("period", json!(period)),
            ("fromYear", json!(wanted.from_year)),
            ("toYear", json!(wanted.to_year)),
            ("standard", json!(wanted.standard)),
            ("points", wanted.point.as_ref().map_or(Value::Null, |point| json!([point]))),
            ("measure", json!(measure)),
            ("panel", json!(panel)),
            ("region", json!(wanted.region)),
        ];
        let given = given.into_iter().filter(|(_, value)| !value.is_null());
        Self { variables: given.map(|(word, value)| (word.to_owned(), value)).collect() }
    }

    /// Where the playground asks the same.
    pub(super) fn playground(&self) -> String {
        let given = WORDS.iter().filter(|(word, _)| self.variables.contains_key(*word));
        let kinds: Vec<_> = given.clone().map(|(word, kind)| format!("${word}: {kind}")).collect();
        let words: Vec<_> = given.map(|(word, _)| format!("{word}: ${word}")).collect();
        let (kinds, words) = (kinds.join(", "), words.join(", "));
        let query = format!("query Trend({kinds}) {{\n  capability({words}) {TABLE}\n}}");
        let pairs = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("query", &query)
            .append_pair("variables", &Value::Object(self.variables.clone()).to_string())
            .finish();
        format!("/playground/?{pairs}")
    }
}

/// What was said.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) standards: Vec<Standard>,
    pub(super) regions: Vec<Region>,
    /// The point that the view is of.
    pub(super) point: Option<Point>,
    /// The region that the view is of.
    pub(super) region: Option<Region>,
    table0: Table,
    table1: Option<Table>,
    table2: Option<Table>,
}

impl Answer {
    /// The tables, in the order of their questions.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Table> {
        [Some(&self.table0), self.table1.as_ref(), self.table2.as_ref()].into_iter().flatten()
    }
}

#[derive(Deserialize)]
pub(super) struct Standard {
    pub(super) code: String,
    pub(super) title: String,
}

#[derive(Deserialize)]
pub(super) struct Region {
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Point {
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) number: u32,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) standard: Standard,
    pub(super) rubric: Vec<Level>,
    pub(super) counterparts: Vec<Counterpart>,
}

#[derive(Deserialize)]
pub(super) struct Level {
    pub(super) level: u8,
    pub(super) label: String,
}

/// A point of another standard that carries this one on.
#[derive(Deserialize)]
pub(super) struct Counterpart {
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) label: String,
    pub(super) standard: Standard,
}

/// The answer to up to three questions of a view.
pub(super) async fn ask(
    app: &App,
    asker: &Asker,
    wanted: &Wanted,
    questions: &[Question],
) -> Result<Said<Answer>, Unsaid> {
    let (mut kinds, mut fields) = (Vec::new(), String::new());
    let mut variables = Map::new();
    for (place, question) in questions.iter().enumerate() {
        let mut words = Vec::new();
        for (word, kind) in WORDS {
            let Some(value) = question.variables.get(word) else { continue };
            kinds.push(format!("${word}{place}: {kind}"));
            words.push(format!("{word}: ${word}{place}"));
            variables.insert(format!("{word}{place}"), value.clone());
        }
        fields += &format!(" table{place}: capability({}) {TABLE}", words.join(", "));
    }
    if let Some(point) = &wanted.point {
        kinds.push("$point: PointRef!, $rubric: Measure!".to_owned());
        variables.insert("point".to_owned(), json!(point));
        variables.insert("rubric".to_owned(), json!(wanted.measure));
        fields += " point(ref: $point) { ref number label title standard { code title } \
            rubric(measure: $rubric) { level label } \
            counterparts { ref label standard { code title } } }";
    }
    if let Some(region) = &wanted.region {
        kinds.push("$region: RegionRef!".to_owned());
        variables.insert("region".to_owned(), json!(region));
        fields += " region(ref: $region) { code name }";
    }
    let document = format!(
        "query({}) {{ standards {{ code title }} regions {{ code name }}{fields} }}",
        kinds.join(", ")
    );
    own::ask(app, asker, &document, variables).await
}

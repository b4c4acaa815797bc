//! The published table as CSV: one fixed query through the same stages as any other, so that its
//! cells are those of the API.

use std::{collections::BTreeMap, sync::LazyLock};

use async_graphql::{Request as Query, Response as Said, Variables};
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::get,
};
use folkmoot_graphql::{Column, OwnDocument, ReadOnly, capability_columns};
use serde_json::{Map, Value, json};

use super::{
    App,
    cells::{self, Table, cell, written},
    graphql::Asked,
    own::Unsaid,
    sending::{Body, refusal},
};

/// The words that may stand in the address, with the types of their variables.
const WORDS: [(&str, &str); 10] = [
    ("groupBy", "GroupBy! = NATIONAL"),
    ("period", "Period! = LATEST"),
    ("fromYear", "Int"),
    ("toYear", "Int"),
    ("standard", "String"),
    ("points", "[PointRef!]"),
    ("measure", "Measure"),
    ("panel", "Panel! = ALL"),
    ("region", "RegionRef"),
    ("requireComplete", "Boolean! = false"),
];

/// The word that only the export has.
const SHAPE: &str = "shape";

/// What tells a row of the wide table; every other column stands there once for each measure.
const KEY: [&str; 11] = [
    "periodStart",
    "periodEnd",
    "period",
    "groupBy",
    "group",
    "groupName",
    "standard",
    "pointRef",
    "pointNumber",
    "pointLabel",
    "panel",
];

/// The measures, as the API has them and as the wide table's columns begin.
const MEASURES: [(&str, &str); 2] =
    [("UNDERSTANDING", "understanding"), ("SUPPORT_NEED", "supportNeed")];

static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(capability_columns);

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let variables: Vec<_> = WORDS.iter().map(|(name, kind)| format!("${name}: {kind}")).collect();
    let arguments: Vec<_> = WORDS.iter().map(|(name, _)| format!("{name}: ${name}")).collect();
    let columns: Vec<_> = COLUMNS.iter().map(|column| column.name.as_str()).collect();
    format!(
        "query({}) {{ capability({}) {{ rows {{ {} }} }} }}",
        variables.join(", "),
        arguments.join(", "),
        columns.join(" ")
    )
});

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/export/capability.csv", get(table))
        .route("/export/capability-columns.csv", get(guide))
}

/// `GET /export/capability.csv?groupBy=REGION&points=agile,tools&shape=wide`
async fn table(State(app): State<App>, asked: Asked, RawQuery(pairs): RawQuery) -> Response {
    let (variables, shape) = match words(pairs.as_deref().unwrap_or_default()) {
        Ok(words) => words,
        Err(message) => return refusal(&Unsaid::malformed(message)),
    };
    if let Err(refused) = app.admission.count(&asked.asker) {
        return refusal(&refused.into());
    }
    let is_anonymous = asked.viewer.token().is_none();
    let mut query = Query::new(DOCUMENT.as_str())
        .data(asked.viewer)
        .data(asked.asker.request_id)
        .data(ReadOnly);
    query = query.data(OwnDocument);
    query.variables = Variables::from_json(Value::Object(variables));
    let said = app.pipeline.answer(query).await.response;
    if let Some(refused) = refused(&said) {
        return refused;
    }
    let data = said.data.into_json().unwrap_or_default();
    let rows = data["capability"]["rows"].as_array().cloned().unwrap_or_default();
    let body = match shape {
        Shape::Long => written(&long(&rows)),
        Shape::Wide => written(&wide(&rows)),
    };
    let keep = if is_anonymous { "public, no-cache" } else { "private, no-cache" };
    let mut response = sent(&asked.headers, "capability.csv", keep, body);
    let guide = "</export/capability-columns.csv>; rel=\"describedby\"; type=\"text/csv\"";
    response.headers_mut().insert(header::LINK, HeaderValue::from_static(guide));
    response
}

/// `GET /export/capability-columns.csv`: what the columns mean.
async fn guide(headers: HeaderMap) -> Response {
    let mut table = vec![["column", "type", "mayBeEmpty", "meaning"].map(str::to_owned).to_vec()];
    table.extend(COLUMNS.iter().map(|column| {
        let may_be_empty = column.may_be_empty.to_string();
        vec![column.name.clone(), column.kind.clone(), may_be_empty, column.meaning.clone()]
    }));
    sent(&headers, "capability-columns.csv", "public, no-cache", written(&table))
}

/// One row per figure, or one per point with both measures side by side.
#[derive(Clone, Copy)]
enum Shape {
    Long,
    Wide,
}

/// The words of an address as variables; what is wrong with them otherwise.
fn words(pairs: &str) -> Result<(Map<String, Value>, Shape), String> {
    let (mut variables, mut shape) = (Map::new(), None);
    for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
        let (name, text) = (name.as_ref(), text.trim());
        let value = match name {
            SHAPE if shape.is_some() => return Err(twice(name)),
            SHAPE => {
                shape = Some(match text {
                    "long" => Shape::Long,
                    "wide" => Shape::Wide,
                    _ => return Err("`shape` is long or wide".to_owned()),
                });
                continue;
            }
            // As in the API, none is not all.
            "points" if text.is_empty() => json!([]),
            _ if text.is_empty() => return Err(format!("`{name}` is empty: leave it out")),
            "fromYear" | "toYear" => {
                let year = text.parse::<i32>();
                json!(year.map_err(|_| format!("`{name}` is a year, such as 2024"))?)
            }
            "requireComplete" => match text {
                "true" => json!(true),
                "false" => json!(false),
                _ => return Err("`requireComplete` is true or false".to_owned()),
            },
            "points" => text.split(',').map(str::trim).collect(),
            "groupBy" | "period" | "measure" | "panel" => {
                json!(text.to_ascii_uppercase().replace('-', "_"))
            }
            "standard" | "region" => json!(text),
            _ => {
                let known: Vec<_> = words_known().collect();
                return Err(format!(
                    "one of the parameters is unknown: there are {}",
                    known.join(", ")
                ));
            }
        };
        if variables.insert(name.to_owned(), value).is_some() {
            return Err(twice(name));
        }
    }
    Ok((variables, shape.unwrap_or(Shape::Long)))
}

/// All words that there are.
pub(super) fn words_known() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(name, _)| *name).chain([SHAPE])
}

fn twice(name: &str) -> String {
    format!("`{name}` stands there twice: pass it once, several points with commas between them")
}

/// What a reader is told where there is no table.
fn refused(said: &Said) -> Option<Response> {
    let errors = serde_json::to_value(&said.errors).unwrap_or_default();
    Unsaid::of(&errors).map(|unsaid| refusal(&unsaid))
}

fn long(rows: &[Value]) -> Table {
    let names: Vec<_> = COLUMNS.iter().map(|column| column.name.clone()).collect();
    let cells = |row: &Value| names.iter().map(|name| cell(&row[name.as_str()])).collect();
    let rows: Vec<_> = rows.iter().map(cells).collect();
    [names].into_iter().chain(rows).collect()
}

fn wide(rows: &[Value]) -> Table {
    let is_key = |name: &str| KEY.contains(&name) || name == "measure";
    let values: Vec<_> =
        COLUMNS.iter().map(|column| column.name.as_str()).filter(|name| !is_key(name)).collect();
    let mut names: Vec<_> = KEY.map(str::to_owned).to_vec();
    for (_, prefix) in MEASURES {
        names.extend(values.iter().map(|name| format!("{prefix}{}", capitalised(name))));
    }
    // In the order in which the first measure comes.
    let mut places: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut table: Table = vec![names];
    for row in rows {
        let key: Vec<_> = KEY.iter().map(|name| cell(&row[*name])).collect();
        let place = *places.entry(key.clone()).or_insert_with(|| {
            let empty = MEASURES.iter().flat_map(|_| values.iter().map(|_| String::new()));
            table.push(key.into_iter().chain(empty).collect());
            table.len() - 1
        });
        let measure = MEASURES.iter().position(|(name, _)| row["measure"] == *name);
        let start = KEY.len() + measure.unwrap_or_default() * values.len();
        for (cell_of, name) in table[place][start..].iter_mut().zip(&values) {
            *cell_of = cell(&row[*name]);
        }
    }
    table
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn sent(asked: &HeaderMap, name: &str, keep: &'static str, bytes: Vec<u8>) -> Response {
    let (keep, file_name) = (keep.to_owned(), Some(name.to_owned()));
    Body { bytes, media_type: cells::MEDIA_TYPE, keep, file_name }.sent(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_variables_or_an_error_that_says_what_to_write() {
        let (variables, _) =
            words("groupBy=region&points=agile, tools&fromYear=2024&requireComplete=true")
                .expect("good words");
        assert_eq!(
            Value::Object(variables),
            json!({ "groupBy": "REGION", "points": ["agile", "tools"], "fromYear": 2024, "requireComplete": true })
        );
        let (variables, _) = words("points=").expect("no points are a list, too");
        assert_eq!(Value::Object(variables), json!({ "points": [] }));
        let wrong = [
            ("group=region", "there are groupBy, period"),
            ("fromYear=last", "is a year"),
            ("requireComplete=1", "true or false"),
            ("shape=long&shape=wide", "twice"),
            ("measure=understanding&measure=support-need", "twice"),
            ("shape=pivot", "long or wide"),
            ("region=", "leave it out"),
            ("points=&points=agile", "twice"),
        ];
        for (pairs, expected) in wrong {
            let message = words(pairs).err().unwrap_or_default();
            assert!(message.contains(expected), "{pairs}: {message}");
        }
    }

    #[test]
    fn the_wide_table_puts_both_measures_in_one_row() {
        let row = |measure: &str, period: &str, median: Value| json!({ "period": period, "measure": measure, "median": median, "pointRef": "a/1" });
        let rows = [
            row("UNDERSTANDING", "2026-H1", json!(2.5)),
            row("SUPPORT_NEED", "2026-H1", json!(1)),
            row("SUPPORT_NEED", "2026-H2", Value::Null),
        ];
        let table = wide(&rows);
        let at = |name: &str| table[0].iter().position(|column| column == name).expect(name);
        assert_eq!(table.len(), 3);
        assert_eq!(table[1][at("understandingMedian")], "2.5");
        assert_eq!(table[1][at("supportNeedMedian")], "1");
        assert_eq!(
            (table[2][at("period")].as_str(), table[2][at("supportNeedMedian")].as_str()),
            ("2026-H2", "")
        );
        assert!(table.iter().all(|row| row.len() == table[0].len()));
    }
}

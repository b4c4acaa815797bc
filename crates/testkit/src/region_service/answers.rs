//! What the contract says that a service answers, from rows that are JSON.

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::london_day_start;
use serde_json::{Map, Value, json};

use super::State;

/// Field, variables that carry and switch it, kind of row, member that orders it.
const LISTS: [(&str, &str, &str, &str, &str); 4] = [
    ("meetups", "meetups", "withMeetups", "Meetup", "startsAt"),
    ("caseStudies", "caseStudies", "withCaseStudies", "CaseStudy", "publishedAt"),
    ("offers", "offers", "withOffers", "Offer", "offeredAt"),
    ("serviceAssessments", "assessments", "withAssessments", "ServiceAssessment", "heldOn"),
];

const BY_ID: [(&str, &str, &str); 4] = [
    ("meetupsById", "meetupIds", "withMeetupIds"),
    ("caseStudiesById", "caseStudyIds", "withCaseStudyIds"),
    ("offersById", "offerIds", "withOfferIds"),
    ("assessmentsById", "assessmentIds", "withAssessmentIds"),
];

/// What was closed, for who has the token alone.
fn closed(state: &State, head: &str, variables: &Value) -> Value {
    let (closed, token) = &state.closed;
    // The head is in lower case.
    let is_allowed = token.as_ref().is_some_and(|token| head.contains(&token.to_lowercase()));
    if !is_allowed {
        let extensions = json!({ "code": "SCOPE_NEEDED" });
        let error = json!({ "message": "no", "path": ["capability"], "extensions": extensions });
        return json!({ "data": { "capability": null }, "errors": [error] });
    }
    let wanted = variables["halfYears"].as_array();
    let is_wanted = |one: &&Value| wanted.is_none_or(|all| all.contains(&one["halfYear"]));
    let closed: Vec<_> = closed.iter().filter(is_wanted).collect();
    json!({ "data": { "capability": closed } })
}

pub(super) fn answer(state: &State, head: &str, body: &Value) -> Value {
    let figures = include_str!("../../../../docs/regions/capability.graphql");
    if body["query"] == figures && state.card["contract"] != "1.0" {
        return closed(state, head, &body["variables"]);
    }
    let query = include_str!("../../../../docs/regions/query.graphql");
    if body["query"] != query {
        return json!({ "errors": [{ "message": "not the contract's query" }] });
    }
    let variables = &body["variables"];
    let is_on = |switch: &str| variables[switch] == true;
    let entries = |list: &str| variables[list].as_array().cloned().unwrap_or_default();
    let mut data = Map::new();
    if is_on("describe") {
        let mut card = state.card.clone();
        if card["now"].is_null() {
            card["now"] = json!(now());
        }
        data.insert("describe".to_owned(), card);
    }
    for (field, list, switch, kind, ordered_by) in LISTS {
        if is_on(switch) {
            let pages = entries(list).into_iter().map(|page| slice(state, kind, ordered_by, &page));
            data.insert(field.to_owned(), pages.collect());
        }
    }
    for (field, list, switch) in BY_ID {
        if is_on(switch) {
            let row = |wanted: Value| {
                let is_it = |(kind, row): &&(&str, Value)| {
                    wanted["__typename"] == *kind && wanted["id"] == row["id"]
                };
                state.rows.iter().find(is_it).map(|(_, row)| row.clone())
            };
            let rows = entries(list).into_iter().map(|wanted| json!(row(wanted)));
            data.insert(field.to_owned(), rows.collect());
        }
    }
    json!({ "data": data })
}

fn slice(state: &State, kind: &str, ordered_by: &str, page: &Value) -> Value {
    let of_kind = state.rows.iter().filter(|(own, _)| *own == kind).map(|(_, row)| row);
    let mut rows: Vec<_> = of_kind
        .filter(|row| passes(row, &page["filter"]))
        .map(|row| ((instant(&row[ordered_by]), text(&row["id"])), row))
        .collect();
    rows.sort_by(|left, right| left.0.cmp(&right.0));
    let is_descending = page["direction"] == "DESCENDING";
    if is_descending {
        rows.reverse();
    }
    let count = rows.len();
    let bound =
        |name: &str| page.get(name).map(|bound| (instant(&bound["at"]), text(&bound["id"])));
    let is_past = |key: &(Option<DateTime<Utc>>, String),
                   bound: &(Option<DateTime<Utc>>, String)| {
        if is_descending { key < bound } else { key > bound }
    };
    let (after, until) = (bound("after"), bound("until"));
    rows.retain(|(key, _)| {
        after.as_ref().is_none_or(|after| is_past(key, after))
            && until.as_ref().is_none_or(|until| !is_past(key, until))
    });
    let first = page["first"].as_u64().unwrap_or_default() as usize;
    let has_more = rows.len() > first;
    let rows: Vec<_> = rows.into_iter().take(first).map(|(_, row)| row.clone()).collect();
    let count = (page["count"] == true).then_some(count);
    json!({ "rows": rows, "hasMore": has_more, "count": count })
}

/// Every part must hold; a list means one of its values.
fn passes(row: &Value, filter: &Value) -> bool {
    let parts = filter.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    parts.into_iter().all(|(name, wanted)| {
        let among = |member: &str| {
            let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
            match &row[member] {
                Value::Array(own) => own.iter().any(|one| wanted.contains(one)),
                own => wanted.contains(own),
            }
        };
        let (starts, ends) = (instant(&row["startsAt"]), instant(&row["endsAt"]));
        match name.as_str() {
            "groups" => among("group"),
            "hosts" => among("host"),
            "points" => {
                among("points")
                    || among("point")
                    || row["askUrl"].is_string() && row["point"].is_null()
            }
            "councils" => among("council"),
            "kinds" => among("kind"),
            "stages" => among("stage"),
            "statuses" => among("status"),
            "attendance" => row["attendance"] == *wanted,
            "remote" => row["remote"] == *wanted,
            "startsFrom" => starts >= instant(wanted),
            "startsBefore" => starts < instant(wanted),
            "endsAfter" => ends > instant(wanted),
            "endsBy" => ends <= instant(wanted),
            "search" => {
                let words = text(wanted).to_lowercase();
                let said = format!("{} {}", row["title"], row["summary"]).to_lowercase();
                words.split_whitespace().all(|word| said.contains(word))
            }
            other => panic!("the contract has no filter {other}"),
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "somebody else's service has its own clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let day = || text.parse::<NaiveDate>().ok().map(london_day_start);
    text.parse().ok().or_else(day)
}

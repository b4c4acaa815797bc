//! Pages by key: every list, each filter, both directions, every bound.

use anyhow::{Context, Result, ensure};
use folkmoot_domain::GlobalId;
use folkmoot_tests::Gateway;
use serde_json::{Value, json};

use super::data;

/// A kind of row: its field, the type of its requests, the member that orders it, and the nation's
/// list of the same rows.
struct Kind {
    field: &'static str,
    request: &'static str,
    ordered_by: &'static str,
    list: &'static str,
    direction: &'static str,
}

const MEETUPS: Kind = Kind {
    field: "meetups",
    request: "MeetupPageRequest",
    ordered_by: "startsAt",
    list: "meetups(when: ALL, ",
    direction: "ASCENDING",
};
const CASE_STUDIES: Kind = Kind {
    field: "caseStudies",
    request: "CaseStudyPageRequest",
    ordered_by: "publishedAt",
    list: "caseStudies(",
    direction: "DESCENDING",
};
const OFFERS: Kind = Kind {
    field: "offers",
    request: "OfferPageRequest",
    ordered_by: "offeredAt",
    list: "offers(",
    direction: "DESCENDING",
};
const ASSESSMENTS: Kind = Kind {
    field: "serviceAssessments",
    request: "ServiceAssessmentPageRequest",
    ordered_by: "heldOn",
    list: "serviceAssessments(",
    direction: "DESCENDING",
};

/// The page that answers one request, each row with these members.
async fn page(gateway: &Gateway, kind: &Kind, members: &str, request: Value) -> Result<Value> {
    let Kind { field, request: given, ordered_by, .. } = kind;
    let query = format!(
        "query($pages: [{given}!]!) {{ {field}(pages: $pages) {{
           rows {{ id at: {ordered_by} {members} }} hasMore count }} }}"
    );
    let mut data = data(gateway, &query, json!({ "pages": [request] })).await?;
    Ok(data[kind.field][0].take())
}

/// The place of a row, as bounds say it.
fn key(row: &Value) -> Result<Value> {
    let at = row["at"].as_str().context("an instant")?;
    let day = at.parse().map(folkmoot_domain::london_day_start);
    let at = day.map_or_else(|_| at.to_owned(), |start| start.to_rfc3339());
    Ok(json!({ "at": at, "id": row["id"] }))
}

/// All rows that pass a filter, some at a time.
async fn walk(
    gateway: &Gateway,
    kind: &Kind,
    members: &str,
    filter: &Value,
    direction: &str,
) -> Result<Vec<Value>> {
    let (mut rows, mut after) = (Vec::new(), Value::Null);
    loop {
        let request =
            json!({ "filter": filter, "direction": direction, "after": after, "first": 3 });
        let page = page(gateway, kind, members, request).await?;
        rows.extend(page["rows"].as_array().context("rows")?.iter().cloned());
        if page["hasMore"] == false {
            return Ok(rows);
        }
        after = key(rows.last().context("a page that says there are more has a row")?)?;
    }
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The ids of the nation's own list of London's rows.
async fn listed(gateway: &Gateway, kind: &Kind, narrowed: &str) -> Result<Vec<String>> {
    let query = format!(
        "{{ list: {}region: \"london\", first: 100 {narrowed}) {{ nodes {{ id }} }} }}",
        kind.list
    );
    let data = gateway.data(&query, json!({})).await?;
    let nodes = data["list"]["nodes"].as_array().context("nodes")?;
    let id = |node: &Value| {
        let id: GlobalId = node["id"].as_str()?.parse().ok()?;
        Some(id.key().to_string())
    };
    nodes.iter().map(|node| id(node).context("a global id")).collect()
}

/// Walks both ways are the nation's list, and the filter passes some rows and not others.
async fn same(gateway: &Gateway, kind: &Kind, filter: Value, narrowed: &str) -> Result<()> {
    let listed = listed(gateway, kind, narrowed).await?;
    ensure!(!listed.is_empty(), "{narrowed} passes nothing");
    for direction in ["ASCENDING", "DESCENDING"] {
        let mut walked = ids(&walk(gateway, kind, "", &filter, direction).await?);
        if direction != kind.direction {
            walked.reverse();
        }
        ensure!(walked == listed, "{} {direction} {filter}: {walked:?} {listed:?}", kind.field);
    }
    Ok(())
}

/// A walk with the filter is those of all rows that have the value.
async fn kept(
    gateway: &Gateway,
    kind: &Kind,
    rows: &[Value],
    filter: Value,
    has: impl Fn(&Value) -> bool,
) -> Result<()> {
    let mut wanted = rows.to_vec();
    wanted.retain(has);
    let walked = walk(gateway, kind, "", &filter, "ASCENDING").await?;
    ensure!(!wanted.is_empty() && wanted.len() < rows.len(), "{filter} tells nothing apart");
    ensure!(ids(&walked) == ids(&wanted), "{} {filter}: {walked:?}", kind.field);
    Ok(())
}

/// The first value of a member that some rows have and others have not.
fn telling(rows: &[Value], member: &str) -> Result<String> {
    let values = rows.iter().filter_map(|row| match &row[member] {
        Value::Array(all) => all.first()?.as_str(),
        one => one.as_str(),
    });
    let has = |row: &Value, value: &str| match &row[member] {
        Value::Array(all) => all.iter().any(|one| one == value),
        one => one == value,
    };
    let mut telling = values.filter(|value| rows.iter().any(|row| !has(row, value)));
    telling.next().map(str::to_owned).with_context(|| format!("all rows have the same {member}"))
}

#[tokio::test]
async fn walked_meetups_are_the_nations_whatever_the_filter() -> Result<()> {
    let gateway = Gateway::demo().await?;
    same(&gateway, &MEETUPS, Value::Null, "").await?;
    let members = "group host points attendance status endsAt";
    let rows = walk(&gateway, &MEETUPS, members, &Value::Null, "ASCENDING").await?;
    let value = |member| telling(&rows, member);
    let group = rows[0]["group"].as_str().context("a group")?;
    same(&gateway, &MEETUPS, json!({ "groups": [group, "nowhere"] }), "").await?;
    let host = value("host")?;
    same(&gateway, &MEETUPS, json!({ "hosts": [host] }), &format!(", host: \"{host}\"")).await?;
    let point = value("points")?;
    same(&gateway, &MEETUPS, json!({ "points": [point] }), &format!(", point: \"{point}\""))
        .await?;
    let attendance = value("attendance")?;
    let filter = json!({ "attendance": attendance });
    same(&gateway, &MEETUPS, filter, &format!(", attendance: {attendance}")).await?;
    let status = value("status")?;
    let filter = json!({ "statuses": [status, "CANCELLED"] });
    same(&gateway, &MEETUPS, filter, &format!(", status: [{status}, CANCELLED]")).await?;
    let both = json!({ "hosts": [host, "ZZZ"], "groups": [group, "nowhere"], "points": null });
    same(&gateway, &MEETUPS, both, &format!(", host: \"{host}\"")).await?;

    let middle = &rows[rows.len() / 2];
    for (filter, member, passes) in [
        ("startsFrom", "at", (|row, bound| row >= bound) as fn(&str, &str) -> bool),
        ("startsBefore", "at", |row, bound| row < bound),
        ("endsAfter", "endsAt", |row, bound| row > bound),
        ("endsBy", "endsAt", |row, bound| row <= bound),
    ] {
        let bound = middle[member].as_str().context("an instant")?;
        let has = |row: &Value| row[member].as_str().is_some_and(|one| passes(one, bound));
        kept(&gateway, &MEETUPS, &rows, json!({ filter: bound }), has).await?;
    }
    Ok(())
}

#[tokio::test]
async fn walked_case_studies_and_offers_are_the_nations_whatever_the_filter() -> Result<()> {
    let gateway = Gateway::demo().await?;
    same(&gateway, &CASE_STUDIES, Value::Null, "").await?;
    let rows =
        walk(&gateway, &CASE_STUDIES, "points council title", &Value::Null, "ASCENDING").await?;
    let point = telling(&rows, "points")?;
    let narrowed = format!(", point: \"{point}\"");
    same(&gateway, &CASE_STUDIES, json!({ "points": [point] }), &narrowed).await?;
    let council = telling(&rows, "council")?;
    let narrowed = format!(", council: \"{council}\"");
    same(&gateway, &CASE_STUDIES, json!({ "councils": [council] }), &narrowed).await?;
    let title = telling(&rows, "title")?;
    let narrowed = format!(", search: {}", json!(title));
    same(&gateway, &CASE_STUDIES, json!({ "search": title }), &narrowed).await?;

    same(&gateway, &OFFERS, Value::Null, "").await?;
    let rows =
        walk(&gateway, &OFFERS, "point council kind remote", &Value::Null, "ASCENDING").await?;
    let point = telling(&rows, "point")?;
    same(&gateway, &OFFERS, json!({ "points": [point] }), &format!(", point: \"{point}\"")).await?;
    let council = telling(&rows, "council")?;
    let filter = json!({ "councils": [council] });
    kept(&gateway, &OFFERS, &rows, filter, |row| row["council"] == council).await?;
    let kind = telling(&rows, "kind")?;
    same(&gateway, &OFFERS, json!({ "kinds": [kind] }), &format!(", kind: [{kind}]")).await?;
    same(&gateway, &OFFERS, json!({ "remote": true }), ", remote: true").await?;
    same(&gateway, &OFFERS, json!({ "remote": false }), ", remote: false").await
}

#[tokio::test]
async fn walked_assessments_are_the_nations_whatever_the_filter() -> Result<()> {
    let gateway = Gateway::demo().await?;
    same(&gateway, &ASSESSMENTS, Value::Null, "").await?;
    let rows = walk(&gateway, &ASSESSMENTS, "council stage", &Value::Null, "ASCENDING").await?;
    let (council, stage) = (telling(&rows, "council")?, telling(&rows, "stage")?);
    let narrowed = format!(", council: \"{council}\"");
    same(&gateway, &ASSESSMENTS, json!({ "councils": [council] }), &narrowed).await?;
    same(&gateway, &ASSESSMENTS, json!({ "stages": [stage] }), &format!(", stage: [{stage}]")).await
}

#[tokio::test]
async fn a_page_ends_at_its_bound_and_counts_whatever_lies_beyond() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for direction in ["ASCENDING", "DESCENDING"] {
        let rows = walk(&gateway, &MEETUPS, "", &Value::Null, direction).await?;
        ensure!(rows.len() > 6, "the demo has too few meet-ups in London: {}", rows.len());
        let bounded = |first: usize| -> Result<Value> {
            let (after, until) = (key(&rows[1])?, key(&rows[4])?);
            Ok(
                json!({ "direction": direction, "after": after, "until": until, "first": first, "count": true }),
            )
        };
        for (first, has_more) in [(1, true), (2, true), (3, false), (200, false)] {
            let page = page(&gateway, &MEETUPS, "", bounded(first)?).await?;
            ensure!(page["rows"] == json!(rows[2..5][..first.min(3)]), "{first}: {page}");
            ensure!(page["hasMore"] == has_more && page["count"] == rows.len(), "{first}: {page}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn names_that_are_not_known_and_empty_lists_match_nothing() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (kind, filter) in [
        (&MEETUPS, json!({ "groups": ["nowhere"] })),
        (&MEETUPS, json!({ "groups": ["kent"] })),
        (&MEETUPS, json!({ "hosts": ["ZZZ", "no code"] })),
        (&MEETUPS, json!({ "points": ["lgdss-2016/99"] })),
        (&MEETUPS, json!({ "statuses": [] })),
        (&CASE_STUDIES, json!({ "points": [] })),
        (&CASE_STUDIES, json!({ "councils": [] })),
        (&OFFERS, json!({ "kinds": [] })),
        (&OFFERS, json!({ "councils": ["ZZZ"] })),
        (&ASSESSMENTS, json!({ "stages": [] })),
    ] {
        let request =
            json!({ "filter": filter, "direction": "ASCENDING", "first": 5, "count": true });
        let page = page(&gateway, kind, "", request).await?;
        let nothing = json!({ "rows": [], "hasMore": false, "count": 0 });
        ensure!(page == nothing, "{} {filter}: {page}", kind.field);
    }
    Ok(())
}

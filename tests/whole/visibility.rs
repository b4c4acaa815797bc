//! Who may see what: every role asks every field with every argument, of things that take part
//! and of things on trial, and the table of what came back is committed.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use folkmoot_tests::{Gateway, Role};
use serde_json::{Value, json};

/// The demo's region on trial, a council at home in it, and their like that take part.
const TRIAL: Things = Things { region: "east", council: "colchester" };
const PUBLIC: Things = Things { region: "london", council: "camden" };

struct Things {
    region: &'static str,
    council: &'static str,
}

/// The fields of the schema, from its own introspection.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    async fn of(gateway: &Gateway) -> Result<Self> {
        let data = gateway.data(include_str!("introspection.graphql"), json!({})).await?;
        let types = data["__schema"]["types"].as_array().context("types")?;
        let named = types
            .iter()
            .map(|one| (one["name"].as_str().unwrap_or_default().to_owned(), one.clone()));
        Ok(Self(named.collect()))
    }

    fn fields(&self, name: &str) -> Vec<Value> {
        self.0[name]["fields"].as_array().cloned().unwrap_or_default()
    }

    fn nodes(&self) -> Vec<String> {
        let possible = self.0["Node"]["possibleTypes"].as_array().cloned().unwrap_or_default();
        possible.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
    }

    /// What to select of a type so that its whole value shows who sees what.
    fn selection(&self, of: &Value) -> String {
        let name = named(of);
        let kind = self.0[&name]["kind"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "SCALAR" | "ENUM" => String::new(),
            _ if name.ends_with("Connection") => {
                " { totalCount nodes { id } sources { region } }".to_owned()
            }
            "INTERFACE" => " { id }".to_owned(),
            _ => {
                let plain = self.fields(&name).into_iter().filter(|field| {
                    let is_plain = ["SCALAR", "ENUM"].contains(
                        &self.0[&named(&field["type"])]["kind"].as_str().unwrap_or_default(),
                    );
                    let mut arguments = field["args"].as_array().into_iter().flatten();
                    // How old a thing is differs from one second to the next; what needs an
                    // argument is asked in a row of its own.
                    is_plain
                        && !arguments.any(is_needed)
                        && !["ageSeconds", "asOf"]
                            .contains(&field["name"].as_str().unwrap_or_default())
                });
                let names: Vec<_> =
                    plain.filter_map(|field| field["name"].as_str().map(str::to_owned)).collect();
                let rows = self.fields(&name).into_iter().find(|field| field["name"] == "rows");
                let rows = rows.map(|field| format!(" rows{}", self.selection(&field["type"])));
                let hits = if name == "SearchResults" { " nodes { title }" } else { "" };
                format!(" {{ {}{}{hits} }}", names.join(" "), rows.unwrap_or_default())
            }
        }
    }
}

fn named(of: &Value) -> String {
    let mut of = of;
    while !of["ofType"].is_null() {
        of = &of["ofType"];
    }
    of["name"].as_str().unwrap_or_default().to_owned()
}

/// A value for an argument of a field, with what goes with it; things are named by what the
/// table's column speaks of.
fn sample(argument: &Value, things: &Things, id: &str, belongs_to: &str) -> Result<String> {
    let name = argument["name"].as_str().unwrap_or_default();
    let is_list = argument["type"].to_string().contains("\"LIST\"");
    let value = match (named(&argument["type"]).as_str(), name) {
        ("RegionRef", "region") if belongs_to == "capability" => {
            format!("\"{}\", groupBy: REGION", things.region)
        }
        ("RegionRef" | "GroupRef", _) => format!("\"{}\"", things.region),
        ("CouncilRef", _) => format!("\"{}\"", things.council),
        ("PointRef", _) => "\"agile\"".to_owned(),
        ("ID", _) => format!("\"{id}\""),
        ("Date", "endingBefore") => "\"2030-01-01\"".to_owned(),
        ("Date", "to") => "\"2099-01-01\"".to_owned(),
        ("Date", _) => "\"2024-01-01\"".to_owned(),
        ("Int", "fromYear" | "toYear") => "2025, period: HALF_YEAR".to_owned(),
        ("Int", _) => "50".to_owned(),
        ("String", "standard") => "\"lgdss-2016\"".to_owned(),
        ("GroupBy", _) => "REGION".to_owned(),
        ("Period", _) => "HALF_YEAR".to_owned(),
        ("Panel", _) => "MATCHED".to_owned(),
        ("Measure", _) => "UNDERSTANDING".to_owned(),
        ("String", "halfYear") => "\"2026-H1\"".to_owned(),
        ("String", "round") => "\"latest\"".to_owned(),
        ("Boolean", _) => "true".to_owned(),
        ("String", "onsRegion") => "\"East of England\"".to_owned(),
        ("String", "text" | "search") => "\"agile\"".to_owned(),
        ("String", "language") => "\"cy\"".to_owned(),
        ("When", _) => "ALL".to_owned(),
        ("Attendance", _) => "HYBRID".to_owned(),
        ("MeetupStatus", _) => "HELD".to_owned(),
        ("OfferKind", _) => "ADVISE".to_owned(),
        ("AssessmentStage", _) => "ALPHA".to_owned(),
        ("CouncilType", _) => "NON_METROPOLITAN_DISTRICT".to_owned(),
        ("Country", _) => "ENGLAND".to_owned(),
        (kind, _) => bail!("say in this test what a value of {kind} for `{name}` looks like"),
    };
    Ok(if is_list { format!("[{value}]") } else { value })
}

/// True for an argument that cannot be left out.
fn is_needed(argument: &Value) -> bool {
    argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
}

/// The ways to ask a field: plain, and with each argument that is not a cursor.
fn ways(field: &Value, things: &Things, id: &str) -> Result<Vec<(String, String)>> {
    let arguments = field["args"].as_array().cloned().unwrap_or_default();
    let name = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
    let mut needed = Vec::new();
    for one in arguments.iter().filter(|one| is_needed(one)) {
        needed.push(format!("{}: {}", name(one), sample(one, things, id, &name(field))?));
    }
    let call = |more: &[String]| {
        let all: Vec<_> = needed.iter().chain(more).cloned().collect();
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    };
    let mut ways = Vec::new();
    let required: Vec<_> = arguments.iter().filter(|one| is_needed(one)).map(name).collect();
    let plain =
        if required.is_empty() { String::new() } else { format!("({})", required.join(", ")) };
    ways.push((plain, call(&[])));
    for one in arguments.iter().filter(|one| !is_needed(one)) {
        if ["after", "before"].contains(&name(one).as_str()) {
            continue;
        }
        ways.push((
            format!("({})", name(one)),
            call(&[format!("{}: {}", name(one), sample(one, things, id, &name(field))?)]),
        ));
    }
    Ok(ways)
}

/// What a role got, against what the steward got: the steward is refused nothing.
fn mark(got: &Value, all: &Value) -> &'static str {
    match (got, all) {
        (got, all) if got == all => "yes",
        (Value::Null, _) => "–",
        (Value::Object(got), _) if got.contains_key("scopes") => "own",
        (got, all) if got["live"] != all["live"] => "published",
        _ => "less",
    }
}

/// What each role gets of the value at a JSON pointer.
async fn marks(gateway: &Gateway, query: &str, at: &str) -> Result<Vec<&'static str>> {
    let mut answers = Vec::new();
    for role in Role::ALL {
        let answer = gateway.ask_as(role, query, json!({})).await?;
        let value = answer["data"].pointer(at).cloned().unwrap_or_default();
        let codes: Vec<_> = answer["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["extensions"]["code"].clone())
            .collect();
        ensure!(
            codes.iter().all(|code| code == "UNKNOWN_REFERENCE" || code == "SCOPE_NEEDED"),
            "{} asked {query}: {answer}",
            role.name()
        );
        answers.push(value);
    }
    let all = answers.last().context("the steward's answer")?.clone();
    Ok(answers.iter().map(|got| mark(got, &all)).collect())
}

/// An id of a thing of each kind in a region, as the steward finds them.
async fn ids(gateway: &Gateway, things: &Things) -> Result<BTreeMap<String, String>> {
    let query = "query($region: RegionRef!, $council: CouncilRef!) {
        region(ref: $region) { __typename id groups { __typename id }
          meetups(when: ALL, first: 1) { nodes { __typename id } }
          caseStudies(first: 1) { nodes { __typename id } } offers(first: 1) { nodes { __typename id } } }
        serviceAssessments(region: $region) { nodes { __typename id isPublic } }
        council(ref: $council) { __typename id }
        point(ref: \"agile\") { __typename id standard { __typename id } } }";
    let variables = json!({ "region": things.region, "council": things.council });
    let answer = gateway.ask_as(Role::Steward, query, variables).await?;
    let mut found = BTreeMap::new();
    collect(&answer["data"], &mut found);
    for is_public in [false, true] {
        let assessments = answer["data"]["serviceAssessments"]["nodes"].as_array();
        let one = assessments.into_iter().flatten().find(|one| one["isPublic"] == is_public);
        let id = one.and_then(|one| one["id"].as_str()).map(str::to_owned);
        let name = if is_public { "ServiceAssessment" } else { UNPUBLISHED };
        found.extend(id.map(|id| (name.to_owned(), id)));
    }
    Ok(found)
}

/// Under this name stands the id of an assessment that its council did not agree to publish.
const UNPUBLISHED: &str = "an assessment without consent";

fn collect(value: &Value, found: &mut BTreeMap<String, String>) {
    if let (Some(name), Some(id)) = (value["__typename"].as_str(), value["id"].as_str()) {
        found.insert(name.to_owned(), id.to_owned());
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

async fn table(gateway: &Gateway) -> Result<String> {
    let schema = Schema::of(gateway).await?;
    let mut text = String::from(
        "# Who may see what\n\n\
         Generated by asking every field with every argument in every role. **yes**: all that the\n\
         steward sees; **less**: without what belongs to a region on trial, or what a council did\n\
         not agree to publish; **own**: the token\'s own; **published**: published figures instead\n\
         of answers as they stand; **–**: null, as if it were not there.\n",
    );
    let roles: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
    for (title, things) in
        [("Things of regions that take part", PUBLIC), ("Things of a region on trial", TRIAL)]
    {
        let ids = ids(gateway, &things).await?;
        write!(
            text,
            "\n## {title}\n\n| field | {} |\n|---|{}\n",
            roles.join(" | "),
            "---|".repeat(roles.len())
        )?;
        let mut row =
            |name: String, marks: &[&str]| writeln!(text, "| `{name}` | {} |", marks.join(" | "));
        for field in schema.fields("Query") {
            let name = field["name"].as_str().context("a name")?;
            // Asked below, once for each kind of thing.
            if name == "_entities" {
                continue;
            }
            let id = match name {
                "caseStudy" => &ids["CaseStudy"],
                "serviceAssessment" => &ids["ServiceAssessment"],
                _ => &ids["Meetup"],
            };
            for (shown, call) in ways(&field, &things, id)? {
                let query = format!("{{ it: {name}{call}{} }}", schema.selection(&field["type"]));
                row(format!("Query.{name}{shown}"), &marks(gateway, &query, "/it").await?)?;
            }
        }
        let unpublished = ids.get(UNPUBLISHED).map(|id| {
            ("ServiceAssessment".to_owned(), "ServiceAssessment (without consent)".to_owned(), id)
        });
        let nodes =
            schema.nodes().into_iter().map(|node| (node.clone(), node.clone(), &ids[&node]));
        for (node, title, id) in nodes.chain(unpublished) {
            let query = format!(
                "{{ it: _entities(representations: [{{ __typename: \"{node}\", id: \"{id}\" }}]) {{
                   ... on {node} {{ id }} }} }}",
            );
            let name = format!("Query._entities({title})");
            row(name, &marks(gateway, &query, "/it/0").await?)?;
            for field in schema.fields(&node) {
                let name = field["name"].as_str().context("a name")?;
                for (shown, call) in ways(&field, &things, id)? {
                    let selection = schema.selection(&field["type"]);
                    let query = format!(
                        "{{ node(id: \"{id}\") {{ ... on {node} {{ it: {name}{call}{selection} }} }} }}",
                    );
                    row(
                        format!("{title}.{name}{shown}"),
                        &marks(gateway, &query, "/node/it").await?,
                    )?;
                }
            }
        }
    }
    Ok(text)
}

#[tokio::test]
async fn who_may_see_what_is_as_the_committed_table_says() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let table = table(&gateway).await?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/visibility.md");
    if std::env::var_os("FOLKMOOT_WRITE_TABLES").is_some() {
        fs::write(&path, &table)?;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    ensure!(
        table == committed,
        "docs/visibility.md has drifted: run `make tables` and look at who sees more than before"
    );
    Ok(())
}

/// The title of a thing in a region, such that a search for it finds nothing elsewhere.
async fn words_only_in(gateway: &Gateway, region: &str) -> Result<String> {
    let query = "query($region: RegionRef!) { region(ref: $region) {
        caseStudies(first: 100) { nodes { title } } meetups(when: ALL, first: 100) { nodes { title } } } }";
    let answer = gateway.ask_as(Role::Steward, query, json!({ "region": region })).await?;
    let shared = &answer["data"]["region"];
    let lists = ["caseStudies", "meetups"].map(|list| shared[list]["nodes"].as_array());
    let query = "query($text: String!) { search(text: $text, first: 100) { nodes { node {
        ... on CaseStudy { region { code } } ... on Meetup { group { region { code } } } } } } }";
    for title in lists.into_iter().flatten().flatten().filter_map(|one| one["title"].as_str()) {
        let answer = gateway.ask_as(Role::Steward, query, json!({ "text": title })).await?;
        let hits = answer["data"]["search"]["nodes"].as_array().context("hits")?;
        let is_here = |hit: &Value| {
            let node = &hit["node"];
            node["region"]["code"] == region || node["group"]["region"]["code"] == region
        };
        if !hits.is_empty() && hits.iter().all(is_here) {
            return Ok(title.to_owned());
        }
    }
    bail!("every title in {region} stands elsewhere too")
}

#[tokio::test]
async fn only_its_coordinators_and_the_steward_see_a_region_on_trial() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let ids = ids(&gateway, &TRIAL).await?;
    let words = words_only_in(&gateway, TRIAL.region).await?;
    let query = format!(
        "query($words: String!) {{ regions {{ code }} node(id: \"{}\") {{ id }} meetups(when: ALL, first: 100) {{ nodes {{ group {{ region {{ code }} }} }} }}
           search(text: $words, first: 100) {{ nodes {{ title }} totalCount }} sources {{ region }} }}",
        ids["Meetup"]
    );
    for role in Role::ALL {
        let answer = gateway.ask_as(role, &query, json!({ "words": words })).await?;
        let may_see = [Role::Steward, Role::TrialCoordinator].contains(&role);
        let names_it = |part: &Value| part.to_string().contains("\"east\"");
        let data = &answer["data"];
        ensure!(names_it(&data["regions"]) == may_see, "{}: regions", role.name());
        ensure!(names_it(&data["sources"]) == may_see, "{}: sources", role.name());
        ensure!(names_it(&data["meetups"]) == may_see, "{}: meetups", role.name());
        ensure!(data["node"].is_null() != may_see, "{}: node", role.name());
        let found = &data["search"];
        ensure!((found["totalCount"] != 0) == may_see, "{}: {words}: {found}", role.name());
        ensure!(found.to_string().contains(&words) == may_see, "{}: {found}", role.name());
        ensure!(may_see || !names_it(&answer["extensions"]), "{}: extensions", role.name());
    }
    Ok(())
}

//! The fields by which people narrow a list.

use maud::{Markup, html};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, json};

use super::{
    App,
    admission::Asker,
    fields::{Field, Given},
    own::{self, Unsaid},
};

/// What there is to choose from.
const CHOICES: &str = "query { regions { code name groups { slug name } } \
    standards { title points { ref number label } } }";

/// Those that stand today; there are fewer.
const COUNCILS: &str = "query { councils(first: 500) { nodes { name groups { slug } } } }";

#[derive(Deserialize)]
pub(super) struct Choices {
    regions: Vec<Region>,
    standards: Vec<Standard>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name: String,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    slug: String,
    name: String,
}

#[derive(Deserialize)]
struct Standard {
    title: String,
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    #[serde(rename = "ref")]
    reference: String,
    number: u32,
    label: String,
}

/// All that there is, but for councils.
pub(super) async fn all(app: &App, asker: &Asker) -> Result<Choices, Unsaid> {
    Ok(own::ask(app, asker, CHOICES, Map::new()).await?.data)
}

/// The names of the councils that belong to a peer group: for the others there is nothing, and a
/// page that offers them all is half as long again.
pub(super) async fn councils(app: &App, asker: &Asker) -> Result<Vec<String>, Unsaid> {
    #[derive(Deserialize)]
    struct Answer {
        councils: Nodes,
    }
    #[derive(Deserialize)]
    struct Nodes {
        nodes: Vec<Council>,
    }
    #[derive(Deserialize)]
    struct Council {
        name: String,
        groups: Vec<IgnoredAny>,
    }
    let said = own::ask::<Answer>(app, asker, COUNCILS, Map::new()).await?;
    let councils = said.data.councils.nodes.into_iter();
    Ok(councils.filter(|it| !it.groups.is_empty()).map(|council| council.name).collect())
}

impl Choices {
    pub(super) fn region(&self, chosen: Option<&str>) -> Markup {
        self.region_in(&Field::new("region", "Region", chosen))
    }

    pub(super) fn region_in(&self, field: &Field<'_>) -> Markup {
        let chosen = field.given;
        let options = html! {
            option value="" { "All regions" }
            @for region in &self.regions {
                option value=(region.code) selected[is(chosen, &region.code)] { (region.name) }
            }
        };
        field.select(options, self.regions.iter().any(|region| is(chosen, &region.code)))
    }

    /// The peer groups, by region.
    pub(super) fn group_in(&self, field: &Field<'_>) -> Markup {
        let chosen = field.given;
        let options = html! {
            option value="" { "All peer groups" }
            @for region in self.regions.iter().filter(|region| !region.groups.is_empty()) {
                optgroup label=(region.name) {
                    @for group in &region.groups {
                        option value=(group.slug) selected[is(chosen, &group.slug)] { (group.name) }
                    }
                }
            }
        };
        let mut groups = self.regions.iter().flat_map(|region| &region.groups);
        field.select(options, groups.any(|group| is(chosen, &group.slug)))
    }

    pub(super) fn point(&self, chosen: Option<&str>) -> Markup {
        self.point_in(&Field::new("point", "Topic", chosen))
    }

    pub(super) fn point_in(&self, field: &Field<'_>) -> Markup {
        let meant = field.given.and_then(|given| self.point_called(given));
        let is_meant = |point: &Point| meant.is_some_and(|it| it.reference == point.reference);
        let options = html! {
            option value="" { "All topics" }
            @for standard in &self.standards {
                optgroup label=(standard.title) {
                    @for point in &standard.points {
                        option value=(point.reference) selected[is_meant(point)] {
                            (point.number) ". " (point.label)
                        }
                    }
                }
            }
        };
        field.select(options, meant.is_some())
    }

    fn point_called(&self, given: &str) -> Option<&Point> {
        let mut points = self.standards.iter().flat_map(|standard| &standard.points);
        points.find(|point| is(Some(given), &point.reference))
    }

    /// What may have been meant by the wrong value of a word: the addresses that have it in its
    /// place, with names that people know.
    pub(super) async fn meant(
        &self,
        app: &App,
        asker: &Asker,
        unsaid: &Unsaid,
        given: &Given,
        path: &str,
    ) -> Vec<(String, String)> {
        let Some(word) = unsaid.at.as_deref() else { return Vec::new() };
        let mut meant = Vec::new();
        for value in &unsaid.suggestions {
            let name = match word {
                "forCouncil" | "host" => council(app, asker, value).await,
                _ => self.name(word, value),
            };
            let name = name.unwrap_or_else(|| value.clone());
            meant.push((given.with(path, word, value), name));
        }
        meant
    }

    fn name(&self, word: &str, value: &str) -> Option<String> {
        let regions = || self.regions.iter();
        let name = match word {
            "region" => &regions().find(|region| is(Some(value), &region.code))?.name,
            "group" => {
                let mut groups = regions().flat_map(|region| &region.groups);
                &groups.find(|group| is(Some(value), &group.slug))?.name
            }
            "point" => &self.point_called(value)?.label,
            _ => return None,
        };
        Some(name.clone())
    }
}

/// A council as people tell it from others.
async fn council(app: &App, asker: &Asker, reference: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        council: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        code: String,
        name: String,
    }
    let variables = Map::from_iter([("it".to_owned(), json!(reference))]);
    let document = "query($it: CouncilRef!) { council(ref: $it) { code name } }";
    let said = own::ask::<Answer>(app, asker, document, variables).await.ok()?;
    let Named { code, name } = said.data.council;
    Some(format!("{name} ({code})"))
}

/// A field for words or a name.
pub(super) fn text(
    word: &'static str,
    given: Option<&str>,
    label: &'static str,
    hint: Option<&'static str>,
) -> Markup {
    Field { hint, ..Field::new(word, label, given) }.text(None)
}

/// True if this is what was chosen.
fn is(chosen: Option<&str>, value: &str) -> bool {
    chosen.is_some_and(|given| given.eq_ignore_ascii_case(value))
}

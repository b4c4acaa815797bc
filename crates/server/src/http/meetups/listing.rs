//! Lists of meet-ups as the API tells them, read for feeds, embeds and pages.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, json};

use super::{
    super::admission::Asker,
    super::{
        App,
        own::{self, Said, Unsaid},
        sending::shorter,
    },
    language::Language,
    meetup::{MEETUP, Meetup, Named, Point},
    wanted::Wanted,
};

/// The most of a feed: some years of a busy region. Whoever wants more walks the API.
const MOST_OF_FEED: usize = 500;

/// When it starts, in words.
const STARTS: &str = "starts(language: $language)";

/// How a list is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// All is there, as of now.
    Fresh,
    /// Some of it is older than it should be.
    Stale,
    /// A region is missing.
    Partial,
}

/// A list with its title, and an honest word on it.
pub(super) struct Listing {
    pub(super) title: String,
    pub(super) state: State,
    /// What readers are to be told of it, in their language.
    pub(super) notice: Option<String>,
    /// Why it stays empty whatever is planned, in their language, as a fragment: what was asked for
    /// excludes itself.
    pub(super) excluded: Option<String>,
    pub(super) meetups: Vec<Meetup>,
    /// True if there are more than were asked for.
    pub(super) has_more: bool,
    /// What caches of others may do with it.
    pub(super) keep: String,
}

impl Listing {
    /// What is said where there are no meet-ups, as a fragment.
    pub(super) fn none(&self, language: Language) -> &str {
        self.excluded.as_deref().unwrap_or(language.words().none_planned)
    }
}

/// Which part of a list.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// What is to come, so many at most.
    Upcoming(u32),
    /// What begins on this day or later, as many as a feed holds.
    Since(NaiveDate),
}

/// The meet-ups that are wanted.
pub(super) async fn listing(
    app: &App,
    asker: &Asker,
    wanted: &Wanted,
    part: Part,
) -> Result<Listing, Unsaid> {
    let document = wanted.document(&format!("nodes {{ {STARTS} {MEETUP} }}"));
    let mut variables = wanted.variables();
    let (first, most) = match part {
        Part::Upcoming(first) => {
            variables.insert("when".to_owned(), json!("UPCOMING"));
            (first, first as usize)
        }
        Part::Since(day) => {
            variables.insert("when".to_owned(), json!("ALL"));
            variables.insert("from".to_owned(), json!(day));
            (100, MOST_OF_FEED)
        }
    };
    variables.insert("first".to_owned(), json!(first));
    let said = own::ask::<Answer>(app, asker, &document, variables.clone()).await;
    let mut said = said.map_err(|mut unsaid| {
        unsaid.at = unsaid.at.and_then(|field| Wanted::word_of(&field)).map(str::to_owned);
        unsaid
    })?;
    let mut listing = said.data.listing(wanted.language, said.keep, said.is_verified);
    let mut next = said.data.meetups.page_info.next();
    while let Some(after) = next.take().filter(|_| listing.meetups.len() < most) {
        variables.insert("after".to_owned(), json!(after));
        said = own::ask(app, asker, &document, variables.clone()).await?;
        next = said.data.meetups.page_info.next();
        let more = said.data.listing(wanted.language, said.keep, said.is_verified);
        listing.meetups.extend(more.meetups);
        listing.has_more = more.has_more;
        listing.keep = shorter(listing.keep, more.keep);
        if more.state != State::Fresh {
            (listing.state, listing.notice) = (more.state, more.notice);
        }
    }
    Ok(listing)
}

/// The meet-up with this id, with what caches of others may do with it.
pub(super) async fn one(
    app: &App,
    asker: &Asker,
    id: &str,
    language: Language,
) -> Result<Said<Meetup>, Unsaid> {
    #[derive(Deserialize)]
    struct Found {
        meetup: Option<Meetup>,
    }
    let variables = Map::from_iter([
        ("id".to_owned(), json!(id)),
        ("language".to_owned(), json!(language.tag())),
    ]);
    let document = format!(
        "query($id: ID!, $language: String!) {{ meetup(id: $id) {{ {STARTS} {MEETUP} }} }}"
    );
    let Said { data, keep, is_verified } =
        own::ask::<Found>(app, asker, &document, variables).await?;
    match data.meetup {
        Some(data) => Ok(Said { data, keep, is_verified }),
        None => Err(Unsaid::nothing("there is no meet-up with this id")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    meetups: Page,
    region: Option<Region>,
    peer_group: Option<Group>,
    council: Option<Council<Successor>>,
    hosting: Option<Council<Named>>,
    point: Option<Point>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct Group {
    slug: String,
    name: String,
    region: Code,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// A council that stands in another's place, or in its own, with its groups.
#[derive(Deserialize)]
struct Successor {
    name: String,
    groups: Vec<Belonging>,
}

#[derive(Deserialize)]
struct Belonging {
    slug: String,
    region: Code,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    nodes: Vec<Meetup>,
    page_info: PageInfo,
    complete: bool,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl PageInfo {
    fn next(&self) -> Option<String> {
        self.end_cursor.clone().filter(|_| self.has_next_page)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    name: String,
    state: SourceState,
    as_of: Option<DateTime<Utc>>,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SourceState {
    Fresh,
    Stale,
    Missing,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Council<S> {
    name: String,
    ends_on: Option<NaiveDate>,
    current_successors: Vec<S>,
}

impl<S> Council<S> {
    /// What stands in its place, if it was abolished.
    fn replaced(&self, language: Language, name: impl Fn(&S) -> &str) -> Option<String> {
        let names: Vec<_> = self.current_successors.iter().map(|it| name(it).to_owned()).collect();
        let is_itself = names == [self.name.clone()];
        let has_ended = self.ends_on.is_some() && !is_itself && !names.is_empty();
        has_ended.then(|| language.replaced(&self.name, &names))
    }
}

impl Answer {
    fn listing(&mut self, language: Language, keep: String, is_verified: bool) -> Listing {
        let of_state = |state: SourceState| -> Vec<&Source> {
            self.meetups.sources.iter().filter(|source| source.state == state).collect()
        };
        let names = |sources: &[&Source]| -> Vec<String> {
            sources.iter().map(|source| source.name.clone()).collect()
        };
        let (missing, stale) = (of_state(SourceState::Missing), of_state(SourceState::Stale));
        let council = self.council.as_ref();
        let host = self.hosting.as_ref();
        let mut notices: Vec<String> = council
            .and_then(|council| council.replaced(language, |it| &it.name))
            .into_iter()
            .chain(host.and_then(|host| host.replaced(language, |it| &it.name)))
            .collect();
        notices.dedup();
        let state = match () {
            () if !self.meetups.complete || !missing.is_empty() => State::Partial,
            () if !stale.is_empty() || !is_verified => State::Stale,
            () => State::Fresh,
        };
        if !missing.is_empty() {
            notices.push(language.missing(&names(&missing)));
        }
        if !stale.is_empty() {
            let oldest = stale.iter().filter_map(|source| source.as_of).min();
            notices.push(language.stale(&names(&stale), oldest));
        }
        Listing {
            title: self.title(language),
            state,
            excluded: self.excluded(language),
            notice: (!notices.is_empty()).then(|| notices.join(" ")),
            has_more: self.meetups.page_info.has_next_page,
            meetups: std::mem::take(&mut self.meetups.nodes),
            keep,
        }
    }

    /// Why nothing can be in it, if that is so: region, group and council exclude each other.
    fn excluded(&self, language: Language) -> Option<String> {
        let (region, group) = (self.region.as_ref(), self.peer_group.as_ref());
        if let (Some(region), Some(group)) = (region, group)
            && group.region.code != region.code
        {
            return Some(language.apart(std::slice::from_ref(&group.name), &region.name));
        }
        let councils = &self.council.as_ref()?.current_successors;
        let names: Vec<_> = match &councils[..] {
            [] => vec![self.council.as_ref()?.name.clone()],
            councils => councils.iter().map(|council| council.name.clone()).collect(),
        };
        let groups = || councils.iter().flat_map(|council| &council.groups);
        if groups().next().is_none() {
            return Some(language.without_group(&names));
        }
        let is_outside = |group: &Group| groups().all(|one| one.slug != group.slug);
        if let Some(group) = group.filter(|group| is_outside(group)) {
            return Some(language.apart(&names, &group.name));
        }
        let is_outside = |region: &Region| groups().all(|one| one.region.code != region.code);
        let region = region.filter(|region| is_outside(region))?;
        Some(language.apart(&names, &region.name))
    }

    fn title(&self, language: Language) -> String {
        let region = self.region.as_ref().map(|region| region.name.as_str());
        let group = self.peer_group.as_ref().map(|group| group.name.as_str());
        let council = self.council.as_ref().map(|council| council.name.as_str());
        let host = self.hosting.as_ref().map(|council| council.name.as_str());
        let point = self.point.as_ref().map(|point| point.label.as_str());
        let meetups = language.words().meetups;
        match language {
            Language::English => [
                (" in ", region),
                (" of the ", group),
                (" for ", council),
                (" hosted by ", host),
                (" about ", point),
            ]
            .into_iter()
            .filter_map(|(word, name)| Some(format!("{word}{}", name?)))
            .fold(meetups.to_owned(), |title, part| title + &part),
            // Names change their first letter after a preposition; after a colon they do not.
            Language::Welsh => {
                let names: Vec<_> =
                    [region, group, council, host, point].into_iter().flatten().collect();
                match names.as_slice() {
                    [] => meetups.to_owned(),
                    names => format!("{meetups}: {}", names.join(", ")),
                }
            }
        }
    }
}

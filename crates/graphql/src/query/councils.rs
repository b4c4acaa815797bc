//! Councils at the root, and the list of them that other types narrow.

use std::collections::BTreeSet;

use async_graphql::{Context, Object, Result};
use folkmoot_domain::{self as domain, CouncilId, Direction, clean_line, sort_name};
use folkmoot_federation::{ListName, PageArgs, page_in_memory};

use crate::{
    asked::{Asked, asked},
    connection::{Connection, PageWords, cost},
    error::{self, code, failure},
    lists::search_words,
    scalars::{CouncilRef, Date, RegionRef},
    types::{Council, CouncilType, Country},
};

/// Councils that pass, by name.
pub(crate) fn page(
    asked: &Asked,
    field: &'static str,
    arguments: &[(&'static str, String)],
    args: &PageArgs,
    passes: impl Fn(&domain::Council) -> bool,
) -> Result<Connection<Council>> {
    let councils: Vec<_> =
        asked.reference.councils().iter().filter(|council| passes(council)).collect();
    let list = ListName { field, arguments, direction: Direction::Ascending };
    let page = page_in_memory(&list, args, asked.now, &councils, |council| council.key())
        .map_err(|failed| error::list(&failed))?;
    let node =
        |council: &domain::Council| Council { reference: asked.reference.clone(), id: council.id };
    Ok(Connection::of_reference(page, node))
}

/// The councils that belong to a region today: its home members only, or all.
pub(crate) fn home_members(asked: &Asked, region: domain::RegionId) -> BTreeSet<CouncilId> {
    let today = asked.today();
    let is_home = |id: CouncilId| {
        asked.reference.home_region(id, today).is_some_and(|home| home.id == region)
    };
    let groups = asked.reference.groups().iter().filter(|group| group.region == region);
    groups
        .flat_map(|group| asked.reference.members(group.id, today))
        .filter(|id| is_home(*id))
        .collect()
}

/// The arguments that narrow `councils`, in the order in which cursors remember them.
const ARGUMENTS: [&str; 7] =
    ["region", "country", "onsRegion", "type", "search", "aliveOn", "endingBefore"];

/// Councils at the root.
#[derive(Default)]
pub(crate) struct CouncilQueries;

#[Object]
impl CouncilQueries {
    /// Councils by name: those that stand today, unless you say otherwise.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn councils(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At home in this peer-group region today.")] region: Option<RegionRef>,
        #[graphql(desc = "In this nation.")] country: Option<Country>,
        #[graphql(
            desc = "In this statistical region, such as `South West`; not a peer-group region."
        )]
        ons_region: Option<String>,
        #[graphql(desc = "Of this type.", name = "type")] kind: Option<CouncilType>,
        #[graphql(desc = "With these letters in one of their names.")] search: Option<String>,
        #[graphql(
            desc = "That stood on this day; today if neither this nor `endingBefore` is given."
        )]
        alive_on: Option<Date>,
        #[graphql(desc = "That had ended, or will have ended, by this day.")] ending_before: Option<
            Date,
        >,
        #[graphql(
            desc = "How many from the start, 1 to 500; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 500.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Council>> {
        let asked = asked(ctx);
        let args = PageWords { first, after, last, before }.checked_for_councils()?;
        let mut arguments = ARGUMENTS.map(|name| (name, String::new()));
        let mut note = |name: &str, canonical: String| {
            let place = arguments.iter_mut().find(|(known, _)| *known == name);
            place.expect("the table lists all arguments").1 = canonical;
        };
        let members = region.map(|given| asked.region(&given)).transpose()?.map(|region| {
            note("region", region.id.to_string());
            home_members(asked, region.id)
        });
        let country: Option<domain::Country> = country.map(Into::into);
        note("country", format!("{country:?}"));
        let ons_region = ons_region.map(|given| known_ons_region(asked, &given)).transpose()?;
        note("onsRegion", ons_region.clone().unwrap_or_default());
        let kind: Option<domain::CouncilType> = kind.map(Into::into);
        note("type", format!("{kind:?}"));
        let letters = search.map(|text| search_words(&text)).transpose()?;
        let letters = letters.map(|text| sort_name(&text));
        note("search", letters.clone().unwrap_or_default());
        let on = match (alive_on, ending_before) {
            (Some(day), _) => Some(day.0),
            (None, Some(_)) => None,
            (None, None) => Some(asked.today()),
        };
        note("aliveOn", format!("{alive_on:?}"));
        note("endingBefore", format!("{ending_before:?}"));
        page(asked, "councils", &arguments, &args, |council| {
            members.as_ref().is_none_or(|members| members.contains(&council.id))
                && country.is_none_or(|country| country == council.country)
                && ons_region.as_ref().is_none_or(|name| council.ons_region.as_ref() == Some(name))
                && kind.is_none_or(|kind| kind == council.kind)
                && letters.as_ref().is_none_or(|letters| bears_letters(council, letters))
                && on.is_none_or(|day| council.life.contains(day))
                && ending_before.is_none_or(|day| council.life.has_ended_by(day.0))
        })
    }

    /// The council with this code, short name, GSS code or name. An abolished one is found too:
    /// follow its `currentSuccessors`.
    async fn council(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "Such as `camden`, `CMD`, `E09000007` or `Tower Hamlets`.")]
        reference: CouncilRef,
        #[graphql(
            desc = "The one that bore this name on this day; null if none did. Without it, the one that bears it today, else the last that did."
        )]
        on: Option<Date>,
    ) -> Option<Result<Council>> {
        let asked = asked(ctx);
        let on = on.map(|day| day.0);
        let found = asked.reference.council_by_ref(&reference.0, on, asked.today());
        let found = found.map_err(error::unknown).transpose()?;
        Some(found.map(|council| Council { reference: asked.reference.clone(), id: council.id }))
    }
}

fn bears_letters(council: &domain::Council, letters: &str) -> bool {
    let names = [&council.name, &council.official_name, &council.slug];
    names
        .into_iter()
        .chain(&council.alternative_names)
        .any(|name| sort_name(name).contains(letters))
        || council.code.as_str().eq_ignore_ascii_case(letters)
}

fn known_ons_region(asked: &Asked, given: &str) -> Result<String> {
    let given = clean_line(given, 100);
    let names: BTreeSet<&str> =
        asked.reference.councils().iter().filter_map(|one| one.ons_region.as_deref()).collect();
    let known = names.iter().find(|name| name.eq_ignore_ascii_case(&given));
    known.map(|name| (*name).to_owned()).ok_or_else(|| {
        let all = names.into_iter().collect::<Vec<_>>().join(", ");
        failure(code::UNKNOWN_REFERENCE, format!("unknown statistical region: there are {all}"))
    })
}

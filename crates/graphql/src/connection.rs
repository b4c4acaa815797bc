//! Lists by Relay's shape, with an honest word on how complete they are.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, Result, SelectionField, ServerResult,
    SimpleObject, Value, parser::types::Field, registry::Registry,
};
use folkmoot_domain::{Extent, Key};
use folkmoot_federation::{Cursors, DEFAULT_PAGE_SIZE, NamedPage, Page, PageArgs};

use crate::{
    asked::Asked,
    error::{code, failure},
    quick::{Plain, Quick, Rows, Told},
    types::{CaseStudy, Council, Gap, Meetup, Offer, PeerGroup, ServiceAssessment, SourceStatus},
};

/// The most things on a page.
const MAX_PAGE: usize = 100;
/// The most councils on a page: the whole register in one.
const MAX_COUNCILS: usize = 500;

/// A thing that lists hold.
pub(crate) trait Listed: Quick + Clone {
    /// Its place in them.
    fn key(&self) -> Key;
}

/// A page of a list: one order over all regions, and an honest word on what is missing.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "MeetupConnection", params(Meetup, MeetupEdge)),
    concrete(name = "CaseStudyConnection", params(CaseStudy, CaseStudyEdge)),
    concrete(name = "OfferConnection", params(Offer, OfferEdge)),
    concrete(
        name = "ServiceAssessmentConnection",
        params(ServiceAssessment, ServiceAssessmentEdge)
    ),
    concrete(name = "CouncilConnection", params(Council, CouncilEdge)),
    concrete(name = "PeerGroupConnection", params(PeerGroup, PeerGroupEdge))
)]
pub(crate) struct ConnectionBy<T: Listed, E: Quick> {
    /// The things on this page, in the list's order.
    nodes: Rows<T>,
    /// The same with a cursor each.
    edges: Edges<T, E>,
    /// Where this page stands in the list, as far as the regions that answered know.
    page_info: PageInfo,
    /// How many things the whole list has; null if a region that counts is missing.
    total_count: Option<i32>,
    /// False if a region was missing on this page or on an earlier one of the same walk.
    complete: bool,
    /// The same in a sentence that can be shown to readers.
    note: String,
    /// How each region that was asked answered.
    sources: Vec<SourceStatus>,
    /// For each missing region the cursor that fetches later what this page lacks.
    gaps: Vec<Gap>,
}

/// A connection's edges follow from its nodes; the derive needs to be told both.
pub(crate) type Connection<T> = ConnectionBy<T, Edge<T>>;

type MeetupEdge = Edge<Meetup>;
type CaseStudyEdge = Edge<CaseStudy>;
type OfferEdge = Edge<Offer>;
type ServiceAssessmentEdge = Edge<ServiceAssessment>;
type CouncilEdge = Edge<Council>;
type PeerGroupEdge = Edge<PeerGroup>;

/// Edges, which are made for those who select them.
struct Edges<T, E> {
    nodes: Rows<T>,
    cursors: Cursors,
    edge: fn(T, String) -> E,
}

impl<T: Listed, E: Quick> OutputType for Edges<T, E> {
    fn type_name() -> Cow<'static, str> {
        Rows::<E>::type_name()
    }

    fn qualified_type_name() -> String {
        Rows::<E>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Rows::<E>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let edge = |node: &T| (self.edge)(node.clone(), self.cursors.of(node.key()));
        Rows(self.nodes.0.iter().map(edge).collect::<Arc<[E]>>()).resolve(ctx, field).await
    }
}

/// A thing and its place in the list.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "MeetupEdge", params(Meetup)),
    concrete(name = "CaseStudyEdge", params(CaseStudy)),
    concrete(name = "OfferEdge", params(Offer)),
    concrete(name = "ServiceAssessmentEdge", params(ServiceAssessment)),
    concrete(name = "CouncilEdge", params(Council)),
    concrete(name = "PeerGroupEdge", params(PeerGroup))
)]
pub(crate) struct Edge<T: Quick> {
    /// The thing.
    node: T,
    /// Pass it as `after` or `before` to go on from here. Opaque; kept valid across restarts.
    cursor: String,
}

impl<T: Quick> Quick for Edge<T>
where
    Self: OutputType,
{
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        match field.name {
            "node" => told.object(&self.node, field, asked)?,
            "cursor" => told.text(&self.cursor),
            _ => return None,
        }
        Some(())
    }
}

/// Where a page stands in its list.
#[derive(SimpleObject, Clone)]
pub(crate) struct PageInfo {
    /// True if the regions that answered have more after this page.
    has_next_page: bool,
    /// True if the regions that answered have more before this page.
    has_previous_page: bool,
    /// The first cursor of the page.
    start_cursor: Option<String>,
    /// The last cursor of the page.
    end_cursor: Option<String>,
}

impl<T: Listed> ConnectionBy<T, Edge<T>>
where
    Edge<T>: OutputType,
{
    /// From a page over regions.
    pub(crate) fn of_regions<R>(page: &Page<R>, node: impl Fn(&Arc<R>) -> T) -> Self {
        Self {
            total_count: page.total_count.and_then(|count| i32::try_from(count).ok()),
            complete: page.complete,
            note: page.note.clone(),
            sources: page.sources.iter().map(|status| SourceStatus(status.clone())).collect(),
            gaps: page.gaps.iter().map(|gap| Gap(gap.clone())).collect(),
            ..Self::plain(
                page.rows.iter().map(node).collect(),
                page.cursors.clone(),
                page.has_next_page,
                page.has_previous_page,
            )
        }
    }

    /// From a page of national reference data, which is always whole.
    pub(crate) fn of_reference<R>(page: NamedPage<R>, node: impl Fn(R) -> T) -> Self {
        let total = page.total_count;
        Self {
            total_count: i32::try_from(total).ok(),
            complete: true,
            note: "Complete: the national register answered.".to_owned(),
            ..Self::plain(
                page.rows.into_iter().map(node).collect(),
                page.cursors,
                page.has_next_page,
                page.has_previous_page,
            )
        }
    }

    fn plain(
        nodes: Arc<[T]>,
        cursors: Cursors,
        has_next_page: bool,
        has_previous_page: bool,
    ) -> Self {
        let cursor = |node: Option<&T>| node.map(|node| cursors.of(node.key()));
        Self {
            page_info: PageInfo {
                has_next_page,
                has_previous_page,
                start_cursor: cursor(nodes.first()),
                end_cursor: cursor(nodes.last()),
            },
            nodes: Rows(nodes.clone()),
            edges: Edges {
                nodes: Rows(nodes),
                cursors,
                edge: |node, cursor| Edge { node, cursor },
            },
            total_count: None,
            complete: true,
            note: String::new(),
            sources: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

/// Relay's four arguments as they come in.
#[derive(Default)]
pub(crate) struct PageWords {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl PageWords {
    /// Checked against the bound of most lists.
    pub(crate) fn checked(self) -> Result<PageArgs> {
        self.within(MAX_PAGE)
    }

    /// Checked against the bound of lists of councils.
    pub(crate) fn checked_for_councils(self) -> Result<PageArgs> {
        self.within(MAX_COUNCILS)
    }

    /// Only the numbers: that the words do not contradict each other is a rule of the walk.
    fn within(self, most: usize) -> Result<PageArgs> {
        let size = |name: &str, given: Option<i32>| match given.map(|rows| within(rows, most)) {
            None => Ok(None),
            Some(Some(size)) => Ok(Some(size)),
            Some(None) => Err(failure(
                code::PAGE_SIZE,
                format!(
                    "`{name}` is from 1 to {most}: ask for a page and go on with its endCursor"
                ),
            )),
        };
        Ok(PageArgs {
            first: size("first", self.first)?,
            after: self.after,
            last: size("last", self.last)?,
            before: self.before,
        })
    }
}

/// What a list costs before it runs: as many times its row as it may have rows.
pub(crate) fn cost(first: Option<i32>, last: Option<i32>, each: usize) -> usize {
    let rows = first.or(last).and_then(|rows| usize::try_from(rows).ok());
    1 + rows.unwrap_or(DEFAULT_PAGE_SIZE).min(MAX_COUNCILS).saturating_mul(each)
}

/// How many rows are asked for of a list that has no pages.
pub(crate) fn row_count(first: i32, most: usize) -> Result<usize> {
    within(first, most)
        .ok_or_else(|| failure(code::PAGE_SIZE, format!("`first` is from 1 to {most}")))
}

/// A number of rows, if it is one.
pub(crate) fn within(given: i32, most: usize) -> Option<usize> {
    usize::try_from(given).ok().filter(|rows| (1..=most).contains(rows))
}

/// What a list without pages costs: `usually` as many rows as the subject's facts lead one to
/// expect. Without it, lists in lists grow beyond any bound within a short query.
pub(crate) fn plain_list(usually: usize, each: usize) -> usize {
    1 + usually.saturating_mul(each)
}

/// True if the request selects a number that costs a count.
pub(crate) fn wants_count(ctx: &Context<'_>) -> bool {
    let selected = ctx.look_ahead();
    selected.field("totalCount").exists() || selected.field("sources").field("count").exists()
}

/// How much of its rows the request selects, if a brief one has these fields. What has no
/// connection around its rows has them whole.
pub(crate) fn wanted(ctx: &Context<'_>, brief: &[&str]) -> Extent {
    let is_brief =
        |row: SelectionField<'_>| row.selection_set().all(|field| brief.contains(&field.name()));
    let field = ctx.field();
    let is_all_brief = field.selection_set().all(|part| match part.name() {
        "nodes" => is_brief(part),
        "edges" => part.selection_set().all(|edge| edge.name() != "node" || is_brief(edge)),
        name => BESIDE_ROWS.contains(&name),
    });
    if is_all_brief { Extent::Brief } else { Extent::Whole }
}

/// What a connection has beside its rows.
const BESIDE_ROWS: [&str; 7] =
    ["__typename", "pageInfo", "totalCount", "complete", "note", "sources", "gaps"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_impossible_sizes_are_refused_in_words() {
        for (first, last) in [(Some(100_000), None), (Some(0), None), (None, Some(-1))] {
            let words = PageWords { first, last, ..PageWords::default() };
            let error = words.checked().expect_err("impossible");
            assert!(error.message.contains("from 1 to 100"), "{}", error.message);
        }
        let words = PageWords { first: Some(500), ..PageWords::default() };
        assert!(words.checked_for_councils().is_ok());
    }
}

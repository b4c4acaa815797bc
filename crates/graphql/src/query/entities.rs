//! Things as other services of a federated graph refer to them: `_entities` and `_service`.
//!
//! These are fields of ours, not the library's entity resolvers: with those, one representation
//! that names nothing fails all, no error says which one it is about, and neither their number
//! nor their cost has a bound. The table of keys is both what representations are read by and
//! what the subgraph's schema says.

use async_graphql::{Any, Context, Object, Result, SimpleObject, Value};
use folkmoot_domain::EntityKind;
use futures::future::join_all;

use crate::{
    asked::{Asked, asked},
    connection::plain_list,
    error::{code, failure},
    query::nodes,
    schema,
    types::{Council, Entity, Node, PeerGroup, Region, Standard, StandardPoint},
};

/// The most representations in one question: a router sends those of a whole list at once, and the
/// longest page, of councils, has as many.
const MAX_REPRESENTATIONS: usize = 500;

/// A kind of thing that others may refer to: by `id`, and by keys of its own.
pub(crate) struct Keyed {
    pub(crate) name: &'static str,
    kind: EntityKind,
    natural: &'static [(&'static str, FindBy)],
}

/// The thing that a key of its own names, if it is there for this viewer.
type FindBy = fn(&Asked, &str) -> Option<Node>;

impl Keyed {
    /// The fields by any of which a thing is named.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once("id").chain(self.natural.iter().map(|(key, _)| *key))
    }
}

/// Every kind of thing with its keys.
pub(crate) const KINDS: [Keyed; 9] = [
    Keyed {
        name: "Council",
        kind: EntityKind::Council,
        natural: &[("code", council_by_code), ("gssCode", council_by_gss_code)],
    },
    Keyed { name: "Standard", kind: EntityKind::Standard, natural: &[("code", standard_by_code)] },
    Keyed {
        name: "StandardPoint",
        kind: EntityKind::StandardPoint,
        natural: &[("ref", point_by_reference)],
    },
    Keyed { name: "Region", kind: EntityKind::Region, natural: &[("code", region_by_code)] },
    Keyed { name: "PeerGroup", kind: EntityKind::PeerGroup, natural: &[("slug", group_by_slug)] },
    Keyed { name: "Meetup", kind: EntityKind::Meetup, natural: &[] },
    Keyed { name: "CaseStudy", kind: EntityKind::CaseStudy, natural: &[] },
    Keyed { name: "Offer", kind: EntityKind::Offer, natural: &[] },
    Keyed { name: "ServiceAssessment", kind: EntityKind::ServiceAssessment, natural: &[] },
];

fn council_by_code(asked: &Asked, given: &str) -> Option<Node> {
    let mut councils = asked.reference.councils().iter();
    let id = councils.find(|council| council.code.as_str() == given)?.id;
    Some(Node::Council(Council { reference: asked.reference.clone(), id }))
}

/// By any GSS code that a council bore: tables made by older codes still name it.
fn council_by_gss_code(asked: &Asked, given: &str) -> Option<Node> {
    let council = asked.reference.council_by_ref(given, None, asked.today()).ok().flatten()?;
    let bore_it = council.gss.iter().any(|alias| alias.code == given);
    let reference = asked.reference.clone();
    bore_it.then_some(Node::Council(Council { reference, id: council.id }))
}

fn standard_by_code(asked: &Asked, given: &str) -> Option<Node> {
    let mut standards = asked.reference.standards().iter();
    let id = standards.find(|standard| standard.code == given)?.id;
    Some(Node::Standard(Standard { reference: asked.reference.clone(), id }))
}

fn point_by_reference(asked: &Asked, given: &str) -> Option<Node> {
    let mut points = asked.reference.standards().iter().flat_map(|standard| &standard.points);
    let id = points.find(|point| point.reference == given)?.id;
    Some(Node::StandardPoint(StandardPoint { reference: asked.reference.clone(), id }))
}

/// By its code or one that it had: none is ever given to another region.
fn region_by_code(asked: &Asked, given: &str) -> Option<Node> {
    let mut regions = asked.visible_regions();
    let region = regions.find(|region| region.is_called(given))?;
    Some(Node::Region(Region { reference: asked.reference.clone(), id: region.id }))
}

fn group_by_slug(asked: &Asked, given: &str) -> Option<Node> {
    let id = asked.visible_groups().find(|group| group.slug == given)?.id;
    Some(Node::PeerGroup(PeerGroup { reference: asked.reference.clone(), id }))
}

/// The thing that a representation names; `None` if there is none, or none that this viewer may
/// see.
async fn find(ctx: &Context<'_>, given: &Value) -> Option<Result<Node>> {
    let (kind, key, text) = match read(given) {
        Ok(read) => read,
        Err(message) => return Some(Err(failure(code::VALUE_INVALID, message))),
    };
    if let Some((_, find_by)) = kind.natural.iter().find(|(name, _)| *name == key) {
        return find_by(asked(ctx), text).map(Ok);
    }
    match nodes::parsed(text) {
        Ok(id) if id.kind() == kind.kind => nodes::find(ctx, id).await,
        Ok(_) => {
            let message = "the id names something of another kind than `__typename` says";
            Some(Err(failure(code::MALFORMED_ID, message)))
        }
        Err(error) => Some(Err(error)),
    }
}

/// Which kind a representation is of, and the first of its keys that it holds. What was sent is
/// not repeated.
fn read(given: &Value) -> Result<(&'static Keyed, &'static str, &str), String> {
    let field = |name: &str| match given {
        Value::Object(fields) => fields.get(name),
        _ => None,
    };
    let Some(Value::String(name)) = field("__typename") else {
        let message = "a representation is an object with `__typename` and a key, such as \
                       {__typename: \"Council\", code: \"CMD\"}";
        return Err(message.to_owned());
    };
    let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        format!("`__typename` names nothing that is kept here: it is one of {}", names.join(", "))
    })?;
    let text = |key: &'static str| match field(key) {
        Some(Value::String(text)) => Some((key, text.as_str())),
        _ => None,
    };
    let (key, text) = kind.keys().find_map(text).ok_or_else(|| {
        let keys: Vec<_> = kind.keys().map(|key| format!("`{key}`")).collect();
        format!("a representation of {} holds {} as a text", kind.name, keys.join(" or "))
    })?;
    Ok((kind, key, text))
}

/// This gateway as a part of a federated graph.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct Service {
    /// The schema with its keys, for composing it with those of other services.
    sdl: &'static str,
}

/// What routers of a federated graph ask.
#[derive(Default)]
pub(crate) struct EntityQueries;

#[Object]
impl EntityQueries {
    /// For routers of a federated graph: the things that these representations name, in the same
    /// order, at most 500; null for each that is not there.
    #[graphql(
        name = "_entities",
        complexity = "plain_list(representations.len().min(MAX_REPRESENTATIONS), child_complexity)"
    )]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Each with its `__typename` and a key.")] representations: Vec<Any>,
    ) -> Result<Vec<Option<Result<Entity>>>> {
        if representations.len() > MAX_REPRESENTATIONS {
            let message = format!(
                "at most {MAX_REPRESENTATIONS} representations at a time: ask again for the rest"
            );
            return Err(failure(code::TOO_MANY_IDS, message));
        }
        let found = join_all(representations.iter().map(|Any(given)| find(ctx, given))).await;
        Ok(found.into_iter().map(|node| node.map(|node| node.map(Entity::from))).collect())
    }

    /// For routers of a federated graph: this gateway's part of it.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: schema::subgraph_sdl() }
    }
}

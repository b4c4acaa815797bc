//! Things that have names of their own are found by their global ids, too: such an address leads to
//! the one with the name.

use folkmoot_domain::GlobalId;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{own::Unsaid, pieces::Here},
    NoPage,
    asking::{Asking, variables},
};

const NODE: &str = "query($id: ID!) { node(id: $id) { ... on Council { url } ... on Region { url } \
    ... on PeerGroup { url } ... on StandardPoint { url } ... on Standard { code } } }";

#[derive(Deserialize)]
struct Found {
    node: Option<Node>,
}

#[derive(Deserialize)]
struct Node {
    url: Option<Here>,
    code: Option<String>,
}

/// Goes on if this is a name; if it is an id, ends with the address of what it names.
pub(super) async fn is_name(asking: &Asking<'_>, name: &str) -> Result<(), NoPage> {
    if name.parse::<GlobalId>().is_err() {
        return Ok(());
    }
    let found: Found = asking.ask(NODE, variables([("id", json!(name))])).await?;
    let address = match found.node {
        Some(Node { url: Some(url), .. }) => url.path().to_owned(),
        Some(Node { code: Some(code), .. }) => format!("/standards/{code}"),
        _ => return Err(Unsaid::nothing("there is nothing with this id").into()),
    };
    Err(NoPage::Elsewhere(address))
}

//! Who asks.

use async_graphql::Object;
use folkmoot_domain::Bearer;

use crate::scalars::DateTime;

/// The bearer of a token.
pub(crate) struct Viewer(pub(crate) Bearer);

/// The bearer of the token that came with the request.
#[Object]
impl Viewer {
    /// The token's name, given when it was made.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it allows, such as `coordinator:midlands`.
    async fn scopes(&self) -> Vec<String> {
        self.0.scopes.iter().map(ToString::to_string).collect()
    }

    /// When it ends; null if it does not.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }
}

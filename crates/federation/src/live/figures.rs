//! Asking a region's service for the half-years that it closed.
//!
//! Not by the contract's one query, which a service of version 1.0 has to understand: by a query
//! of its own, to a service whose card says that it knows the part.

use folkmoot_domain::{FeedAddress, RegionCard, read_card};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    LiveClient, QUERY,
    client::Failed,
    refusal::{Refusal, refusals},
};
use crate::{SourceError, Via};

/// The contract's query for figures.
pub(crate) const FIGURES_QUERY: &str = include_str!("../../../../docs/regions/capability.graphql");

/// The field that is asked for.
pub(crate) const FIELD: &str = "capability";

/// A service and how it is asked.
pub(crate) struct FiguresService<'a> {
    pub(crate) client: &'a LiveClient,
    pub(crate) address: &'a FeedAddress,
    pub(crate) token: Option<&'a str>,
    /// This gateway.
    pub(crate) instance: Uuid,
}

/// Why there are no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoFigures {
    /// The service wants a token of the scope `peer`, or another one.
    NotAllowed(String),
    /// It could not be asked.
    Unreachable(String),
    /// Its answer is none.
    Malformed(String),
}

impl FiguresService<'_> {
    /// Who it is.
    pub(crate) async fn card(&self) -> Result<RegionCard, NoFigures> {
        let variables = json!({ "describe": true });
        let data = self.data(QUERY, "Folkmoot", variables, "describe").await?;
        read_card(data.to_string().as_bytes())
            .map_err(|error| NoFigures::Malformed(format!("describe: {error}")))
    }

    /// All half-years that it closed.
    pub(crate) async fn closed(&self) -> Result<Vec<Value>, NoFigures> {
        match self.data(FIGURES_QUERY, "FolkmootCapability", json!({}), FIELD).await? {
            Value::Array(items) => Ok(items),
            _ => Err(NoFigures::Malformed(format!("{FIELD}: is no list"))),
        }
    }

    async fn data(
        &self,
        query: &str,
        name: &str,
        variables: Value,
        field: &str,
    ) -> Result<Value, NoFigures> {
        let question = json!({ "query": query, "operationName": name, "variables": variables });
        let via = Via::current().and(self.instance).map_err(|error| {
            NoFigures::Unreachable(format!("it would be asked in a circle: {error}"))
        })?;
        let (url, question) = (self.address.url(), question.to_string().into_bytes());
        // Before a release, hours after the last time: no connection is open from then.
        let body = self.client.post(url, self.token, &via, question, true).await?;
        let mut answer: Value = serde_json::from_slice(&body)
            .map_err(|error| NoFigures::Malformed(format!("its answer is no JSON: {error}")))?;
        let refusals = refusals(answer.get("errors").unwrap_or(&Value::Null));
        if let Some(refusal) = refusals.first() {
            return Err(refused(refusal));
        }
        let data = answer.get_mut("data").and_then(Value::as_object_mut);
        let data =
            data.ok_or_else(|| NoFigures::Malformed("its answer has no `data`".to_owned()))?;
        Ok(data.remove(field).unwrap_or_default())
    }
}

fn refused(refusal: &Refusal) -> NoFigures {
    let failed = refusal.failed();
    if refusal.is_about_scope() { NoFigures::NotAllowed(failed.reason) } else { failed.into() }
}

impl From<Failed> for NoFigures {
    fn from(failed: Failed) -> Self {
        match failed.error {
            SourceError::Rejected => Self::NotAllowed(failed.reason),
            SourceError::Malformed(_) => Self::Malformed(failed.reason),
            SourceError::Unavailable | SourceError::Busy(_) | SourceError::TimedOut => {
                Self::Unreachable(failed.reason)
            }
        }
    }
}

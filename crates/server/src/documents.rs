//! The list of documents that requests may name, as the settings say where it is.

use anyhow::{Context, Result, bail};
use folkmoot_graphql::TrustedDocuments;

use crate::config::Config;

/// Reads the list; none if there is no setting.
pub(crate) fn trusted(config: &Config) -> Result<TrustedDocuments> {
    let settings = &config.documents;
    if settings.list.is_empty() {
        if settings.only {
            bail!("the setting documents.only needs documents.list: else nothing is answered");
        }
        return Ok(TrustedDocuments::default());
    }
    let wrong = || format!("the setting documents.list is not right: {}", settings.list);
    let list = std::fs::read(&settings.list).with_context(wrong)?;
    TrustedDocuments::read(&list).with_context(wrong)
}

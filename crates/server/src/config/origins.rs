//! Which values are in force, and where each came from.

use anyhow::{Context, Result};
use figment::{
    Figment, Metadata, Source,
    value::{Dict, Value},
};

/// Where each value came from.
pub struct Origins(pub(super) Figment);

impl Origins {
    /// Every value in force: key, value, origin. Passwords in addresses are not shown.
    pub fn lines(&self) -> Result<Vec<(String, String, String)>> {
        let sections: Dict = self.0.extract().context("read the settings")?;
        let mut lines = Vec::new();
        for (section, values) in sections {
            self.add_lines(section, values, &mut lines)?;
        }
        Ok(lines)
    }

    fn add_lines(
        &self,
        key: String,
        value: Value,
        lines: &mut Vec<(String, String, String)>,
    ) -> Result<()> {
        let text = match value {
            Value::Dict(_, values) => {
                for (name, value) in values {
                    self.add_lines(format!("{key}.{name}"), value, lines)?;
                }
                return Ok(());
            }
            Value::String(_, text) => without_password(&text),
            other => serde_json::to_string(&other).context("write a setting")?,
        };
        let origin = self.0.find_metadata(&key).map(origin_name).unwrap_or_default();
        lines.push((key, text, origin));
        Ok(())
    }
}

/// Such as the name of a file or of a variable.
pub(super) fn origin_name(metadata: &Metadata) -> String {
    match &metadata.source {
        Some(Source::File(file)) => file.display().to_string(),
        _ if metadata.name.starts_with("TOML") => "default".to_owned(),
        _ => metadata.name.replace('`', ""),
    }
}

/// Addresses of databases and of Redis are shown without what stands before the host or after the path: both may
/// hold a password, and one with odd characters need not parse.
pub(super) fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    if !["postgres", "redis"].iter().any(|start| scheme.starts_with(start)) {
        return text.to_owned();
    }
    let host = rest.rsplit('@').next().unwrap_or(rest);
    let hides = if host.len() < rest.len() { "***@" } else { "" };
    let shown = host.split('?').next().unwrap_or(host);
    let cut = if shown.len() < host.len() { "?***" } else { "" };
    format!("{scheme}://{hides}{shown}{cut}")
}

//! What documents have readers paste: fenced blocks, and queries asked as a reader would ask them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Role};
use serde_json::{Value, json};

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A document's lines, each with the language of the fenced block that it stands in, if any. The
/// fences themselves are left out.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let mut within = None;
    text.lines().filter_map(move |line| {
        // Blocks within lists are indented.
        let Some(fence) = line.trim_start().strip_prefix("```") else {
            return Some((within, line));
        };
        within = match within {
            None => Some(fence.trim()),
            Some(_) => None,
        };
        None
    })
}

/// The fenced blocks in a language.
pub(crate) fn blocks(text: &str, language: &str) -> impl Iterator<Item = String> {
    let mut blocks = vec![String::new()];
    let mut was_within = false;
    for (within, line) in lines(text) {
        let is_within = within == Some(language);
        if is_within && !was_within {
            blocks.push(String::new());
        }
        if let (true, Some(block)) = (is_within, blocks.last_mut()) {
            block.push_str(line);
            block.push('\n');
        }
        was_within = is_within;
    }
    blocks.into_iter().filter(|block| !block.is_empty())
}

/// The data that answers a query, with the token that its first line names.
pub(crate) async fn ask(gateway: &Gateway, query: &str) -> Result<Value> {
    let first = query.lines().next().unwrap_or_default();
    let role = match first.strip_prefix("# with the token of ") {
        None => Role::Anonymous,
        Some(whose) => {
            let whose = whose.trim_start_matches("a ").trim_start_matches("an ");
            let found = Role::ALL.into_iter().find(|role| role.name() == whose);
            found.with_context(|| format!("the demo has no token of {whose}"))?
        }
    };
    let data = gateway.data_as(role, query, json!({})).await;
    let data = data.with_context(|| query.to_owned())?;
    ensure!(says_something(&data), "nothing is said to {query}: {data}");
    Ok(data)
}

/// True if some list or text in the answer holds something.
pub(crate) fn says_something(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(fields) => {
            let telling =
                fields.iter().filter(|(name, _)| !["complete", "note"].contains(&name.as_str()));
            telling.map(|(_, value)| value).any(says_something)
        }
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Bool(_) | Value::Null => false,
    }
}

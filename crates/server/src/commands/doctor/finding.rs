//! What was found, how grave it is, and what to do.

use std::collections::BTreeMap;

use serde::Serialize;

/// How grave it is, from what is well to what keeps the gateway from its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Ok,
    Note,
    Warn,
    Fail,
}

impl Level {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
        }
    }
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) group: &'static str,
    /// What machines know it by; stays the same.
    pub(super) check: &'static str,
    pub(super) level: Level,
    /// A sentence.
    pub(super) text: String,
    /// What more there is to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) details: Vec<String>,
    /// What to do, unless all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
    /// What was measured, the unit in the name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) measured: BTreeMap<&'static str, f64>,
}

impl Finding {
    pub(super) fn detail(&mut self, detail: impl Into<String>) -> &mut Self {
        self.details.push(detail.into());
        self
    }

    pub(super) fn measured(&mut self, name: &'static str, value: f64) -> &mut Self {
        self.measured.insert(name, value);
        self
    }
}

/// All of one group.
pub(super) struct Findings {
    group: &'static str,
    all: Vec<Finding>,
}

impl Findings {
    pub(super) fn of(group: &'static str) -> Self {
        Self { group, all: Vec::new() }
    }

    pub(super) fn ok(&mut self, check: &'static str, text: impl Into<String>) -> &mut Finding {
        self.add(check, Level::Ok, text.into(), None)
    }

    pub(super) fn note(
        &mut self,
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> &mut Finding {
        self.add(check, Level::Note, text.into(), Some(advice.into()))
    }

    pub(super) fn warn(
        &mut self,
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> &mut Finding {
        self.add(check, Level::Warn, text.into(), Some(advice.into()))
    }

    pub(super) fn fail(
        &mut self,
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> &mut Finding {
        self.add(check, Level::Fail, text.into(), Some(advice.into()))
    }

    fn add(
        &mut self,
        check: &'static str,
        level: Level,
        text: String,
        advice: Option<String>,
    ) -> &mut Finding {
        let (group, place) = (self.group, self.all.len());
        let (details, measured) = (Vec::new(), BTreeMap::new());
        self.all.push(Finding { group, check, level, text, details, advice, measured });
        &mut self.all[place]
    }

    pub(super) fn into_all(self) -> Vec<Finding> {
        self.all
    }
}

//! What `/metrics` says, read as strictly as Prometheus' text format 0.0.4 allows.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};

/// Labels in order of name.
type Labels = BTreeMap<String, String>;

/// All samples of one reading.
#[derive(Debug, Default)]
pub struct Readings {
    samples: Vec<(String, Labels, f64)>,
}

impl Readings {
    /// Reads them.
    ///
    /// # Errors
    /// If a line is not right, a name is not explained, families are mixed, a series comes twice,
    /// a counter is not named or counted as one, or a histogram does not add up.
    pub fn of(text: &str) -> Result<Self> {
        ensure!(text.ends_with('\n'), "the last line does not end");
        let mut readings = Self::default();
        let mut families = BTreeMap::<String, String>::new();
        let (mut helped, mut current) = (BTreeSet::new(), String::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').context("a help without words")?;
                ensure!(!words.is_empty() && helped.insert(name.to_owned()), "{line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').context("a type without a kind")?;
                ensure!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                ensure!(helped.contains(name), "{name} is not explained");
                let is_new = families.insert(name.to_owned(), kind.to_owned()).is_none();
                ensure!(is_new, "{name} comes twice");
                current = name.to_owned();
            } else {
                let (name, labels, value) =
                    sample(line).with_context(|| format!("not a sample: {line}"))?;
                let rest = name.strip_prefix(&current).with_context(|| format!("{name} strays"))?;
                let kind = families.get(&current).context("a sample without a type")?;
                match (kind.as_str(), rest) {
                    ("counter", "") => ensure!(name.ends_with("_total") && value >= 0.0, "{line}"),
                    ("gauge", "") | ("histogram", "_bucket" | "_sum" | "_count") => {}
                    _ => bail!("{name} is no name of a {kind} {current}"),
                }
                readings.samples.push((name, labels, value));
            }
        }
        let series: BTreeSet<_> = readings.samples.iter().map(|(n, l, _)| (n, l)).collect();
        ensure!(series.len() == readings.samples.len(), "a series comes twice");
        for (name, _) in families.iter().filter(|(_, kind)| *kind == "histogram") {
            readings.adds_up(name)?;
        }
        Ok(readings)
    }

    /// The sum over all series of this name that have these labels; `None` if there is none.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let has = |all: &Labels| labels.iter().all(|(k, v)| all.get(*k).is_some_and(|is| is == v));
        let mut found = self.samples.iter().filter(|(n, l, _)| n == name && has(l)).peekable();
        found.peek()?;
        Some(found.map(|(.., value)| value).sum())
    }

    /// Every value that a label has.
    pub fn label_values(&self) -> impl Iterator<Item = &str> {
        self.samples.iter().flat_map(|(_, labels, _)| labels.values().map(String::as_str))
    }

    /// The buckets of each series rise, and the last holds what was counted.
    fn adds_up(&self, family: &str) -> Result<()> {
        let mut buckets = BTreeMap::<Labels, Vec<(f64, f64)>>::new();
        for (_, labels, value) in self.named(&format!("{family}_bucket")) {
            let mut labels = labels.clone();
            let bound = labels.remove("le").context("a bucket without a bound")?;
            buckets.entry(labels).or_default().push((number(&bound)?, *value));
        }
        for (labels, buckets) in &buckets {
            let rises = buckets.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
            ensure!(rises, "{family}: the buckets of {labels:?} do not rise: {buckets:?}");
            let of = |suffix: &str| {
                let name = format!("{family}{suffix}");
                self.named(&name).find(|(_, l, _)| l == labels).map(|(.., value)| *value)
            };
            let last = buckets.last().context("no bucket")?;
            ensure!(last.0.is_infinite() && Some(last.1) == of("_count"), "{family} {labels:?}");
            ensure!(of("_sum").is_some(), "{family} {labels:?} has no sum");
        }
        Ok(())
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &(String, Labels, f64)> {
        self.samples.iter().filter(move |(n, ..)| n == name)
    }
}

fn sample(line: &str) -> Result<(String, Labels, f64)> {
    let (series, value) = line.rsplit_once(' ').context("no value")?;
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, read_labels(labels.strip_suffix('}').context("no brace")?)?),
        None => (series, Labels::new()),
    };
    ensure!(is_name(name, true), "not a name");
    Ok((name.to_owned(), labels, number(value)?))
}

fn read_labels(mut text: &str) -> Result<Labels> {
    let mut labels = Labels::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once("=\"").context("no value of a label")?;
        ensure!(is_name(name, false), "{name} is no label");
        let end = rest.find('"').context("a value without an end")?;
        // Ours are codes and words, none of which needs an escape.
        ensure!(!rest[..end].contains('\\'), "an escape");
        let is_new = labels.insert(name.to_owned(), rest[..end].to_owned()).is_none();
        ensure!(is_new, "{name} comes twice");
        text = &rest[end + 1..];
        text = text.strip_prefix(',').unwrap_or(text);
    }
    Ok(labels)
}

fn is_name(name: &str, may_have_colons: bool) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || (may_have_colons && c == ':');
    name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

fn number(text: &str) -> Result<f64> {
    match text {
        "+Inf" => Ok(f64::INFINITY),
        text => text.parse::<f64>().ok().filter(|n| n.is_finite()).context("not a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::Readings;

    const RIGHT: &str = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"c\"} 2\n\n\
        # HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3.5\n\
        h_count 2\n";

    #[test]
    fn what_is_right_is_read() {
        let readings = Readings::of(RIGHT).expect("right");
        assert_eq!(readings.sum("a_total", &[("b", "c")]), Some(2.0));
        assert_eq!(readings.sum("a_total", &[("b", "d")]), None);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (right, wrong) in [
            ("# HELP a_total A.\n", ""),
            ("# TYPE a_total counter\n", ""),
            ("a_total", "a"),
            ("{b=\"c\"}", "{b=\"c\"} "),
            ("{b=\"c\"} 2\n", "{b=\"c\"} 2\na_total{b=\"c\"} 3\n"),
            ("b=\"c\"", "b=c"),
            ("{b=\"c\"} 2", "{b=\"c\"} two"),
            ("le=\"1\"} 1", "le=\"1\"} 3"),
            ("h_count 2", "h_count 3"),
            ("h_sum 3.5\n", ""),
            ("h_count 2\n", "h_count 2"),
        ] {
            let text = RIGHT.replace(right, wrong);
            assert!(Readings::of(&text).is_err(), "{wrong:?} for {right:?}");
        }
    }
}

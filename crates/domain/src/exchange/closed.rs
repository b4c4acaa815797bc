//! Half-years that a region closed, as counts: what one gateway tells another in trust.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    card::CLOCK_LEEWAY,
    item::{ExchangeContext, Fault},
};
use crate::{
    Asked, Closing, HalfYear, Histogram, LEVELS, Measure, PointId, Reference, TableCounts,
    Threshold, london_day,
    sheet::{MAX_TITLE, told},
};

/// The most councils that a count can have: the nation has some 400.
const MOST_COUNCILS: u32 = 1_000;

/// The most tables of a half-year: the largest standards have some twenty points, each with two
/// measures, and a region asks about a few standards.
const MOST_TABLES: usize = 500;

/// A half-year that a region closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClosedItem {
    /// Such as `2026-H1`.
    pub half_year: String,
    /// When its answers were frozen.
    pub closed_at: DateTime<Utc>,
    /// The fewest councils that a figure of the region's own has; absent if it publishes none.
    pub threshold: Option<u32>,
    /// What was asked about, a standard each.
    pub asked: Vec<AskedItem>,
    /// The counts, a point and measure each.
    pub tables: Vec<TableItem>,
}

/// What a region had asked about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedItem {
    /// The code of the standard, such as `lgdss-2016`.
    pub standard: String,
    /// Councils that could have answered.
    pub eligible: u32,
    /// The day of the latest round.
    pub held_on: NaiveDate,
}

/// The counts of a point and measure: both of the first two, or the third alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableItem {
    /// The reference of the point, such as `lgdss-2016/3`.
    pub point: String,
    /// What was asked of it.
    pub measure: Measure,
    /// Councils that answered in confidence.
    pub confidential: Option<CountsItem>,
    /// Councils that publish their own answers.
    pub self_published: Option<CountsItem>,
    /// Instead: the region's own row.
    pub suppressed: Option<CountsItem>,
}

/// How many councils gave each level, and how many none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountsItem {
    /// At level 0, 1, 2, 3, 4.
    pub levels: Vec<u32>,
    /// *Not applicable* and *don't know*, as one sum.
    pub not_rated: u32,
}

/// A half-year that a region closed elsewhere, as it can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedHalfYear {
    /// When, and what it had asked about.
    pub closing: Closing,
    /// The threshold of the region's own figures, if it publishes any.
    pub threshold: Option<Threshold>,
    /// Its counts.
    pub tables: BTreeMap<(PointId, Measure), TableCounts>,
    /// Standards and points that are not known here, by name.
    pub passed_over: Vec<String>,
    /// Stays the same for as long as the region says the same of the half-year.
    pub fingerprint: Uuid,
}

impl From<Histogram> for CountsItem {
    fn from(counts: Histogram) -> Self {
        Self { levels: counts.levels.to_vec(), not_rated: counts.not_rated }
    }
}

impl CountsItem {
    fn read(&self) -> Result<Histogram, String> {
        let levels: [u32; LEVELS] = self
            .levels
            .as_slice()
            .try_into()
            .map_err(|_| format!("levels: has {LEVELS} counts, of the levels 0 to 4"))?;
        let is_small = |count: &u32| *count <= MOST_COUNCILS;
        if !levels.iter().chain([&self.not_rated]).all(is_small) {
            return Err(format!("has a count above {MOST_COUNCILS}: count councils"));
        }
        Ok(Histogram { levels, not_rated: self.not_rated })
    }
}

impl ClosedItem {
    /// As others get it; what is not known here by name is left out.
    pub fn of<'a>(
        closing: &Closing,
        tables: impl IntoIterator<Item = (&'a (PointId, Measure), &'a TableCounts)>,
        threshold: Threshold,
        reference: &Reference,
    ) -> Self {
        let asked = closing.asked.iter().filter_map(|asked| {
            let standard = reference.standard(asked.standard)?.code.clone();
            Some(AskedItem { standard, eligible: asked.eligible, held_on: asked.held_on })
        });
        let table = |((point, measure), counts): (&(PointId, Measure), &TableCounts)| {
            let (confidential, self_published, suppressed) = match *counts {
                TableCounts::Complete { confidential, self_published } => {
                    (Some(confidential.into()), Some(self_published.into()), None)
                }
                TableCounts::Suppressed(all) => (None, None, Some(all.into())),
            };
            let point = reference.point(*point)?.reference.clone();
            Some(TableItem { point, measure: *measure, confidential, self_published, suppressed })
        };
        Self {
            half_year: closing.half_year.to_string(),
            closed_at: closing.closed_at,
            threshold: Some(threshold.councils()),
            asked: asked.collect(),
            tables: tables.into_iter().filter_map(table).collect(),
        }
    }

    /// A threshold may be raised later, which changes no answer.
    fn fingerprint(&self) -> Uuid {
        let mut item = Self { threshold: None, ..self.clone() };
        item.asked.sort();
        item.tables.sort();
        let text = serde_json::to_string(&item).expect("names and numbers are JSON");
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
    }
}

/// What [`read_closed`] gives as the fingerprint, also of a half-year that cannot be taken; `None` if
/// it is none.
pub fn closed_fingerprint(item: &Value) -> Option<Uuid> {
    let item: ClosedItem = serde_json::from_value(item.clone()).ok()?;
    Some(item.fingerprint())
}

/// Reads a half-year that a region closed: strictly, for a count that is taken stays for ever.
///
/// # Errors
/// If it cannot be taken: where, why, and what to do.
pub fn read_closed(item: &Value, context: &ExchangeContext<'_>) -> Result<CountedHalfYear, Fault> {
    let item: ClosedItem =
        super::parse(item.to_string().as_bytes()).map_err(|message| Fault::new("", message))?;
    let reading = Reading { context, item: &item };
    let half_year = reading.half_year()?;
    let (asked, mut passed_over) = reading.asked(half_year)?;
    let threshold = reading.threshold()?;
    let (tables, points) = reading.tables(&asked, threshold)?;
    passed_over.extend(points);
    let closing = Closing {
        region: context.region.id,
        half_year,
        closed_at: crate::to_second(item.closed_at),
        closed_by: "region".to_owned(),
        asked,
    };
    Ok(CountedHalfYear { closing, threshold, tables, passed_over, fingerprint: item.fingerprint() })
}

/// One item that is being read.
struct Reading<'a> {
    context: &'a ExchangeContext<'a>,
    item: &'a ClosedItem,
}

fn fault<T>(field: impl fmt::Display, message: impl fmt::Display) -> Result<T, Fault> {
    Err(Fault::new(field, message))
}

impl Reading<'_> {
    fn half_year(&self) -> Result<HalfYear, Fault> {
        let item = self.item;
        let Ok(half_year) = item.half_year.parse::<HalfYear>() else {
            return fault("halfYear", "is no half-year: write it as 2026-H1 or 2026-H2");
        };
        let now = self.context.now;
        if london_day(now) < half_year.ends_on() {
            return fault("halfYear", "still runs: close it after its end");
        }
        if item.closed_at > now + CLOCK_LEEWAY {
            return fault("closedAt", "is still to come: give the moment at which it was closed");
        }
        if london_day(item.closed_at) < half_year.ends_on() {
            return fault("closedAt", "lies before the end of the half-year: close it after that");
        }
        Ok(half_year)
    }

    fn threshold(&self) -> Result<Option<Threshold>, Fault> {
        self.item.threshold.map(Threshold::new).transpose().map_err(|_| {
            let least = Threshold::LEAST;
            let message = format!("is below {least}: figures of fewer councils are not taken");
            Fault::new("threshold", message)
        })
    }

    /// What was asked about, and the standards that are not known here.
    fn asked(&self, half_year: HalfYear) -> Result<(Vec<Asked>, Vec<String>), Fault> {
        let (mut all, mut passed_over) = (Vec::<Asked>::new(), Vec::new());
        for (place, item) in self.item.asked.iter().enumerate() {
            let field = |name: &str| format!("asked[{place}].{name}");
            if HalfYear::of(item.held_on) != half_year {
                return fault(field("heldOn"), "lies outside the half-year");
            }
            let Ok(standard) = self.context.reference.standard_by_code(&item.standard) else {
                passed_over.push(told(&item.standard, MAX_TITLE));
                continue;
            };
            if all.iter().any(|asked| asked.standard == standard.id) {
                return fault(field("standard"), "stands twice: give the latest round alone");
            }
            self.homes(&field("eligible"), item, half_year)?;
            let (eligible, held_on) = (item.eligible, item.held_on);
            all.push(Asked { standard: standard.id, eligible, held_on });
        }
        Ok((all, passed_over))
    }

    /// A council counts once in the nation. Counts name nobody, so whether one is in two regions'
    /// can only be told by where councils are at home.
    fn homes(&self, field: &str, item: &AskedItem, half_year: HalfYear) -> Result<(), Fault> {
        let (reference, region) = (self.context.reference, self.context.region);
        let homes = reference.homes_during(region.id, half_year).len();
        if item.eligible as usize > homes {
            let message = format!(
                "are {}, and by the region's card {homes} councils are at home in it in the \
                 half-year: count those alone, and list former members with `until`",
                item.eligible
            );
            return fault(field, message);
        }
        let contested = reference.contested_homes(region.id, item.held_on);
        let Some(first) = contested.first() else { return Ok(()) };
        let name = |council| reference.council(council).map_or("a council", |it| it.name.as_str());
        let others = first.others.iter().filter_map(|claim| reference.region(claim.region));
        let others: Vec<_> = others.map(|region| region.name.as_str()).collect();
        let message = format!(
            "may count {} twice, for it is at home in {} as well{}: agree on where each is at \
             home; the half-year waits until then",
            name(first.council),
            others.join(" and "),
            match contested.len() {
                1 => String::new(),
                more => format!(" (and {} more)", more - 1),
            }
        );
        fault(field, message)
    }

    /// The counts, and the points that are not known here.
    #[allow(clippy::type_complexity, reason = "it is read once")]
    fn tables(
        &self,
        asked: &[Asked],
        threshold: Option<Threshold>,
    ) -> Result<(BTreeMap<(PointId, Measure), TableCounts>, BTreeSet<String>), Fault> {
        if self.item.tables.len() > MOST_TABLES {
            return fault("tables", format!("has more than {MOST_TABLES} entries"));
        }
        let points = self.context.reference.standards().iter().flat_map(|it| &it.points);
        let points: BTreeMap<_, _> = points.map(|it| (it.reference.as_str(), it)).collect();
        let (mut tables, mut passed_over) = (BTreeMap::new(), BTreeSet::new());
        for (place, item) in self.item.tables.iter().enumerate() {
            let field = format!("tables[{place}]");
            let Some(point) = points.get(item.point.as_str()) else {
                passed_over.insert(told(&item.point, MAX_TITLE));
                continue;
            };
            let Some(asked) = asked.iter().find(|asked| asked.standard == point.standard) else {
                return fault(field, "is about a standard that is not among `asked`");
            };
            let counts = counts(item).map_err(|message| Fault::new(&field, message))?;
            let all = counts.all();
            if matches!(counts, TableCounts::Suppressed(_))
                && threshold.is_none_or(|least| all.rated() < least.councils())
            {
                return fault(
                    field,
                    "is a row of the region's own: say by which `threshold`, and leave out what it \
                     hides",
                );
            }
            if all.rated() + all.not_rated > asked.eligible {
                return fault(field, "counts more councils than are eligible");
            }
            if tables.insert((point.id, item.measure), counts).is_some() {
                return fault(field, "stands twice: give each point and measure once");
            }
        }
        Ok((tables, passed_over))
    }
}

fn counts(item: &TableItem) -> Result<TableCounts, String> {
    match (&item.confidential, &item.self_published, &item.suppressed) {
        (Some(confidential), Some(self_published), None) => Ok(TableCounts::Complete {
            confidential: confidential.read()?,
            self_published: self_published.read()?,
        }),
        (None, None, Some(all)) => Ok(TableCounts::Suppressed(all.read()?)),
        _ => Err("give `confidential` and `selfPublished`, or `suppressed` alone".to_owned()),
    }
}

#[cfg(test)]
mod tests;

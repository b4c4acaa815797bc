//! Published capability figures at the root.

mod coverage;
mod figures;

use async_graphql::{Context, InputType, Object, Result, Value};
use folkmoot_domain::{HalfYear, PointId, RowFilter, ScopeKind, StandardId};

use crate::{
    asked::{Asked, asked},
    connection::plain_list,
    error::{code, failure},
    quick::Rows,
    scalars::{DateTime, PointRef, RegionRef, Url, int},
    types::{CapabilityTable, GroupBy, Measure, Panel, Period},
};

use coverage::Covered;
use figures::Kept;

/// The most rows of a table: ten years of every point and both measures nationally, or two years
/// of a dozen regions.
const MAX_ROWS: usize = 2_500;

/// The years that can be asked for.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// So many regions, points and half-years a table is taken to have if nothing narrows it; only to
/// tell its cost before it is read.
const USUAL_REGIONS: usize = 12;
const USUAL_POINTS: usize = 15;
const USUAL_HALF_YEARS: usize = 10;

/// Capability at the root.
#[derive(Default)]
pub(crate) struct CapabilityQueries {
    kept: Kept,
}

#[Object]
impl CapabilityQueries {
    /// How capable councils are, point by point, and how much support they need: published
    /// figures as flat rows for dashboards. Of `UNDERSTANDING` high is capable, of `SUPPORT_NEED`
    /// high is in need of help. From releases alone, the same for everyone: nothing that a single
    /// council answered can be worked out from them.
    #[graphql(
        complexity = "plain_list(usual_rows(group_by, period, from_year, to_year, points.as_deref(), measure, region.is_some()), child_complexity)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn capability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose figures.", default_with = "GroupBy::National")] group_by: GroupBy,
        #[graphql(desc = "Of which half-years.", default_with = "Period::Latest")] period: Period,
        #[graphql(desc = "From this year on, such as 2024; with `period: HALF_YEAR`.")]
        from_year: Option<i32>,
        #[graphql(desc = "Up to this year; with `period: HALF_YEAR`.")] to_year: Option<i32>,
        #[graphql(
            desc = "Of this standard, such as `lgdss-2016`; of that of `points`, or the default one, if absent."
        )]
        standard: Option<String>,
        #[graphql(desc = "Of these points; of all if absent, of none if the list is empty.")]
        points: Option<Vec<PointRef>>,
        #[graphql(desc = "Of this measure; of both if absent.")] measure: Option<Measure>,
        #[graphql(desc = "Of which councils.", default_with = "Panel::All")] panel: Panel,
        #[graphql(desc = "Of this region; with `groupBy: REGION`.")] region: Option<RegionRef>,
        #[graphql(
            desc = "Rather an error than a table that lacks a region that should be in it.",
            default = false
        )]
        require_complete: bool,
    ) -> Result<CapabilityTable> {
        let words = Words {
            group_by,
            period,
            from_year,
            to_year,
            standard,
            points,
            measure,
            panel,
            region,
            require_complete,
        };
        words.table(asked(ctx), &self.kept).await
    }
}

/// About how many rows a table will have.
fn usual_rows(
    group_by: GroupBy,
    period: Period,
    from_year: Option<i32>,
    to_year: Option<i32>,
    points: Option<&[PointRef]>,
    measure: Option<Measure>,
    has_region: bool,
) -> usize {
    let half_years = match (period, from_year, to_year) {
        (Period::Latest, ..) => 1,
        (Period::HalfYear, Some(from), Some(to)) => {
            usize::try_from(to.saturating_sub(from).saturating_add(1)).unwrap_or(1) * 2
        }
        (Period::HalfYear, ..) => USUAL_HALF_YEARS,
    };
    let groups = match group_by {
        GroupBy::Region if !has_region => USUAL_REGIONS,
        GroupBy::Region | GroupBy::National => 1,
    };
    let points = points.map_or(USUAL_POINTS, <[_]>::len);
    let measures = if measure.is_some() { 1 } else { 2 };
    half_years.saturating_mul(groups).saturating_mul(points).saturating_mul(measures).min(MAX_ROWS)
}

/// A table as it is asked for.
struct Words {
    group_by: GroupBy,
    period: Period,
    from_year: Option<i32>,
    to_year: Option<i32>,
    standard: Option<String>,
    points: Option<Vec<PointRef>>,
    measure: Option<Measure>,
    panel: Panel,
    region: Option<RegionRef>,
    require_complete: bool,
}

impl Words {
    async fn table(self, asked: &Asked, kept: &Kept) -> Result<CapabilityTable> {
        let scopes = self.scopes()?;
        let region = self.region.as_ref().map(|given| asked.region(given)).transpose()?;
        let region = region.map(|region| region.id);
        let (standard, points) = self.points(asked)?;
        let figures = kept.of(&asked.published().await?, &asked.reference);
        let half_years = match self.years()? {
            Some(years) => Some(years),
            None => figures.published().latest_half_year(standard).map(|latest| (latest, latest)),
        };
        let filter = RowFilter {
            half_years,
            standard: Some(standard),
            points,
            measure: self.measure.map(Into::into),
            scopes: Some(scopes),
            region,
            ..RowFilter::default()
        };
        let rows = figures.rows(asked, &filter);
        if rows.len() > MAX_ROWS {
            let message = format!(
                "the table would have more than {MAX_ROWS} rows: narrow it with `points`, \
                 `measure`, `region`, `fromYear` and `toYear`"
            );
            return Err(failure(code::TABLE_TOO_LARGE, message));
        }
        let covered = Covered::read(asked, figures.published(), &filter, &rows).await?;
        let complete = !rows.is_empty() && rows.iter().all(|figure| figure.row.complete);
        let note = covered.note(&rows);
        if self.require_complete && !complete {
            let message = format!("the table is not complete: {note}");
            return Err(failure(code::NOT_COMPLETE, message));
        }
        let words = self.query(asked)?;
        let csv_url = Url(format!("{}{words}", asked.addresses().named("export", CSV).0));
        let latest = figures.published().releases().last();
        let rows = rows.into_iter().map(|figure| figure.told(asked));
        Ok(CapabilityTable {
            rows: Rows(rows.collect()),
            coverage: covered.coverage,
            complete,
            note,
            revision: latest.map_or(0, |last| int(last.number)),
            released_at: latest.map(|last| DateTime(last.created_at)),
            csv_url,
        })
    }

    fn scopes(&self) -> Result<Vec<ScopeKind>> {
        let wrong = |message: &str| Err(failure(code::VALUE_INVALID, message));
        match (self.group_by, self.panel) {
            (GroupBy::National, _) if self.region.is_some() => {
                wrong("`region` goes with `groupBy: REGION`")
            }
            (GroupBy::National, Panel::All) => Ok(vec![ScopeKind::Nation]),
            (GroupBy::National, Panel::Matched) => Ok(vec![ScopeKind::Matched]),
            (GroupBy::Region, Panel::All) => Ok(vec![ScopeKind::Region, ScopeKind::Others]),
            (GroupBy::Region, Panel::Matched) => {
                wrong("the matched panel is national only: use `groupBy: NATIONAL`")
            }
        }
    }

    /// The standard, and of its points those that are asked for.
    fn points(&self, asked: &Asked) -> Result<(StandardId, Option<Vec<PointId>>)> {
        let Some(given) = &self.points else {
            return Ok((asked.standard(self.standard.as_deref())?.id, None));
        };
        let points = given.iter().map(|point| asked.point(point)).collect::<Result<Vec<_>>>()?;
        let standard = match (&self.standard, points.first()) {
            (None, Some(point)) => point.standard,
            (code, _) => asked.standard(code.as_deref())?.id,
        };
        if let Some(other) = points.iter().find(|point| point.standard != standard) {
            let message = format!(
                "`{}` belongs to another standard than the rest: ask for one standard at a time",
                other.reference
            );
            return Err(failure(code::VALUE_INVALID, message));
        }
        Ok((standard, Some(points.into_iter().map(|point| point.id).collect())))
    }

    /// The half-years from the first year to the last one; `None` for the latest half-year.
    fn years(&self) -> Result<Option<(HalfYear, HalfYear)>> {
        if self.period == Period::Latest {
            if self.from_year.is_some() || self.to_year.is_some() {
                let message = "`fromYear` and `toYear` go with `period: HALF_YEAR`";
                return Err(failure(code::VALUE_INVALID, message));
            }
            return Ok(None);
        }
        let (from, to) =
            (self.from_year.unwrap_or(*YEARS.start()), self.to_year.unwrap_or(*YEARS.end()));
        if !YEARS.contains(&from) || !YEARS.contains(&to) || from > to {
            let message = format!(
                "`fromYear` is not after `toYear`, and both are from {} to {}",
                YEARS.start(),
                YEARS.end()
            );
            return Err(failure(code::DATE_RANGE, message));
        }
        Ok(Some((HalfYear::both_of(from)[0], HalfYear::both_of(to)[1])))
    }

    /// The same words as a query string, as far as they are not the defaults. Points stand there
    /// as references, for labels may hold the comma that is between them.
    fn query(&self, asked: &Asked) -> Result<String> {
        let word = |value: Value| match value {
            Value::Enum(name) => name.to_string(),
            _ => String::new(),
        };
        let references = |given: &Vec<PointRef>| {
            let points = given.iter().map(|point| Ok(asked.point(point)?.reference.as_str()));
            points.collect::<Result<Vec<_>>>().map(|references| references.join(","))
        };
        let points = self.points.as_ref().map(references).transpose()?;
        let is_national = self.group_by == GroupBy::National;
        let words = [
            ("groupBy", (!is_national).then(|| word(self.group_by.to_value()))),
            ("period", (self.period != Period::Latest).then(|| word(self.period.to_value()))),
            ("fromYear", self.from_year.map(|year| year.to_string())),
            ("toYear", self.to_year.map(|year| year.to_string())),
            ("standard", self.standard.clone()),
            ("points", points),
            ("measure", self.measure.map(|measure| word(measure.to_value()))),
            ("panel", (self.panel != Panel::All).then(|| word(self.panel.to_value()))),
            ("region", self.region.as_ref().map(|region| region.0.clone())),
            ("requireComplete", self.require_complete.then(|| "true".to_owned())),
        ];
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in words {
            if let Some(value) = value {
                pairs.append_pair(name, &value);
            }
        }
        Ok(match pairs.finish() {
            none if none.is_empty() => none,
            pairs => format!("?{pairs}"),
        })
    }
}

/// The name of the table as CSV.
const CSV: &str = "capability.csv";

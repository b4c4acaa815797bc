//! The page around a view: what it is, which other views there are, and the charts.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
    },
    chart,
    figures::Table,
    latest, overview, point,
    question::{self, Answer, Question},
    wanted::{GroupBy, Panel, View, Wanted},
    ways,
};

/// A view with what was said to it.
pub(super) struct Shown<'a> {
    /// By the names that things have, however they were written.
    pub(super) wanted: &'a Wanted,
    questions: &'a [Question],
    pub(super) answer: &'a Answer,
    pub(super) title: String,
    /// The address of this gateway.
    pub(super) base: &'a str,
}

impl<'a> Shown<'a> {
    /// Each table with its question.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&'a Question, &'a Table)> + use<'a> {
        self.questions.iter().zip(self.answer.tables())
    }

    /// The point and the region that the view is of.
    pub(super) fn subject(&self) -> String {
        subject(self.answer)
    }
}

/// `GET /trends?point=agile`
pub(super) async fn show(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    match shown(&app, &asked, &pairs.unwrap_or_default()).await {
        Ok(response) => response,
        Err(unsaid) => failed(&unsaid),
    }
}

async fn shown(app: &App, asked: &Asked, pairs: &str) -> Result<Response, Unsaid> {
    let wanted = Wanted::of(pairs)?;
    let questions = questions(&wanted);
    let said = question::ask(app, &asked.asker, &wanted, &questions).await?;
    let answer = &said.data;
    if wanted.point.is_some() && answer.point.is_none() {
        return Err(Unsaid::nothing("there is no such point"));
    }
    let wanted = &named(&wanted, answer);
    let title = title(wanted, answer);
    let base = app.public_url.trim_end_matches('/');
    let shown = Shown { wanted, questions: &questions, answer, title, base };
    let summary = summary(&shown);
    let csv = shown
        .tables()
        .next()
        .map(|(_, table)| ("text/csv", table.csv_url.clone(), shown.title.clone()));
    let page = Page {
        title: shown.title.clone(),
        body: Some(body(&shown, summary.as_deref())),
        summary,
        path: wanted.address(),
        trail: if wanted.point.is_some() {
            Trail::start().then("/trends", "Capability")
        } else {
            Trail::start()
        },
        alternates: csv.into_iter().collect(),
        ..Page::default()
    };
    Ok(page.sent(app, &asked.headers, said.keep))
}

/// The tables of a view: one for each of its charts.
fn questions(wanted: &Wanted) -> Vec<Question> {
    let measure = Some(wanted.measure);
    match wanted.view() {
        View::Overview | View::Regions => vec![Question::of(wanted, measure, wanted.panel)],
        View::Latest => vec![Question::of(wanted, None, wanted.panel)],
        View::Point => {
            let mut questions = vec![
                Question::of(wanted, None, Panel::All),
                Question::of(wanted, measure, Panel::All),
            ];
            // The matched panel is national only.
            if wanted.group_by() == GroupBy::National {
                questions.push(Question::of(wanted, measure, Panel::Matched));
            }
            questions
        }
    }
}

/// The same view by the names that last: a short name of a point is one of the default standard,
/// which may be another one later.
fn named(wanted: &Wanted, answer: &Answer) -> Wanted {
    let given = wanted.standard.as_deref().unwrap_or_default();
    let standard = answer.standards.iter().find(|it| it.code.eq_ignore_ascii_case(given));
    wanted.with(|it| {
        it.standard = standard.map(|it| it.code.clone()).or(it.standard.take());
        it.region = answer.region.as_ref().map(|it| it.code.clone());
        if let Some(point) = &answer.point {
            it.point = Some(point.reference.clone());
            it.standard = None;
        }
    })
}

fn title(wanted: &Wanted, answer: &Answer) -> String {
    let what = wanted.measure.label();
    let region = answer.region.as_ref().map(|region| format!(" in {}", region.name));
    let region = region.unwrap_or_default();
    let matched = if wanted.panel == Panel::Matched { ", matched councils" } else { "" };
    let subject = subject(answer);
    match wanted.view() {
        View::Overview => format!("{what} over time{region}{matched}"),
        View::Point => format!("{subject}: {} over time", what.to_lowercase()),
        View::Regions => format!("{subject}: {} by region", what.to_lowercase()),
        View::Latest => format!("Need against understanding{region}{matched}"),
    }
}

fn subject(answer: &Answer) -> String {
    let point = answer.point.as_ref().map(|point| format!("{}. {}", point.number, point.label));
    let region = answer.region.as_ref().map(|region| format!(" in {}", region.name));
    format!("{}{}", point.unwrap_or_default(), region.unwrap_or_default())
}

fn summary(shown: &Shown<'_>) -> Option<String> {
    match shown.wanted.view() {
        View::Overview => overview::summary(shown),
        View::Point => point::summary(shown),
        View::Regions => None,
        View::Latest => latest::summary(shown),
    }
}

fn body(shown: &Shown<'_>, summary: Option<&str>) -> Markup {
    let charts = match shown.wanted.view() {
        View::Overview => overview::by_point(shown),
        View::Regions => overview::by_region(shown),
        View::Point => point::body(shown),
        View::Latest => latest::body(shown),
    };
    html! {
        (chart::patterns())
        (lead(shown))
        @if let Some(summary) = summary { p.govuk-body-l { (summary) } }
        @if shown.tables().any(|(_, table)| !table.complete) {
            div.govuk-inset-text {
                "Not every figure here holds every region that asked its councils. Below each chart stands what is \
                 not shown, and where figures do not simply compare."
            }
        }
        (ways::links(shown))
        (ways::form(shown))
        (charts)
        p.govuk-body {
            "A figure is shown only if at least five councils answered and not nearly all alike, so that nobody can \
             work out what a single council said. What is not shown is in no total either. "
            a.govuk-link href="/export/capability-columns.csv" { "What the columns mean (CSV)" }
        }
    }
}

/// What the page is about.
fn lead(shown: &Shown<'_>) -> Markup {
    let answer = shown.answer;
    html! {
        @if let Some(point) = &answer.point {
            p.govuk-body {
                "Point " (point.number) " of the " (point.standard.title) ": " (point.title) "."
                @for other in &point.counterparts {
                    " In the " (other.standard.title) ": "
                    a.govuk-link href=(shown.wanted.about(&other.reference).address()) {
                        (other.reference) " " (other.label)
                    }
                    "."
                }
            }
        } @else {
            p.govuk-body {
                "What councils say of themselves about every point of the " (standard(shown)) ": how well they \
                 understand it, and how much support they need, each from 0 to 4."
            }
        }
    }
}

/// The title of the standard that is shown; without one it is the default, which the rows tell.
fn standard<'a>(shown: &Shown<'a>) -> &'a str {
    let row = shown.tables().find_map(|(_, table)| table.rows.first());
    let code = match (&shown.wanted.standard, row) {
        (Some(code), _) => Some(code.as_str()),
        (None, Some(row)) => row.point_ref.split('/').next(),
        (None, None) => None,
    };
    let standard = shown.answer.standards.iter().find(|it| Some(it.code.as_str()) == code);
    standard.map_or("standard", |standard| standard.title.as_str())
}

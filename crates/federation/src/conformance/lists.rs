//! The lists of a live service: order, bounds, filters and rows by id, on whatever rows it has.

use folkmoot_domain::ExchangeKind;
use serde_json::{Value, json};

use super::{
    Nationwide,
    findings::{Breach, Findings},
    kinds::{self, Part, Place, Words, words},
    live::{Question, Service},
    probe::Answer,
    rules::{self, Rule},
};

/// The most rows that a list is read of.
const MAX_ROWS: usize = 1_000;

/// Pages are short, so that there are several.
const PAGE: usize = 7;

/// No service has a row of this id: it is of version 8, which nobody gives out.
const NOBODY: &str = "00000000-0000-8000-8000-000000000000";

/// One kind's list, as it is looked at.
pub(super) struct Lists<'a, 's> {
    kind: ExchangeKind,
    words: Words,
    nation: &'a Nationwide,
    service: &'a mut Service<'s>,
    findings: &'a mut Findings,
}

/// A page as it was given.
struct Page {
    rows: Vec<Value>,
    has_more: bool,
    count: Option<u64>,
}

/// A list read from its start.
struct Walked {
    rows: Vec<Value>,
    places: Vec<Place>,
    is_whole: bool,
    last: Answer,
}

impl<'a, 's> Lists<'a, 's> {
    pub(super) fn new(
        kind: ExchangeKind,
        nation: &'a Nationwide,
        service: &'a mut Service<'s>,
        findings: &'a mut Findings,
    ) -> Self {
        Self { kind, words: words(kind), nation, service, findings }
    }

    fn note(&mut self, rule: Rule, breach: Option<Breach>) -> bool {
        self.note_as(rule.name, rule.sentence, breach)
    }

    fn note_as(&mut self, name: &str, rule: &str, breach: Option<Breach>) -> bool {
        self.findings.note_as(format!("{}.{name}", self.kind.path()), rule, breach)
    }

    /// Notes what was not tried of the rules of a kind's list.
    pub(super) fn not_reached(kind: ExchangeKind, findings: &mut Findings) {
        findings.not_reached(Some(kind.path()), rules::LIST);
        for part in kinds::parts(kind) {
            let (name, rule) = filter_rule(part);
            findings.not_reached_as(format!("{}.{name}", kind.path()), rule);
        }
    }

    fn skip(&mut self, name: &str, rule: &str, reason: &str) {
        self.findings.skip(format!("{}.{name}", self.kind.path()), rule, reason);
    }

    pub(super) async fn check(mut self) {
        let up = match self.walk("ASCENDING").await {
            Ok(up) => up,
            Err(breach) => {
                self.note(rules::PAGES, Some(breach));
                return;
            }
        };
        self.note(rules::PAGES, None);
        self.rows(&up);
        self.backwards(&up).await;
        self.count(&up).await;
        if up.rows.len() < 3 {
            self.skip(
                rules::BOUNDS.name,
                rules::BOUNDS.sentence,
                "there are fewer than three rows",
            );
        } else {
            self.bounds(&up).await;
        }
        self.batch(&up).await;
        self.by_id(&up).await;
        for part in kinds::parts(self.kind) {
            self.filter(&up, part).await;
        }
    }

    async fn pages(&mut self, requests: Vec<Value>) -> Result<(Answer, Vec<Page>), Breach> {
        let wanted: Vec<_> =
            requests.iter().map(|one| one["first"].as_u64().unwrap_or_default()).collect();
        let question = Question::pages(&self.words, requests);
        let (answer, values) = self.service.ask(&[question]).await?;
        let pages = values.first().and_then(Value::as_array).cloned().unwrap_or_default();
        if pages.len() != wanted.len() {
            let advice = "give a page for each request, in their order";
            return Err(answer.breach(advice));
        }
        let read = |page: &Value| {
            let rows = page["rows"].as_array()?.clone();
            Some(Page { rows, has_more: page["hasMore"].as_bool()?, count: page["count"].as_u64() })
        };
        let Some(pages) = pages.iter().map(read).collect::<Option<Vec<_>>>() else {
            return Err(answer.breach("a page has `rows` and `hasMore`"));
        };
        if pages.iter().any(|page| page.has_more && page.rows.is_empty()) {
            return Err(answer.breach("a page without rows never says that there are more"));
        }
        if pages.iter().zip(wanted).any(|(page, first)| page.rows.len() as u64 > first) {
            return Err(answer.breach("a page has at most `first` rows"));
        }
        Ok((answer, pages))
    }

    fn places(&self, answer: &Answer, rows: &[Value]) -> Result<Vec<Place>, Breach> {
        let place = |row: &Value| {
            kinds::place(self.kind, row).ok_or_else(|| {
                answer.breach("each row has an `id` that is a UUID, and the instant that orders it")
            })
        };
        rows.iter().map(place).collect()
    }

    async fn walk(&mut self, direction: &str) -> Result<Walked, Breach> {
        let (mut rows, mut places) = (Vec::new(), Vec::<Place>::new());
        loop {
            let mut request = json!({ "direction": direction, "first": PAGE });
            if let Some(last) = places.last() {
                request["after"] = key(last);
            }
            let (answer, mut pages) = self.pages(vec![request]).await?;
            let page = pages.remove(0);
            let more = self.places(&answer, &page.rows)?;
            let from = places.len().saturating_sub(1);
            places.extend(more);
            let is_up = direction == "ASCENDING";
            let is_wrong = |pair: &[Place]| match is_up {
                true => pair[0] >= pair[1],
                false => pair[0] <= pair[1],
            };
            if let Some(pair) = places[from..].windows(2).find(|pair| is_wrong(pair)) {
                return Err(answer.breach(format!(
                    "row {} comes after row {}: order by the instant, then the id as text, both \
                     ways, and give only what lies after `after`",
                    pair[1].1, pair[0].1
                )));
            }
            rows.extend(page.rows);
            if !page.has_more || rows.len() >= MAX_ROWS {
                return Ok(Walked { rows, places, is_whole: !page.has_more, last: answer });
            }
        }
    }

    fn rows(&mut self, walked: &Walked) {
        let context = self.nation.context();
        let faults = walked.rows.iter().filter_map(|row| kinds::fault(self.kind, row, &context));
        let faults: Vec<_> = faults.collect();
        let breach = (!faults.is_empty()).then(|| {
            let shown = faults.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
            let advice = format!("mend these rows ({} in all): they are left out", faults.len());
            Breach::new(&walked.last.request, shown, advice)
        });
        self.note(rules::ROWS, breach);
    }

    async fn backwards(&mut self, up: &Walked) {
        let Rule { name, sentence } = rules::BACKWARDS;
        if !up.is_whole {
            return self.skip(name, sentence, "the list is longer than what was read");
        }
        let breach = match self.walk("DESCENDING").await {
            Err(breach) => Some(breach),
            Ok(mut down) => {
                down.places.reverse();
                let differ = down.places != up.places;
                differ.then(|| {
                    let (there, back) = (up.places.len(), down.places.len());
                    down.last.breach(format!("{there} rows one way, {back} the other"))
                })
            }
        };
        self.note(rules::BACKWARDS, breach);
    }

    async fn count(&mut self, up: &Walked) {
        let Rule { name, sentence } = rules::COUNT;
        if !up.is_whole {
            return self.skip(name, sentence, "the list is longer than what was read");
        }
        let request = json!({ "direction": "ASCENDING", "first": 1, "count": true });
        let breach = match self.pages(vec![request]).await {
            Err(breach) => Some(breach),
            Ok((answer, pages)) => {
                let (held, said) = (up.rows.len() as u64, pages[0].count);
                (said != Some(held)).then(|| answer.breach(format!("there are {held} rows")))
            }
        };
        self.note(rules::COUNT, breach);
    }

    async fn bounds(&mut self, up: &Walked) {
        let last = (up.places.len() - 1).min(PAGE);
        let request = json!({
            "direction": "ASCENDING", "first": PAGE,
            "after": key(&up.places[0]), "until": key(&up.places[last]),
        });
        let breach = self.differs(request, &up.places[1..=last], |page| {
            page.has_more.then_some("`hasMore` speaks of rows up to `until`")
        });
        let breach = breach.await;
        self.note(rules::BOUNDS, breach);
    }

    /// Two pages in one request.
    async fn batch(&mut self, up: &Walked) {
        let requests = ["DESCENDING", "ASCENDING"]
            .map(|direction| json!({ "direction": direction, "first": 1 }));
        let breach = match self.pages(requests.to_vec()).await {
            Err(breach) => Some(breach),
            Ok((answer, pages)) => {
                let first = |page: &Page| page.rows.first().map(|row| row["id"].clone());
                let ends = [up.rows.last(), up.rows.first()];
                let is_right = !up.is_whole
                    || pages.iter().map(first).eq(ends.map(|row| row.map(|it| it["id"].clone())));
                (!is_right).then(|| answer.breach("the first page is of the first request"))
            }
        };
        self.note(rules::BATCH, breach);
    }

    async fn by_id(&mut self, up: &Walked) {
        let mut wanted: Vec<_> =
            up.rows.iter().take(3).rev().map(|row| row["id"].clone()).collect();
        wanted.insert(wanted.len() / 2, NOBODY.into());
        let typename = self.kind.name();
        let representation = |id: &Value| json!({ "__typename": typename, "id": id });
        let question = Question::ids(&self.words, wanted.iter().map(representation).collect());
        let breach = match self.service.ask(&[question]).await {
            Err(breach) => Some(breach),
            Ok((answer, values)) => {
                let got = values[0].as_array().cloned().unwrap_or_default();
                let got: Vec<_> = got.iter().map(|row| row["id"].clone()).collect();
                let right: Vec<_> = wanted
                    .iter()
                    .map(|id| if *id == NOBODY { Value::Null } else { id.clone() })
                    .collect();
                (got != right).then(|| {
                    answer.breach("give an entry for each, in their order, and null for none")
                })
            }
        };
        self.note(rules::BY_ID, breach);
    }

    async fn filter(&mut self, up: &Walked, part: &Part) {
        let (name, rule) = filter_rule(part);
        if !up.is_whole {
            return self.skip(&name, &rule, "the list is longer than what was read");
        }
        // A row from the middle: at the ends everything passes, or nothing.
        let middle = up.rows.len() / 2;
        let around = up.rows[middle..].iter().chain(&up.rows[..middle]);
        let Some(value) = around.clone().find_map(|row| (part.value)(row)) else {
            return self.skip(&name, &rule, "no row has such a value");
        };
        let pairs = up.rows.iter().zip(&up.places);
        let passing = pairs.filter(|(row, _)| (part.passes)(row, &value));
        let passing: Vec<_> = passing.map(|(_, place)| *place).collect();
        let (first, has_more) = (&passing[..passing.len().min(PAGE)], passing.len() > PAGE);
        let request =
            |filter: Value| json!({ "direction": "ASCENDING", "first": PAGE, "filter": filter });
        let breach = self.differs(request(kinds::filter(part, &value)), first, |page| {
            (has_more && !page.has_more).then_some("`hasMore` is false, and more rows pass")
        });
        let mut breach = breach.await;
        if breach.is_none() && part.is_list {
            breach = self.differs(request(json!({ part.name: [] })), &[], |_| None).await;
        }
        self.note_as(&name, &rule, breach);
    }

    /// How the first page differs from what it should hold, if it does. It may be shorter.
    async fn differs(
        &mut self,
        request: Value,
        right: &[Place],
        fault: impl Fn(&Page) -> Option<&'static str>,
    ) -> Option<Breach> {
        let (answer, pages) = match self.pages(vec![request]).await {
            Ok(answered) => answered,
            Err(breach) => return Some(breach),
        };
        let places = match self.places(&answer, &pages[0].rows) {
            Ok(places) => places,
            Err(breach) => return Some(breach),
        };
        let is_short =
            pages[0].has_more && places.len() < right.len() && right.starts_with(&places);
        if places != right && !is_short {
            let ids: Vec<_> = right.iter().map(|place| place.1.to_string()).collect();
            return Some(answer.breach(match ids.as_slice() {
                [] => "no row passes".to_owned(),
                ids => format!("these rows pass: {}", ids.join(", ")),
            }));
        }
        if is_short { None } else { fault(&pages[0]).map(|advice| answer.breach(advice)) }
    }
}

/// The name and sentence of the rule for a part of a filter.
fn filter_rule(part: &Part) -> (String, String) {
    let rule = format!("The filter's `{}` lets pass what it says.", part.name);
    (format!("filter.{}", part.name), rule)
}

fn key(place: &Place) -> Value {
    json!({ "at": place.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true), "id": place.1 })
}

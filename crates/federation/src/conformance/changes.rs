//! Level 2: a card and its change feeds, read to their ends.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{
    CONTRACT, ContractVersion, EntryState, ExchangeKind, FeedEntry, FeedItem, FeedPage,
    MAX_PAGE_ITEMS, RegionCard, clean_line, read_card, read_page,
};
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::{
    Ground, Nationwide, card,
    findings::{Breach, Findings},
    kinds,
    probe::{Answer, Probe},
    rules::{self, Rule},
};

/// The most pages that are read of a feed: 50,000 rows at most.
const MAX_PAGES: usize = 100;

/// The most rows that are told to be wrong, each.
const MAX_TOLD: usize = 5;

pub(super) async fn check(probe: &Probe, ground: &Ground, findings: &mut Findings) {
    let is_read = look(probe, ground, findings).await.is_some();
    findings.not_reached(None, rules::CARD);
    if !is_read {
        // Of which kinds there are feeds is not known.
        findings.not_reached(Some("feeds"), rules::FEED);
    }
}

/// `None` if the feeds were not reached.
async fn look(probe: &Probe, ground: &Ground, findings: &mut Findings) -> Option<()> {
    let answer = match probe.get(probe.url(), None).await {
        Ok(answer) => answer,
        Err(breach) => {
            findings.note(rules::CARD_ANSWERS, Some(breach));
            return None;
        }
    };
    if !findings.note(rules::CARD_ANSWERS, not_json(&answer)) {
        return None;
    }
    let card = read_card(&answer.body);
    let breach = card.as_ref().err().map(|error| answer.breach(error.to_string()));
    findings.note(rules::CARD_FILE, breach);
    let card = card.ok()?;
    let nation = card::check(&card, &answer, ground, findings)?;
    findings.note(rules::FEEDS, feeds(&card, &answer));
    for item in &card.feeds {
        Walk { probe, item, nation: &nation, findings }.check().await;
    }
    Some(())
}

fn not_json(answer: &Answer) -> Option<Breach> {
    if answer.status != StatusCode::OK {
        return Some(answer.breach("answer with status 200, at this very address"));
    }
    let is_json = answer.kind.contains("json");
    (!is_json).then(|| answer.breach("say that it is JSON, by Content-Type: application/json"))
}

/// Kinds that a later contract adds are passed over; within our own they are misspelt.
fn misspelt(card: &RegionCard, answer: &Answer) -> Option<Breach> {
    let version = card.contract.parse::<ContractVersion>().ok()?;
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let kinds = body["feeds"].as_array()?.iter().filter_map(|feed| feed["kind"].as_str());
    let is_known = |kind: &str| ExchangeKind::ALL.iter().any(|known| known.name() == kind);
    let unknown = kinds.into_iter().find(|kind| !is_known(kind)).filter(|_| version <= CONTRACT)?;
    let known = ExchangeKind::ALL.map(ExchangeKind::name).join(", ");
    let unknown = clean_line(unknown, 40);
    Some(answer.breach(format!("nobody reads a feed of {unknown}: a kind is one of {known}")))
}

fn feeds(card: &RegionCard, answer: &Answer) -> Option<Breach> {
    if let Some(breach) = misspelt(card, answer) {
        return Some(breach);
    }
    if card.feeds.is_empty() {
        return Some(answer.breach("list at least one feed"));
    }
    let mut kinds = BTreeSet::new();
    let twice = card.feeds.iter().find(|feed| !kinds.insert(feed.kind));
    twice.map(|feed| answer.breach(format!("there are two feeds of {}: give one", feed.kind)))
}

/// A feed as it is walked.
struct Walk<'a> {
    probe: &'a Probe,
    item: &'a FeedItem,
    nation: &'a Nationwide,
    findings: &'a mut Findings,
}

/// What a feed held.
struct Read {
    entries: Vec<FeedEntry>,
    first: Answer,
    last: Answer,
    /// The address of the last page, and where it leads.
    at: Url,
    next: Url,
}

impl Walk<'_> {
    fn point(&self, name: &str) -> String {
        format!("{}.{name}", self.item.kind.path())
    }

    fn note(&mut self, rule: Rule, breach: Option<Breach>) -> bool {
        let point = self.point(rule.name);
        self.findings.note_as(point, rule.sentence, breach)
    }

    async fn check(mut self) {
        self.walk().await;
        self.findings.not_reached(Some(self.item.kind.path()), rules::FEED);
    }

    async fn walk(&mut self) {
        let Some(read) = self.pages().await else { return };
        let kind = self.item.kind;
        let other = read.entries.iter().find(|entry| entry.kind != kind);
        let breach = other.map(|entry| {
            read.first
                .breach(format!("item {} is a {}: one feed has one kind", entry.id, entry.kind))
        });
        self.note(rules::KIND, breach);
        self.rows(&read);
        let mut seen = BTreeMap::new();
        let twice = read.entries.iter().find(|entry| seen.insert(entry.id, ()).is_some());
        let breach = twice.map(|entry| {
            let id = entry.id;
            read.last
                .breach(format!("row {id} comes twice: give each row once, with its last change"))
        });
        self.note(rules::ONCE, breach);
        self.counts(&read);
        self.end(&read).await;
        self.tag(&read).await;
    }

    /// Reads the pages, as long as each goes on from the one before.
    async fn pages(&mut self) -> Option<Read> {
        let mut entries: Vec<FeedEntry> = Vec::new();
        let mut first = None;
        let mut url = match self.address(&self.item.url) {
            Ok(url) => url,
            Err(breach) => {
                self.note(rules::FEED_PAGES, Some(breach));
                return None;
            }
        };
        for _ in 0..MAX_PAGES {
            let (answer, page) = match self.page(&url).await {
                Ok(read) => read,
                Err(breach) => {
                    self.note(rules::FEED_PAGES, Some(breach));
                    return None;
                }
            };
            let next = match self.address(&page.next) {
                Ok(next) => next,
                Err(breach) => {
                    self.note(rules::FEED_PAGES, Some(breach));
                    return None;
                }
            };
            if let Some(breach) = order(&answer, &entries, &page) {
                self.note(rules::FEED_PAGES, None);
                self.note(rules::ORDER, Some(breach));
                return None;
            }
            let is_last = page.items.is_empty();
            if !is_last && next == url {
                self.note(rules::FEED_PAGES, None);
                let advice =
                    "a page with items leads to the items after its last one, not to itself";
                self.note(rules::ORDER, Some(answer.breach(advice)));
                return None;
            }
            entries.extend(page.items);
            let last = answer.clone();
            let first = first.get_or_insert(answer).clone();
            if is_last {
                self.note(rules::FEED_PAGES, None);
                self.note(rules::ORDER, None);
                return Some(Read { entries, first, last, at: url, next });
            }
            url = next;
        }
        self.note(rules::FEED_PAGES, None);
        self.note(rules::ORDER, None);
        let point = self.point(rules::END.name);
        self.findings.skip(point, rules::END.sentence, format!("only {MAX_PAGES} pages were read"));
        None
    }

    fn address(&self, text: &str) -> Result<Url, Breach> {
        let request = format!("(the address {text})");
        let url = Url::parse(text).map_err(|_| {
            Breach::new(&request, "no address", "give the whole address, with https://")
        })?;
        if url.origin() != self.probe.url().origin() {
            let advice = "give addresses of the card's own origin: others are not asked";
            return Err(Breach::new(&request, "another origin", advice));
        }
        Ok(url)
    }

    async fn page(&self, url: &Url) -> Result<(Answer, FeedPage), Breach> {
        let answer = self.probe.get(url, None).await?;
        if let Some(breach) = not_json(&answer) {
            return Err(breach);
        }
        let page = read_page(&answer.body).map_err(|error| answer.breach(error.to_string()))?;
        if page.items.len() > MAX_PAGE_ITEMS {
            let advice = format!("a page has at most {MAX_PAGE_ITEMS} items");
            return Err(answer.breach(advice));
        }
        Ok((answer, page))
    }

    fn rows(&mut self, read: &Read) {
        let context = self.nation.context();
        let faults = read.entries.iter().filter(|entry| entry.state == EntryState::Updated);
        let faults = faults.filter_map(|entry| fault(self.item.kind, entry, &context));
        let faults: Vec<String> = faults.collect();
        let shown = faults.iter().take(MAX_TOLD).cloned().collect::<Vec<_>>().join("\n");
        let more = faults.len().saturating_sub(MAX_TOLD);
        let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
        let breach = (!faults.is_empty())
            .then(|| Breach::new(&read.first.request, format!("{shown}{more}"), "mend these rows"));
        self.note(rules::ROWS, breach);
        let data = read
            .entries
            .iter()
            .find(|entry| entry.state == EntryState::Deleted && entry.data.is_some());
        let breach = data.map(|entry| {
            read.first.breach(format!("item {} is deleted and has data: leave it out", entry.id))
        });
        self.note(rules::DELETED, breach);
    }

    fn counts(&mut self, read: &Read) {
        let there = |entry: &&FeedEntry| entry.state == EntryState::Updated;
        let held = read.entries.iter().filter(there).count() as u64;
        let last = read.entries.last().map(|entry| entry.modified);
        let wrong = [
            (self.item.count, held.to_string(), "count"),
            (
                self.item.last_change.and_then(|it| u64::try_from(it).ok()),
                last.unwrap_or_default().to_string(),
                "lastChange",
            ),
        ];
        let wrong = wrong.into_iter().find_map(|(said, is, name)| {
            let said = said?.to_string();
            (said != is).then(|| format!(
                "the card's {name} says {said}, the feed has {is}: give no row less, or leave {name} out"
            ))
        });
        self.note(rules::COUNTS, wrong.map(|advice| read.last.breach(advice)));
    }

    /// The last page is asked again and again: it has to lead to itself.
    async fn end(&mut self, read: &Read) {
        let again = self.page(&read.next).await;
        let breach = match again {
            _ if read.next != read.at => {
                Some(read.last.breach("the page without items leads to itself"))
            }
            Err(breach) => Some(breach),
            Ok((answer, page)) => {
                let leads_on = page.items.is_empty()
                    && Url::parse(&page.next).ok().as_ref() != Some(&read.next);
                leads_on.then(|| answer.breach("the page without items leads to itself"))
            }
        };
        self.note(rules::END, breach);
    }

    async fn tag(&mut self, read: &Read) {
        let (point, rule) = (self.point(rules::TAG.name), rules::TAG.sentence);
        let Some(etag) = read.last.etag.as_deref() else {
            self.findings.skip(point, rule, "pages have no ETag, which they need not have");
            return;
        };
        let breach = match self.probe.get(&read.next, Some(etag)).await {
            Err(breach) => Some(breach),
            Ok(answer) => (!matches!(answer.status, StatusCode::NOT_MODIFIED | StatusCode::OK))
                .then(|| answer.breach("answer If-None-Match with 304, or with the page")),
        };
        self.findings.note_as(point, rule, breach);
    }
}

fn order(answer: &Answer, before: &[FeedEntry], page: &FeedPage) -> Option<Breach> {
    let all = before.last().into_iter().chain(&page.items);
    let places: Vec<(i64, Uuid)> = all.map(FeedEntry::place).collect();
    let wrong = places.windows(2).find(|pair| pair[0] >= pair[1])?;
    let [(before, before_id), (after, after_id)] = [wrong[0], wrong[1]];
    Some(answer.breach(format!(
        "item {after_id} with modified {after} comes after item {before_id} with {before}: sort by \
         modified, then id, and give only what is after the last item"
    )))
}

fn fault(
    kind: ExchangeKind,
    entry: &FeedEntry,
    context: &folkmoot_domain::ExchangeContext<'_>,
) -> Option<String> {
    let Some(data) = &entry.data else {
        return Some(format!("{}: it is updated and has no data: give the row", entry.id));
    };
    if let Some(fault) = kinds::fault(kind, data, context) {
        return Some(fault);
    }
    let is_own = data["id"].as_str() == Some(entry.id.to_string().as_str());
    (!is_own).then(|| format!("{}: its data has another id", entry.id))
}

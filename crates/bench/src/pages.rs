//! Pages of meet-ups that nobody has asked for yet, and what must be on them.

use anyhow::{Result, ensure};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::{
    http::{Answer, posting},
    region::{CONTRACT, DAYS, Region, first_day},
};

const QUERY: &str = "query($from: Date!, $to: Date!, $first: Int!) {
    meetups(from: $from, to: $to, first: $first) {
        complete
        gaps { region reason }
        pageInfo { hasNextPage endCursor }
        nodes { id title startsAt attendance group { name } points { ref } host { name } }
    }
}";

/// Days on which a page may begin: the rest is there to fill the last ones.
const BEGINNINGS: usize = DAYS - 100;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    from: NaiveDate,
    to: NaiveDate,
    first: usize,
}

/// The shape of pages; each number is another page, which no cache holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// So many rows of a list that goes on: every region gives as many, since it cannot know how
    /// many others have. The day on which the list ends tells requests apart.
    Of(usize),
    /// All rows of so many days. The most rows that are asked for tell requests apart.
    Days(usize),
}

impl Shape {
    /// The page with this number.
    pub(crate) fn asked(self, number: usize) -> Result<Asked> {
        // Neighbours in number are far apart in time, so that they share no rows.
        let (beginning, variant) = (number * 211 % BEGINNINGS, number / BEGINNINGS);
        let day = |day: usize| first_day() + Days::new(day as u64);
        match self {
            Self::Of(first) => Ok(Asked { from: day(beginning), to: day(DAYS + variant), first }),
            Self::Days(days) => {
                let first = 96 + variant;
                ensure!(first <= 100, "there are no more pages that nobody has asked for");
                Ok(Asked { from: day(beginning), to: day(beginning + days - 1), first })
            }
        }
    }
}

impl Asked {
    /// The request for it.
    pub(crate) fn request(self) -> Vec<u8> {
        let Self { from, to, first } = self;
        let variables = json!({ "from": from, "to": to, "first": first });
        posting("/graphql", &json!({ "query": QUERY, "variables": variables }).to_string())
    }

    /// The request to a region for its part of the page.
    pub(crate) fn request_of_a_region(self) -> Vec<u8> {
        let Self { from, to, first } = self;
        let start = |day: NaiveDate| format!("{day}T00:00:00Z");
        let filter = json!({ "startsFrom": start(from), "startsBefore": start(to + Days::new(1)) });
        let page = json!({ "filter": filter, "direction": "ASCENDING", "first": first });
        let variables = json!({ "withMeetups": true, "meetups": [page] });
        posting("/graphql", &json!({ "query": CONTRACT, "variables": variables }).to_string())
    }
}

/// All meet-ups of the regions, in the nation's order.
pub(crate) struct Expected(Vec<(DateTime<Utc>, String, String)>);

impl Expected {
    /// Those of these regions.
    pub(crate) fn of(regions: &[Region]) -> Self {
        let all = regions.iter().flat_map(Region::meetups);
        let mut all: Vec<_> =
            all.map(|meetup| (meetup.starts_at, meetup.id.clone(), meetup.title.clone())).collect();
        all.sort();
        Self(all)
    }

    /// Refuses an answer that is not that page: another status, an error, a row that is missing,
    /// too much or in the wrong place, or another word on who is missing.
    pub(crate) fn check(&self, asked: Asked, answer: &Answer, missing: &[&str]) -> Result<()> {
        ensure!(answer.status == 200, "another status than 200");
        let body: Value = serde_json::from_slice(&answer.body)?;
        ensure!(body["errors"].is_null(), "there are errors");
        let page = &body["data"]["meetups"];
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let titles: Vec<_> =
            nodes.iter().map(|node| node["title"].as_str().unwrap_or("")).collect();
        let passing = self.passing(asked);
        let rows = passing.len().min(asked.first);
        let wanted: Vec<_> = passing[..rows].iter().map(|(_, _, title)| title.as_str()).collect();
        ensure!(titles == wanted, "other rows than {wanted:?}");
        let has_next = passing.len() > rows;
        ensure!(page["pageInfo"]["hasNextPage"] == has_next, "hasNextPage is not {has_next}");
        ensure!(page["complete"] == missing.is_empty(), "a wrong word on what is missing");
        let gaps = page["gaps"].as_array().map(Vec::as_slice).unwrap_or_default();
        let gaps: Vec<_> = gaps.iter().map(|gap| gap["region"].as_str().unwrap_or("")).collect();
        ensure!(gaps == missing, "gaps of other regions than {missing:?}");
        Ok(())
    }

    /// Rows between these days. All begin in the evening, so that London's days are those of UTC.
    fn passing(&self, asked: Asked) -> &[(DateTime<Utc>, String, String)] {
        let begin = self.0.partition_point(|(at, ..)| at.date_naive() < asked.from);
        let end = self.0.partition_point(|(at, ..)| at.date_naive() <= asked.to);
        &self.0[begin..end]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_page_is_asked_for_twice_and_each_is_full() {
        let of_first = |number| format!("{:?}", Shape::Of(20).asked(number).expect("a page"));
        assert_eq!((0..20_000).map(of_first).collect::<BTreeSet<_>>().len(), 20_000);
        let of_days = |number| format!("{:?}", Shape::Days(3).asked(number).expect("a page"));
        assert_eq!((0..10_000).map(of_days).collect::<BTreeSet<_>>().len(), 10_000);
        assert!(Shape::Days(3).asked(10_000).is_err());

        let regions = [0, 1].map(|number| Region::start(number).expect("a free port"));
        let expected = Expected::of(&regions);
        for number in [0, 1_999, 2_000] {
            let asked = Shape::Of(20).asked(number).expect("a page");
            assert!(expected.passing(asked).len() > 20);
            let asked = Shape::Days(48).asked(number).expect("a page");
            assert_eq!(expected.passing(asked).len(), 96);
        }
    }

    #[test]
    fn a_page_without_a_row_is_wrong() {
        let regions = [Region::start(0).expect("a free port")];
        let expected = Expected::of(&regions);
        let asked = Shape::Days(2).asked(0).expect("a page");
        let titles: Vec<_> = regions[0].meetups()[..2].iter().map(|one| &one.title).collect();
        let answer = |titles: &[&String], complete: bool| {
            let nodes: Vec<_> = titles.iter().map(|title| json!({ "title": title })).collect();
            let page = json!({
                "complete": complete, "gaps": [], "nodes": nodes,
                "pageInfo": { "hasNextPage": false },
            });
            let body = json!({ "data": { "meetups": page } }).to_string().into_bytes();
            Answer { status: 200, is_hit: false, body }
        };
        assert!(expected.check(asked, &answer(&titles, true), &[]).is_ok());
        assert!(expected.check(asked, &answer(&titles[..1], true), &[]).is_err());
        assert!(expected.check(asked, &answer(&titles, false), &[]).is_err());
    }
}

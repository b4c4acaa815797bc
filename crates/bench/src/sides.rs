//! Two ways to have the same answered, asked in turns.

use std::{sync::atomic::AtomicUsize, time::Duration};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{
    gateway::Gateway,
    http::Connection,
    load::{Load, Run},
    row,
    statistics::Figure,
    table::Row,
};

const REPEATS: usize = 5;

/// A server, what it is asked, and what it says to that.
pub(crate) struct Side<'a> {
    pub(crate) server: &'a Gateway,
    request: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

impl<'a> Side<'a> {
    /// Asks once, and takes what comes for the answer from then on.
    pub(crate) fn of(server: &'a Gateway, request: Vec<u8>) -> Result<Self> {
        let answer = Connection::open(server.address)?.ask(&request)?;
        let side = Self { server, request, answer: answer.body };
        let said = side.said()?;
        ensure!(answer.status == 200 && said["errors"].is_null(), "no answer: {said}");
        Ok(side)
    }

    /// The answer as JSON.
    pub(crate) fn said(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.answer)?)
    }

    /// The rows of the answer, if it is one list with pages.
    pub(crate) fn nodes(&self) -> Result<Option<Vec<Value>>> {
        let mut said = self.said()?;
        let list = said["data"].as_object_mut().and_then(|data| data.values_mut().next());
        Ok(list.and_then(|list| list["nodes"].as_array_mut()).map(std::mem::take))
    }

    /// Asks all the time, by so many at a time; any other answer ends it.
    pub(crate) fn load(&self, connections: usize, lasting: Duration) -> Result<Run> {
        let load = Load {
            address: self.server.address,
            connections,
            lasting,
            request: &|_| self.request.clone(),
            check: &|_, answer| {
                ensure!(answer.body == self.answer, "another answer than before");
                Ok(())
            },
        };
        load.run(&AtomicUsize::new(0))
    }
}

/// How many answers there are of the first, and how many times as many as of the other.
pub(crate) fn compared<T: ?Sized>(
    what: String,
    one: &T,
    other: &T,
    least: Option<f64>,
    rate: impl Fn(&T) -> Result<f64>,
) -> Result<Row> {
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let [own, its] = [rate(one)?, rate(other)?];
        rates.push(own);
        ratios.push(own / its);
    }
    Ok(row::ratio_at_least(what, &Figure::of(rates), &Figure::of(ratios), least))
}

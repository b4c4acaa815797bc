//! A page over nine live regions that each take 4 ms, cold: nothing that is asked for has been
//! asked for before, so that every page waits for nine services.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    gateway::Gateway,
    http::{Answer, Connection},
    load::{Load, Run},
    pages::{Expected, Shape},
    region::{Region, TAKES},
    row,
    statistics::{Figure, Latencies},
    table::Row,
    workshop::Workshop,
};

/// The regions of England's networks, and as many rows as a page has unless one says otherwise.
pub(crate) const REGIONS: usize = 9;
pub(crate) const SHAPE: Shape = Shape::Of(20);

/// How often each measurement is repeated, and for how long.
const REPEATS: usize = 5;
const LASTING: Duration = Duration::from_secs(2);

/// How often the regions' time is adjusted before anything is measured.
const ROUNDS: usize = 3;

/// Readers at a time beside one alone: as many pages as a gateway makes at once of one region.
const READERS: usize = 8;

/// A gateway, the regions that it asks, and what it must say.
pub(crate) struct Stand {
    pub(crate) gateway: Gateway,
    pub(crate) regions: Vec<Region>,
    expected: Expected,
    missing: Vec<String>,
    number: AtomicUsize,
}

impl Stand {
    /// Puts one up over these regions, and waits until its pages have all of them.
    pub(crate) fn over(workshop: &Workshop, regions: &[Region], name: &str) -> Result<Self> {
        let database = workshop.nation(regions, name)?;
        let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
        let stand = Self {
            gateway,
            regions: regions.to_vec(),
            expected: Expected::of(regions),
            missing: Vec::new(),
            number: AtomicUsize::new(0),
        };
        let began = Instant::now();
        loop {
            match stand.load(SHAPE, 1, Duration::ZERO) {
                Ok(_) => return Ok(stand),
                Err(error) if began.elapsed() > Duration::from_secs(20) => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// From now on its pages lack this region.
    pub(crate) fn lacks(&mut self, region: &Region) {
        let others: Vec<_> =
            self.regions.iter().filter(|one| one.code != region.code).cloned().collect();
        self.expected = Expected::of(&others);
        self.missing = vec![region.code.clone()];
    }

    /// Asks for pages of that shape which nobody has asked for, and looks at every answer.
    pub(crate) fn load(&self, shape: Shape, connections: usize, lasting: Duration) -> Result<Run> {
        let missing: Vec<_> = self.missing.iter().map(String::as_str).collect();
        let check = |number: usize, answer: &Answer| {
            self.expected.check(shape.asked(number)?, answer, &missing)
        };
        // A number without a page is told by the check.
        let request = |number: usize| {
            shape.asked(number).map_or_else(|_| Vec::new(), |asked| asked.request())
        };
        let load = Load {
            address: self.gateway.address,
            connections,
            lasting,
            request: &request,
            check: &check,
        };
        load.run(&self.number)
    }

    /// What the same pages of the regions themselves take, asked all at once by the load, which
    /// reads none of what comes: no gateway can be faster.
    fn directly(&self, lasting: Duration) -> Result<Latencies> {
        let open = |region: &Region| Connection::open(region.address);
        let mut regions = self.regions.iter().map(open).collect::<Result<Vec<_>>>()?;
        let (began, mut latencies) = (Instant::now(), Vec::new());
        while began.elapsed() < lasting {
            let request = SHAPE.asked(latencies.len())?.request_of_a_region();
            let asked = Instant::now();
            regions.iter_mut().try_for_each(|region| region.send(&request))?;
            for region in &mut regions {
                ensure!(region.receive()?.status == 200, "a region fails");
            }
            latencies.push(asked.elapsed());
        }
        Ok(Latencies::of(latencies))
    }

    /// Has all regions together answer in the time that each is to take. They share a core, on
    /// which the last one's answer is sent when those of all others were.
    fn set_regions(&self) -> Result<()> {
        for _ in 0..ROUNDS {
            let late = self.directly(LASTING / 4)?.percentile(50) / 1_000.0 - TAKES.as_secs_f64();
            for region in &self.regions {
                let wait = region.waits().as_secs_f64() - late;
                region.wait(Duration::from_secs_f64(wait.max(0.0)));
            }
        }
        Ok(())
    }

    /// How many requests for rows came to each region.
    pub(crate) fn asked(&self) -> Vec<usize> {
        self.regions.iter().map(Region::asked_for_rows).collect()
    }

    /// How many pages were asked for.
    pub(crate) fn pages(&self) -> usize {
        self.number.load(Ordering::SeqCst)
    }

    /// The same, and makes sure that each page asked each of these regions once.
    pub(crate) fn cold_load(
        &self,
        shape: Shape,
        connections: usize,
        lasting: Duration,
    ) -> Result<Run> {
        let before = self.asked();
        let run = self.load(shape, connections, lasting)?;
        for ((region, before), after) in self.regions.iter().zip(before).zip(self.asked()) {
            let (code, calls, pages) = (&region.code, after - before, run.answers);
            // Questions of one moment may travel in one request, if there are several readers.
            let is_cold = if connections == 1 { calls == pages } else { calls <= pages };
            ensure!(
                is_cold && calls > 0 || self.missing.contains(code),
                "{code} was asked {calls} times for {pages} pages: they were not cold"
            );
        }
        Ok(run)
    }
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let stand = Stand::over(workshop, workshop.regions(REGIONS)?, "live")?;
    stand.load(SHAPE, 1, LASTING)?;
    stand.set_regions()?;
    let mut alone = Vec::new();
    let mut many = Vec::new();
    let (mut direct, mut beyond) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        alone.push(stand.cold_load(SHAPE, 1, LASTING)?);
        let own = stand.directly(LASTING / 4)?.percentile(50);
        direct.push(own);
        beyond.extend(alone.last().map(|run| run.latencies.percentile(50) - own));
        many.push(stand.cold_load(SHAPE, READERS, LASTING)?);
    }
    // Other scenarios have the same regions.
    stand.regions.iter().for_each(|region| region.wait(TAKES));
    let percentile = |runs: &[Run], percent| {
        Figure::of(runs.iter().map(|run| run.latencies.percentile(percent)))
    };
    let tail = Figure::of(
        alone.iter().map(|run| run.latencies.percentile(99) / run.latencies.percentile(50)),
    );
    let what = format!("a page over {REGIONS} live regions that answer in 4 ms, cold");
    Ok(vec![
        row::at_most(format!("{what}: p50"), &percentile(&alone, 50), "ms", 6.0),
        row::ratio_at_most(
            format!("{what}: p99 to p50"),
            &percentile(&alone, 99),
            "ms",
            &tail,
            2.0,
        ),
        row::at_most(
            format!("{what}: p50 beyond what the regions take when asked directly"),
            &Figure::of(beyond),
            "ms",
            2.0,
        ),
        row::told(
            "the same asked of the regions directly, all at once, and not read: p50".to_owned(),
            &Figure::of(direct),
            "ms",
        ),
        row::told(format!("{what}, {READERS} readers: p50"), &percentile(&many, 50), "ms"),
        row::told(format!("{what}, {READERS} readers: p99"), &percentile(&many, 99), "ms"),
        row::told(
            format!("{what}, {READERS} readers: pages per second of one core"),
            &Figure::of(many.iter().map(Run::rate)),
            "",
        ),
    ])
}

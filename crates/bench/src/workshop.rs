//! What scenarios are built from: databases that are filled once, and gateways on copies of them.

use std::{
    cell::OnceCell,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::{
    cores::Cores,
    gateway::{Gateway, folkmoot},
    region::Region,
};

/// A place for databases; it goes with this value.
pub(crate) struct Workshop {
    pub(crate) cores: Cores,
    directory: TempDir,
    demo: OnceCell<Demo>,
    empty: OnceCell<PathBuf>,
    /// All regions that were started, the first ones first.
    regions: OnceCell<Vec<Region>>,
}

/// The demo nation.
#[derive(Clone)]
pub(crate) struct Demo {
    pub(crate) database: PathBuf,
    /// How long the program took from its start until it was filled and ready.
    pub(crate) filled_in: Duration,
}

/// The most regions that a scenario needs.
pub(crate) const MOST_REGIONS: usize = 32;

impl Workshop {
    pub(crate) fn new(cores: Cores) -> Result<Self> {
        let directory = TempDir::new().context("make a directory for databases")?;
        let (demo, empty, regions) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Ok(Self { cores, directory, demo, empty, regions })
    }

    /// Where a database or another file with that name is.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.directory.path().join(format!("{name}.db"))
    }

    /// The demo nation, filled by whoever asks first.
    pub(crate) fn demo(&self) -> Result<Demo> {
        if let Some(demo) = self.demo.get() {
            return Ok(demo.clone());
        }
        let demo = self.filled_anew("demo")?;
        Ok(self.demo.get_or_init(|| demo).clone())
    }

    /// Another demo nation.
    pub(crate) fn filled_anew(&self, name: &str) -> Result<Demo> {
        let database = self.place(name);
        let gateway = Gateway::start(self.cores, &database, &["--demo"], &[])?;
        let filled_in = gateway.ready_after;
        gateway.stop()?;
        Ok(Demo { database, filled_in })
    }

    /// A copy of a database.
    pub(crate) fn copy(&self, of: &Path, name: &str) -> Result<PathBuf> {
        let file = self.place(name);
        // What an earlier gateway of that name had not written into its database is not this one's.
        for rest in ["db-wal", "db-shm"].map(|ending| file.with_extension(ending)) {
            if rest.exists() {
                fs::remove_file(rest)?;
            }
        }
        fs::copy(of, &file)?;
        // What whoever wrote it last had not brought into its database is in the log beside it.
        let log = of.with_extension("db-wal");
        if log.exists() {
            fs::copy(log, file.with_extension("db-wal"))?;
        }
        Ok(file)
    }

    /// So many live regions.
    pub(crate) fn regions(&self, count: usize) -> Result<&[Region]> {
        if self.regions.get().is_none() {
            let started: Result<Vec<_>> = (0..MOST_REGIONS).map(Region::start).collect();
            let started = started?;
            self.regions.get_or_init(|| started);
        }
        let regions = self.regions.get().map(Vec::as_slice).unwrap_or_default();
        ensure!(count <= regions.len(), "there are {} regions", regions.len());
        Ok(&regions[..count])
    }

    /// A nation of these live regions alone.
    pub(crate) fn nation(&self, regions: &[Region], name: &str) -> Result<PathBuf> {
        let database = self.copy(&self.empty()?, name)?;
        for region in regions {
            let (code, url) = (&region.code, region.url());
            let add = ["region", "add", code, "--name", code, "--live", &url, "--active"];
            folkmoot(&database, &add)?;
        }
        Ok(database)
    }

    /// Councils and standards, and no region.
    fn empty(&self) -> Result<PathBuf> {
        if let Some(empty) = self.empty.get() {
            return Ok(empty.clone());
        }
        let database = self.place("empty");
        Gateway::start(self.cores, &database, &[], &[])?.stop()?;
        for line in folkmoot(&database, &["region", "list"])?.lines() {
            let code = line.split_whitespace().next().context("a region without a code")?;
            folkmoot(&database, &["region", "remove", code, "--for-good"])?;
        }
        Ok(self.empty.get_or_init(|| database).clone())
    }
}

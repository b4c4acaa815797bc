//! Databases of the Postgres that this bench was given.

use std::{env, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    cores::Cores,
    gateway::{Address, Gateway},
};

/// One of them.
pub(crate) struct Database {
    cores: Cores,
    address: String,
}

impl From<&Database> for Address {
    fn from(database: &Database) -> Self {
        database.address.as_str().into()
    }
}

impl Database {
    /// One with the demo nation in it. The server is moved to the load's core: the gateway has its
    /// own.
    pub(crate) fn filled(cores: Cores, name: &str) -> Result<Self> {
        let server = env::var("FOLKMOOT_TEST_POSTGRES").ok();
        let server = server.context("there is no Postgres: run this by `make bench`")?;
        let (rest, _) = server.rsplit_once('/').context("an address")?;
        let own = |name: &str| Self { cores, address: format!("{rest}/{name}") };
        let database = own("postgres").made(name, "")?;
        let told = database.tell("SELECT pg_read_file('postmaster.pid')")?;
        let id = told.lines().next().context("the server's id")?.trim().to_owned();
        // Where there is no taskset, nothing has a core of its own.
        let _ = Command::new("taskset").args(["-a", "-c", "-p", "1", &id]).output();
        database.gateway(&["--demo"])?.stop()?;
        database.analyse()?;
        Ok(database)
    }

    /// Another one that holds the same. Nobody may be connected to this one meanwhile.
    pub(crate) fn copied(&self, name: &str) -> Result<Self> {
        let (_, own) = self.address.rsplit_once('/').context("an address")?;
        self.made(name, &format!("TEMPLATE {own}"))
    }

    fn made(&self, name: &str, like: &str) -> Result<Self> {
        let (rest, _) = self.address.rsplit_once('/').context("an address")?;
        // One connection cannot make the database that it is in.
        let server = Self { cores: self.cores, address: format!("{rest}/postgres") };
        server.tell(&format!("CREATE DATABASE {name} {like}"))?;
        Ok(Self { cores: self.cores, address: format!("{rest}/{name}") })
    }

    /// Where a program finds it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Has the server count what is in it, as it does by itself after a while.
    pub(crate) fn analyse(&self) -> Result<()> {
        self.tell("VACUUM ANALYZE").map(drop)
    }

    /// What the database says to a statement, as text.
    pub(crate) fn tell(&self, sql: &str) -> Result<String> {
        let mut command = Command::new("psql");
        command.args(["-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql, &self.address]);
        let output = command.output().context("psql is missing: install Postgres' client")?;
        let failed = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{failed}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// A gateway on it.
    pub(crate) fn gateway(&self, arguments: &[&str]) -> Result<Gateway> {
        Gateway::start(self.cores, self, arguments, &[])
    }
}

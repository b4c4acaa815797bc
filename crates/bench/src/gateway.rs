//! The real program: started as anyone would, on a core of its own with one worker, and looked at
//! from outside.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{cores::Cores, http::Connection};

/// How long it may take to be ready: the demo is filled meanwhile.
const START: Duration = Duration::from_secs(120);

/// The address of a database.
#[derive(Clone)]
pub(crate) struct Address(String);

impl From<&Path> for Address {
    fn from(file: &Path) -> Self {
        Self(format!("sqlite://{}", file.display()))
    }
}

impl From<&PathBuf> for Address {
    fn from(file: &PathBuf) -> Self {
        file.as_path().into()
    }
}

impl From<&str> for Address {
    fn from(address: &str) -> Self {
        Self(address.to_owned())
    }
}

/// A running gateway; it ends with this value.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first time that it said to be ready.
    pub(crate) ready_after: Duration,
    child: Child,
}

impl Gateway {
    /// Starts it on a database, with these settings.
    pub(crate) fn start(
        cores: Cores,
        database: impl Into<Address>,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let began = Instant::now();
        let mut command = cores.of_the_gateway(&beside("folkmoot")?);
        prepared(&mut command, &database.into())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .envs(settings.iter().copied());
        let mut gateway = Self::of(&mut command)?;
        gateway.become_ready(began)?;
        gateway.ready_after = began.elapsed();
        Ok(gateway)
    }

    /// Starts, in its place, the plain server that it is compared with.
    pub(crate) fn start_peer(cores: Cores, bytes: &Path, councils: &Path) -> Result<Self> {
        Self::of(cores.of_the_gateway(&beside("peer")?).arg(bytes).arg(councils))
    }

    /// The server that a command starts with one worker, once it says where it listens.
    pub(crate) fn of(command: &mut Command) -> Result<Self> {
        let mut child = command
            .env("TOKIO_WORKER_THREADS", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start the gateway")?;
        let output = child.stdout.take().context("the gateway has no output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let told = lines.find_map(|line| {
            // Where others reach it stands before where it listens, if that is another address.
            let (_, address) = line.split_once(" http://")?;
            address.trim().parse().ok()
        });
        // Whatever else it prints must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        match told {
            Some(address) => Ok(Self { address, ready_after: Duration::ZERO, child }),
            None => {
                let ended = child.wait()?;
                bail!("the gateway ended before it listened: {ended}");
            }
        }
    }

    fn become_ready(&self, began: Instant) -> Result<()> {
        loop {
            let asked = Connection::open(self.address).and_then(|mut one| one.get("/health/ready"));
            if asked.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            ensure!(began.elapsed() < START, "the gateway is not ready after {START:?}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// How long its threads have run on a core so far.
    fn on_core(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between being listed and being read.
            let Ok(told) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            let own = told.split(' ').next().and_then(|first| first.parse::<u64>().ok());
            nanoseconds += own.context("the system does not say how long threads ran")?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// What comes of some work, and how long its threads ran on a core meanwhile.
    pub(crate) fn spent<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
        let before = self.on_core()?;
        let done = work()?;
        Ok((done, self.on_core()? - before))
    }

    /// Its resident memory in megabytes, shared pages of the program file included.
    pub(crate) fn resident(&self) -> Result<f64> {
        memory(self.child.id(), "VmRSS:")
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status()?;
        ensure!(told.success(), "the gateway could not be told to stop");
        let ended = self.child.wait()?;
        ensure!(ended.success(), "the gateway ended badly: {ended}");
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Megabytes of a process's memory, by their name in its status.
fn memory(process: u32, name: &str) -> Result<f64> {
    let told = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = told.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    Ok(kilobytes.context("the system does not say how much memory is resident")? / 1024.0)
}

/// Runs another command of the program on a database, to its end.
pub(crate) fn folkmoot(database: impl Into<Address>, arguments: &[&str]) -> Result<String> {
    Ok(folkmoot_with_peak(database, arguments)?.0)
}

/// The same, and the most megabytes that were resident at any time.
pub(crate) fn folkmoot_with_peak(
    database: impl Into<Address>,
    arguments: &[&str],
) -> Result<(String, f64)> {
    let mut command = Command::new(beside("folkmoot")?);
    prepared(&mut command, &database.into()).args(arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let id = child.id();
    let ending = thread::spawn(move || child.wait_with_output());
    let mut peak: f64 = 0.0;
    while !ending.is_finished() {
        // The system keeps the most until then: between the last look and the end it may rise.
        peak = memory(id, "VmHWM:").map_or(peak, |now| peak.max(now));
        thread::sleep(Duration::from_millis(2));
    }
    let output = ending.join().map_err(|_| anyhow::anyhow!("the watch panicked"))??;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "folkmoot {}: {failed}", arguments.join(" "));
    Ok((said, peak))
}

/// A token of a steward.
pub(crate) fn stewards_token(database: impl Into<Address>) -> Result<String> {
    let create = ["token", "create", "--name", "Bench", "--scope", "steward"];
    let said = folkmoot(database, &create)?;
    Ok(said.lines().next().context("a token")?.trim().to_owned())
}

fn prepared<'c>(command: &'c mut Command, database: &Address) -> &'c mut Command {
    // Only what is said here counts, not what somebody's shell happens to hold.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FOLKMOOT__")) {
        command.env_remove(name);
    }
    command
        .env("FOLKMOOT__DATABASE__URL", &database.0)
        // The regions are on this machine.
        .env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true")
        // Counted as anybody's, and never too many.
        .env("FOLKMOOT__LIMITS__TOKEN_PER_MINUTE", "1000000000")
        .stdin(Stdio::null())
}

/// The program with that name that was built beside this one.
fn beside(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(name);
    ensure!(program.exists(), "{} is not built: use `make bench`", program.display());
    Ok(program)
}

//! A running gateway on a free port, with a database of its own.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{folkmoot, program};

/// How long the program may take to be ready: a debug build that fills a database on a busy
/// machine.
const START: Duration = Duration::from_secs(90);
/// How long an answer may take to become what a test waits for: many times the shortest poll.
const CHANGE: Duration = Duration::from_secs(20);

/// The roles for which the demo prints a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    Anonymous,
    Peer,
    Editor,
    Coordinator,
    TrialCoordinator,
    Steward,
}

impl Role {
    /// All roles, from the one that may see least.
    pub const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::Peer,
        Self::Editor,
        Self::Coordinator,
        Self::TrialCoordinator,
        Self::Steward,
    ];

    /// Its name as the demo prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Peer => "peer",
            Self::Editor => "editor of Camden",
            Self::Coordinator => "coordinator of London",
            Self::TrialCoordinator => "coordinator of a region on trial",
            Self::Steward => "steward",
        }
    }
}

/// A running gateway; it ends with this value.
pub struct Gateway {
    /// Its address, such as `http://127.0.0.1:40001`.
    pub address: String,
    /// Its database.
    pub database: String,
    tokens: Vec<(String, String)>,
    client: reqwest::Client,
    child: Child,
    log: Log,
    _directory: Option<TempDir>,
}

/// The last lines that a program wrote into its log: they must not fill the pipe.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<VecDeque<String>>>);

impl Log {
    /// The most lines that are kept.
    const MOST: usize = 200;

    fn of(stderr: ChildStderr) -> (Self, JoinHandle<()>) {
        let log = Self::default();
        let reader = log.clone();
        let reading = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut lines = reader.0.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.len() == Self::MOST {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        });
        (log, reading)
    }

    fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Gateway {
    /// The demo nation on SQLite.
    ///
    /// # Errors
    /// If the program does not become ready.
    pub async fn demo() -> Result<Self> {
        Self::demo_with(&[]).await
    }

    /// The demo nation on SQLite with settings, such as `FOLKMOOT__DATABASE__POLL_SECONDS`.
    ///
    /// # Errors
    /// If the program does not become ready.
    pub async fn demo_with(settings: &[(&str, &str)]) -> Result<Self> {
        Self::demo_for(crate::client().build()?, settings).await
    }

    /// The same, asked by a client of the test's own.
    ///
    /// # Errors
    /// If the program does not become ready.
    pub async fn demo_for(client: reqwest::Client, settings: &[(&str, &str)]) -> Result<Self> {
        let directory = TempDir::new()?;
        let file = directory.path().join("demo.db");
        fs::copy(filled_demo().await?, &file)?;
        let mut gateway = Self::start_for(client, &sqlite(&file), true, settings).await?;
        gateway._directory = Some(directory);
        Ok(gateway)
    }

    /// The program on a database.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn start(database: &str, is_demo: bool) -> Result<Self> {
        Self::start_with(database, is_demo, &[]).await
    }

    /// The program on a database, with settings.
    ///
    /// # Errors
    /// If it does not become ready.
    pub async fn start_with(
        database: &str,
        is_demo: bool,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        Self::start_for(crate::client().build()?, database, is_demo, settings).await
    }

    async fn start_for(
        client: reqwest::Client,
        database: &str,
        is_demo: bool,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = folkmoot();
        command.envs(settings.iter().copied());
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", database]);
        command.args(is_demo.then_some("--demo"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the program has an output")?;
        let (log, reading) = Log::of(child.stderr.take().context("the program has a log")?);
        let told = tokio::task::spawn_blocking(move || told(output, is_demo)).await??;
        let Some((address, tokens)) = told else {
            child.wait()?;
            // All that it wrote; what is kept of it stands in the log.
            drop(tokio::task::spawn_blocking(move || reading.join()).await?);
            bail!("the program ended: {}", log.text());
        };
        let gateway = Self {
            address,
            database: database.to_owned(),
            tokens,
            client,
            child,
            log,
            _directory: None,
        };
        gateway.become_ready().await?;
        Ok(gateway)
    }

    async fn become_ready(&self) -> Result<()> {
        let began = Instant::now();
        loop {
            let health = self.client.get(format!("{}/health/ready", self.address)).send().await;
            if health.is_ok_and(|health| health.status().is_success()) {
                return Ok(());
            }
            ensure!(began.elapsed() < START, "the program is not ready after {START:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The process's id.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// The token of a role; none for anonymous.
    pub fn token(&self, role: Role) -> Option<&str> {
        let found = self.tokens.iter().find(|(name, _)| name == role.name());
        found.map(|(_, token)| token.as_str())
    }

    /// A request to a path of this gateway.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }

    /// Asks as nobody in particular.
    ///
    /// # Errors
    /// If there is no JSON answer.
    pub async fn ask(&self, query: &str, variables: Value) -> Result<Value> {
        self.ask_as(Role::Anonymous, query, variables).await
    }

    /// Asks in a role.
    ///
    /// # Errors
    /// If there is no JSON answer.
    pub async fn ask_as(&self, role: Role, query: &str, variables: Value) -> Result<Value> {
        let mut request = self.request(reqwest::Method::POST, "/graphql");
        request = match self.token(role) {
            Some(token) => request.bearer_auth(token),
            // Whoever brings a cookie is answered anew: what a test has written by another
            // process counts at once. Answers that are shared have tests of their own.
            None => request.header("cookie", "test=1"),
        };
        let answer =
            request.json(&json!({ "query": query, "variables": variables })).send().await?;
        Ok(answer.json().await?)
    }

    /// Asks, and takes nothing but data for an answer.
    ///
    /// # Errors
    /// If the answer holds errors.
    pub async fn data(&self, query: &str, variables: Value) -> Result<Value> {
        self.data_as(Role::Anonymous, query, variables).await
    }

    /// The same in a role.
    ///
    /// # Errors
    /// If the answer holds errors.
    pub async fn data_as(&self, role: Role, query: &str, variables: Value) -> Result<Value> {
        let mut answer = self.ask_as(role, query, variables).await?;
        ensure!(answer.get("errors").is_none(), "{}", answer["errors"]);
        Ok(answer["data"].take())
    }

    /// Asks again and again until the data are as wanted.
    ///
    /// # Errors
    /// If an answer holds errors, or they are not so in good time.
    pub async fn data_until(
        &self,
        query: &str,
        is_wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let began = Instant::now();
        loop {
            let data = self.data(query, json!({})).await?;
            if is_wanted(&data) {
                return Ok(data);
            }
            ensure!(began.elapsed() < CHANGE, "still after {CHANGE:?}: {data}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the process at once, as when its machine is lost.
    pub fn kill(&mut self) {
        // It may have ended by itself; that is what some tests want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Tells the process something, such as `-STOP`: it does nothing more until `-CONT`.
    ///
    /// # Errors
    /// If that cannot be told.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let id = self.process_id().to_string();
        let told = std::process::Command::new("kill").args([signal, &id]).status()?;
        ensure!(told.success(), "the process could not be told {signal}");
        Ok(())
    }

    /// True if the process has not ended.
    pub fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

type Told = Option<(String, Vec<(String, String)>)>;

/// Reads where the program listens and which tokens it made; `None` if it ended before.
fn told(output: ChildStdout, is_demo: bool) -> Result<Told> {
    let mut address = None;
    let mut tokens = Vec::new();
    let mut lines = BufReader::new(output).lines();
    for line in lines.by_ref() {
        let line = line?;
        if let Some(rest) = line.strip_prefix("Folkmoot is at") {
            address = Some(rest.trim().to_owned());
        } else if let Some(rest) = line.trim_start().strip_prefix("listening on") {
            // Readers reach it under another name, which a test has no proxy for.
            address = Some(rest.trim().to_owned());
        } else if let Some((role, secret)) = line.split_once("folkmoot_") {
            tokens.push((role.trim().to_owned(), format!("folkmoot_{secret}")));
        }
        let is_told = if is_demo {
            tokens.len() == Role::ALL.len() - 1
        } else {
            line.trim_start().starts_with("API")
        };
        if is_told && let Some(address) = address {
            // Whatever else the program prints must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(Some((address, tokens)));
        }
    }
    Ok(None)
}

fn sqlite(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// A database that holds the demo of this build and day, filled once for all tests.
async fn filled_demo() -> Result<PathBuf> {
    let program = program::path();
    let built = fs::metadata(&program)?.modified()?.duration_since(UNIX_EPOCH)?.as_millis();
    let directory = program.with_file_name("demo-for-tests");
    fs::create_dir_all(&directory)?;
    let file = directory.join(format!("{built}.db"));
    let lock = fs::File::create(directory.join("lock"))?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    let is_recent = |file: &Path| {
        let age =
            fs::metadata(file).and_then(|of| of.modified()).ok().and_then(|at| at.elapsed().ok());
        age.is_some_and(|age| age < Duration::from_secs(6 * 3600))
    };
    if !is_recent(&file) {
        for old in fs::read_dir(&directory)?.flatten() {
            if old.file_name() != "lock" {
                fs::remove_file(old.path())?;
            }
        }
        let filling = directory.join("filling.db");
        let gateway = Gateway::start(&sqlite(&filling), true).await?;
        gateway.stop().await?;
        fs::rename(&filling, &file)?;
    }
    drop(lock);
    Ok(file)
}

impl Gateway {
    /// Tells the process to stop and waits for its end, as an orderly host would.
    ///
    /// # Errors
    /// If it does not end in good time, or not well.
    pub async fn stop(mut self) -> Result<()> {
        self.signal("-TERM")?;
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the process ended badly: {status}");
                return Ok(());
            }
            ensure!(began.elapsed() < START, "the process did not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

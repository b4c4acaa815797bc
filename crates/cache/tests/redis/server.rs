//! A redis-server of a test's own: a process on a free port of the loopback interface.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) port: u16,
    arguments: Vec<String>,
    home: TempDir,
    process: Option<Child>,
}

/// Debian keeps it in the path of everyone, others may not.
fn binary() -> PathBuf {
    let places = ["redis-server", "/usr/bin/redis-server", "/usr/local/bin/redis-server"];
    let runs = |place: &&&str| Command::new(place).arg("--version").output().is_ok();
    let found = places.iter().find(runs);
    found.expect("redis-server runs: install the package redis-server").into()
}

pub(crate) fn free_port() -> u16 {
    // Cluster nodes talk on their port and 10,000, which has to be a port, too.
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        if port < 55_000 {
            return port;
        }
    }
}

impl Server {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let home = tempfile::tempdir().expect("a folder");
        Self { port: free_port(), arguments, home, process: None }
    }

    pub(crate) fn started(arguments: &[&str]) -> Self {
        let mut server = Self::new(arguments);
        server.start();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&mut self) {
        let log = fs::File::create(self.home.path().join("log")).expect("a file");
        let process = Command::new(binary())
            .args(&self.arguments)
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--daemonize", "no"])
            .current_dir(self.home.path())
            .stdout(log)
            .stderr(Stdio::inherit())
            .spawn();
        self.process = Some(process.expect("it starts"));
        let give_up = Instant::now() + Duration::from_secs(20);
        while !self.try_say(&["PING"]).is_some_and(|said| said.starts_with("+PONG")) {
            assert!(Instant::now() < give_up, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// At once, as when the machine is lost.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it is ours");
            process.wait().expect("it ends");
        }
    }

    /// Connections stay, and nothing answers.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let sent = Command::new("kill").args([signal, &process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// What it answers to a command of its own protocol.
    pub(crate) fn say(&self, words: &[&str]) -> String {
        self.try_say(words).expect("an answer")
    }

    fn try_say(&self, words: &[&str]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let mut command = format!("*{}\r\n", words.len());
        for word in words {
            command.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        stream.write_all(command.as_bytes()).ok()?;
        let mut answer = [0; 16_384];
        let read = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer[..read]).into_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

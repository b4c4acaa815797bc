//! One connection that is kept open, and one question at a time on it: as little as a load
//! generator needs, so that it costs the machine little.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

/// An answer that has not come by then never will: longer than any request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// True if the gateway says that it had it already.
    pub(crate) is_hit: bool,
    pub(crate) body: Vec<u8>,
}

/// A connection.
pub(crate) struct Connection {
    socket: TcpStream,
    bytes: Vec<u8>,
}

impl Connection {
    /// Opens one.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect_timeout(&address, PATIENCE).context("connect")?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { socket, bytes: Vec::new() })
    }

    /// Asks by GET.
    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask(&getting(path))
    }

    /// Sends JSON by POST.
    pub(crate) fn post(&mut self, path: &str, json: &str) -> Result<Answer> {
        self.ask(&posting(path, json))
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.send(request)?;
        self.receive()
    }

    /// Sends a request.
    pub(crate) fn send(&mut self, request: &[u8]) -> Result<()> {
        self.socket.write_all(request).context("send a request")
    }

    /// Reads the answer to the request that was sent last.
    pub(crate) fn receive(&mut self) -> Result<Answer> {
        self.bytes.clear();
        let head_end = loop {
            if let Some(end) = end_of_head(&self.bytes) {
                break end;
            }
            self.read_on()?;
        };
        let head = std::str::from_utf8(&self.bytes[..head_end]).context("read the head")?;
        let (status, length) = read_head(head)?;
        let is_hit = header(head, "cache-status").is_some_and(|status| status.contains("; hit"));
        while self.bytes.len() < head_end + length {
            self.read_on()?;
        }
        let body = self.bytes[head_end..head_end + length].to_vec();
        Ok(Answer { status, is_hit, body })
    }

    fn read_on(&mut self) -> Result<()> {
        let mut chunk = [0; 16 * 1024];
        let read = self.socket.read(&mut chunk).context("read an answer")?;
        ensure!(read > 0, "the connection was closed before the answer was whole");
        self.bytes.extend_from_slice(&chunk[..read]);
        Ok(())
    }
}

/// A GET as it goes over the wire.
pub(crate) fn getting(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n").into_bytes()
}

/// A POST of JSON as it goes over the wire.
pub(crate) fn posting(path: &str, json: &str) -> Vec<u8> {
    posted(path, "", json)
}

/// The same by a reader whose answers are nobody else's.
pub(crate) fn posting_alone(path: &str, json: &str) -> Vec<u8> {
    posted(path, "cookie: bench=1\r\n", json)
}

/// The same by the bearer of a token.
pub(crate) fn posting_as(token: &str, path: &str, json: &str) -> Vec<u8> {
    posted(path, &format!("authorization: Bearer {token}\r\n"), json)
}

fn posted(path: &str, more: &str, json: &str) -> Vec<u8> {
    let length = json.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n{more}\
         content-length: {length}\r\n\r\n{json}"
    )
    .into_bytes()
}

/// Where the body begins, once the head is whole.
pub(crate) fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// The value of a header line.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn read_head(head: &str) -> Result<(u16, usize)> {
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let Some(status) = status else { bail!("no answer of HTTP begins like this: {head}") };
    let length = header(head, "content-length").and_then(|length| length.parse().ok());
    Ok((status, length.context("an answer does not say how long it is")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_status_and_length_however_it_is_written() {
        let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length:  12\r\n\r\n";
        assert_eq!(read_head(head).expect("a head"), (503, 12));
        assert_eq!(end_of_head(head.as_bytes()), Some(head.len()));
        assert!(read_head("HTTP/1.1 200 OK\r\n\r\n").is_err(), "its end cannot be told");
    }
}

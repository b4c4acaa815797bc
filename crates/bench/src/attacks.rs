//! Readers who mean well, while others from one address hold connections: by heads and bodies that
//! come a byte at a time, by taking nothing of what they asked for, and by opening as many as they
//! can. Each kind beside the same readers without it.

use std::{
    io::{ErrorKind, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use socket2::{Domain, Socket, Type};

use crate::{
    gateway::Gateway,
    load::{Load, Run},
    questions::{Given, Questions},
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 5;
const LASTING: Duration = Duration::from_secs(2);

/// Readers, as many as a gateway of one core answers without haste.
const READERS: usize = 4;

/// Connections that the attacker holds, or tries to: five times as many as one client may.
const HELD: usize = 1_000;

/// How long the attacker rests between two looks at some of its connections. It shares its core with
/// the readers, who must not wait for it but for the gateway: so it does little at a time.
const REST: Duration = Duration::from_millis(1);

/// Another address of this machine's own: readers come from the first.
const ATTACKER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// How connections are held.
#[derive(Clone, Copy)]
enum Attack {
    SlowHeads,
    SlowBodies,
    SlowReads,
    Flood,
}

impl Attack {
    const ALL: [(Self, &str); 4] = [
        (Self::SlowHeads, "heads a byte at a time"),
        (Self::SlowBodies, "bodies a byte at a time"),
        (Self::SlowReads, "readers that take nothing"),
        (Self::Flood, "connections opened and left, as many as can be"),
    ];

    /// How many connections get a byte more, or are opened again, between two rests: each once a
    /// second, or, where nothing else is done, as often as the machine bears.
    fn at_a_time(self) -> usize {
        match self {
            Self::SlowHeads | Self::SlowBodies | Self::SlowReads => HELD / 1_000,
            Self::Flood => HELD / 120,
        }
    }

    /// What is sent first.
    fn opening(self) -> Vec<u8> {
        match self {
            Self::SlowHeads => b"GET /graphql HTTP/1.1\r\nhost: bench\r\nx-slow: ".to_vec(),
            Self::SlowBodies => b"POST /graphql HTTP/1.1\r\nhost: bench\r\n\
                content-type: application/json\r\ncontent-length: 60000\r\n\r\n{"
                .to_vec(),
            Self::SlowReads => b"GET /embed/meetups.js HTTP/1.1\r\nhost: bench\r\n\r\n".repeat(400),
            Self::Flood => Vec::new(),
        }
    }
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let database = workshop.copy(&workshop.demo()?.database, "attacks")?;
    // This machine is a stranger like any other; questions are counted, and never too many.
    let settings = [
        ("FOLKMOOT__LIMITS__TRUSTED_PROXIES", "[]"),
        ("FOLKMOOT__LIMITS__CLIENT_PER_MINUTE", "100000000"),
    ];
    let gateway = Gateway::start(workshop.cores, &database, &[], &settings)?;
    let questions = Questions::of(&gateway)?;
    let number = AtomicUsize::new(0);
    let readers = || -> Result<Run> {
        let check = |number: usize, answer: &crate::http::Answer| {
            let given = questions.check(number, answer)?;
            ensure!(given == Given::Answer, "a reader was told to ask again");
            Ok(())
        };
        let request = |number| questions.request(number);
        let load = Load {
            address: gateway.address,
            connections: READERS,
            lasting: LASTING,
            request: &request,
            check: &check,
        };
        load.run(&number)
    };
    readers()?;
    let mut rows = Vec::new();
    for (attack, words) in Attack::ALL {
        let (mut p99, mut ratios, mut opened) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let alone = readers()?.latencies.percentile(99);
            let (run, a_second) = under(attack, gateway.address, readers)?;
            opened.push(a_second);
            p99.push(run.latencies.percentile(99));
            ratios.push(run.latencies.percentile(99) / alone);
        }
        let what = format!("readers' p99 while one address attacks ({words}), to that without");
        rows.push(row::ratio_at_most(what, &Figure::of(p99), "ms", &Figure::of(ratios), 2.0));
        if matches!(attack, Attack::Flood) {
            let what = format!("connections that this attacker opened a second ({words})");
            rows.push(row::told(what, &Figure::of(opened), ""));
        }
    }
    Ok(rows)
}

/// What comes of something under an attack, and how many connections a second that opened meanwhile.
fn under<T: Send>(
    attack: Attack,
    address: SocketAddr,
    act: impl Fn() -> Result<T> + Send,
) -> Result<(T, f64)> {
    let is_over = AtomicBool::new(false);
    let tried = AtomicUsize::new(0);
    thread::scope(|scope| {
        let attacking = scope.spawn(|| attack_until(attack, address, &is_over, &tried));
        // All of it, before anything is measured.
        let began = Instant::now();
        while tried.load(Ordering::SeqCst) < HELD && began.elapsed() < LASTING {
            thread::sleep(Duration::from_millis(5));
        }
        let (before, began) = (tried.load(Ordering::SeqCst), Instant::now());
        let outcome = act();
        let opened = tried.load(Ordering::SeqCst) - before;
        let a_second = opened as f64 / began.elapsed().as_secs_f64();
        is_over.store(true, Ordering::SeqCst);
        attacking.join().map_err(|_| anyhow::anyhow!("the attacker panicked"))??;
        ensure!(before >= HELD, "{before} connections are no attack");
        Ok((outcome?, a_second))
    })
}

/// Holds as many connections as it gets; those that are closed are opened again.
fn attack_until(
    attack: Attack,
    address: SocketAddr,
    is_over: &AtomicBool,
    tried: &AtomicUsize,
) -> Result<()> {
    let opening = attack.opening();
    let open = || -> Result<TcpStream> {
        let mut stream = opened(address)?;
        tried.fetch_add(1, Ordering::SeqCst);
        // What does not fit waits with the gateway: nobody reads here.
        let _ = stream.write(&opening);
        Ok(stream)
    };
    let held: Result<Vec<_>> = (0..HELD).map(|_| open()).collect();
    let mut held = held?;
    for turn in (0..HELD).cycle().step_by(attack.at_a_time()) {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        for place in (turn..turn + attack.at_a_time()).map(|place| place % HELD) {
            if !still_holds(attack, &mut held[place]) {
                held[place] = open()?;
            }
        }
        thread::sleep(REST);
    }
    Ok(())
}

/// A byte more, where the attack sends any; false once the gateway has closed the connection.
fn still_holds(attack: Attack, stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 512];
    match attack {
        // What is sent back is not looked at.
        Attack::SlowReads => !matches!(stream.peek(&mut bytes), Ok(0)) && !is_broken(stream),
        _ => {
            let is_open = match stream.read(&mut bytes) {
                Ok(0) => false,
                Ok(_) => true,
                Err(error) => error.kind() == ErrorKind::WouldBlock,
            };
            let sends = !matches!(attack, Attack::Flood);
            is_open && (!sends || stream.write(b"a").is_ok())
        }
    }
}

fn is_broken(stream: &TcpStream) -> bool {
    stream.take_error().map_or(true, |error| error.is_some())
}

/// A connection from the attacker's address, which waits for nothing.
fn opened(address: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).context("make a socket")?;
    socket.bind(&SocketAddr::new(ATTACKER, 0).into()).context("take the attacker's address")?;
    socket.connect(&address.into()).context("connect as the attacker")?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

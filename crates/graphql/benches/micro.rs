//! What the pieces cost that each question passes, whatever it asks: the scan of its text, the name
//! of its answer's place, and an answer's form in Redis. Each result is looked at before it is
//! measured.

use std::hint::black_box;

use async_graphql::{Request, Variables};
use criterion::{BenchmarkId, Criterion, Throughput};
use folkmoot_graphql::bench;
use serde_json::json;

/// Of queries: up to what the scan lets pass at all.
const QUERIES: [usize; 4] = [1, 4, 16, 64];
/// Of answers: a page of meet-ups, a page with all that is told of them, and all councils.
const ANSWERS: [usize; 3] = [2, 11, 93];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    scan(&mut criterion);
    key(&mut criterion);
    kept(&mut criterion);
    criterion.final_summary();
}

/// A query of so many KB, a field a line, each with a long name of its own.
fn query(size_kb: usize) -> String {
    let mut query = "query Councils($first: Int) { councils(first: $first) { nodes {\n".to_owned();
    let end = "} } }";
    for number in 0.. {
        let field = format!("  theNameOfTheCouncilForTheTableOnOurStartPage{number:04}: name\n");
        if query.len() + field.len() + end.len() > size_kb * 1024 {
            break;
        }
        query += &field;
    }
    query + end
}

/// The JSON of an answer of about so many KB.
fn body(size_kb: usize) -> Vec<u8> {
    let meetup = json!({
        "title": "Hiring digital people without the salary", "starts": "6:30pm, Tuesday 1 December 2026",
        "group": { "name": "London Peer Group" }, "points": [{ "label": "Multidisciplinary team" }],
    });
    let count = size_kb * 1024 / meetup.to_string().len();
    json!({ "data": { "meetups": { "nodes": vec![meetup; count] } } }).to_string().into_bytes()
}

fn scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scan");
    for size in QUERIES {
        let query = query(size);
        assert!(bench::scan(&query), "{size} KB pass");
        assert!(!bench::scan(&format!("{query}{}", "{".repeat(100))), "what nests is refused");
        group.throughput(Throughput::Bytes(query.len() as u64));
        group.bench_with_input(BenchmarkId::new("KB", size), &query, |bencher, query| {
            bencher.iter(|| bench::scan(black_box(query)));
        });
    }
    group.finish();
}

fn key(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("key");
    for size in QUERIES {
        let request = |first: usize| {
            let variables =
                json!({ "first": first, "filter": { "region": "london", "ids": [1, 2] } });
            Request::new(query(size)).variables(Variables::from_json(variables))
        };
        let asked = request(5);
        assert_eq!(bench::key(&asked), bench::key(&request(5)));
        assert_ne!(bench::key(&asked), bench::key(&request(6)));
        group.throughput(Throughput::Bytes(asked.query.len() as u64));
        group.bench_with_input(BenchmarkId::new("KB", size), &asked, |bencher, asked| {
            bencher.iter(|| bench::key(black_box(asked)));
        });
    }
    group.finish();
}

fn kept(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kept");
    for size in ANSWERS {
        let body = body(size);
        let answer = bench::kept(body.clone());
        let sealed = bench::sealed(&answer);
        assert_eq!(*bench::opened(&sealed).value.body(), body);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_with_input(BenchmarkId::new("seal, KB", size), &answer, |bencher, answer| {
            bencher.iter(|| bench::sealed(black_box(answer)));
        });
        group.bench_with_input(BenchmarkId::new("open, KB", size), &sealed, |bencher, sealed| {
            bencher.iter(|| bench::opened(black_box(sealed)));
        });
    }
    group.finish();
}

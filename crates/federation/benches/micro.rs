//! What merging the regions' pages costs, and reading and writing cursors. Each result is looked at
//! before it is measured.

use std::{collections::BTreeMap, hint::black_box, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use folkmoot_domain::{Direction, Key, Meetup, MeetupId, RegionId, Slice};
use folkmoot_federation::{Cursor, ListName, Prints, bench::Answers};
use folkmoot_testkit::meetup_at;
use uuid::Uuid;

/// One region, as many as England has, and as many as councils of London.
const REGIONS: [usize; 3] = [1, 10, 33];
/// The rows of a page, which every region sends in full.
const PAGE: usize = 20;
/// Of a list: none, what usual ones have, and the most.
const ARGUMENTS: [usize; 3] = [0, 4, 16];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    merge(&mut criterion);
    cursor(&mut criterion);
    criterion.final_summary();
}

fn merge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("merge");
    for count in REGIONS {
        let answers = Answers::of((0..count).map(|at| answer(at, count)), PAGE);
        let page = answers.clone().page();
        let instants: Vec<_> = page.iter().filter_map(|(key, _)| key.instant()).collect();
        assert_eq!(instants, (0..PAGE).map(instant).collect::<Vec<_>>(), "{count} regions");
        group.throughput(Throughput::Elements((count * PAGE) as u64));
        group.bench_with_input(BenchmarkId::new("regions", count), &answers, |bencher, answers| {
            bencher.iter_batched(|| answers.clone(), Answers::page, BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// The page of the region at a place among so many, whose rows take turns.
fn answer(at: usize, count: usize) -> (RegionId, Slice<Arc<Meetup>>) {
    let region = RegionId::derived(&format!("region-{at}"));
    let row = |number: usize| {
        let place = at + number * count;
        let id = MeetupId::derived(&format!("meetup-{place}"));
        Arc::new(meetup_at(region, id, instant(place)))
    };
    let counts = BTreeMap::from([(region, 100)]);
    let rows = (0..PAGE).map(row).collect();
    (region, Slice { rows, has_more: true, counts: Some(counts), kept: None })
}

fn instant(place: usize) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(place as i64)
}

fn cursor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cursor");
    for count in ARGUMENTS {
        let arguments = vec![("point", "0190c0de-0000-7000-8000-000000000001".to_owned()); count];
        let direction = Direction::Ascending;
        let list = ListName { field: "meetups", arguments: &arguments, direction };
        let cursor = Cursor {
            direction,
            after: Some(Key::at(instant(1), Uuid::from_u128(1))),
            prints: Prints::of(&list),
            now: instant(2),
            registry_version: 1,
            is_incomplete: false,
            origin: None,
            segment: None,
        };
        let text = cursor.encode();
        assert_eq!(Cursor::decode(&text).as_ref(), Ok(&cursor));
        // One letter is another: only the checksum tells.
        let other = if text.as_bytes()[20] == b'A' { "B" } else { "A" };
        let wrong = format!("{}{other}{}", &text[..20], &text[21..]);
        assert!(Cursor::decode(&wrong).is_err());
        let id = |what| BenchmarkId::new(what, format!("{count} arguments"));
        group.bench_function(id("prints"), |bencher| {
            bencher.iter(|| Prints::of(black_box(&list)));
        });
        group.bench_function(id("encode"), |bencher| {
            bencher.iter(|| black_box(&cursor).encode());
        });
        group.bench_function(id("decode"), |bencher| {
            bencher.iter(|| Cursor::decode(black_box(&text)));
        });
        group.bench_function(id("refuse"), |bencher| {
            bencher.iter(|| Cursor::decode(black_box(&wrong)));
        });
    }
    group.finish();
}

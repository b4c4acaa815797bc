use std::{fs, path::Path};

use super::*;

const DOCUMENT: &str = "\
# Numbers
<!-- drawn by make plots -->
old
<!-- up to here -->
<!-- written by make bench -->
| what | value | spread | reach | ratio | reached | command |
|---|---|---|---|---|---|---|
| a page: p50 | 5.00 ms | 4.00–6.00 | ≤ 10 ms |  | yes | `make bench ONLY=live` |
| a list, to <another> | 9631 | 0.20–0.80× | ≥ 1× | 0.50× | **no** | `make bench ONLY=live` |
| rows in 1, 10 and 100 nations, on SQLite | 1.0 · 1.5 · 2.0 µs |  |  |  |  | `make bench ONLY=live` |
<!-- up to here -->
Below.
";

fn committed(path: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::read_to_string(docs.join(path)).unwrap_or_default()
}

#[test]
fn the_committed_pictures_are_those_of_the_committed_table() {
    let document = committed("benchmarks.md");
    let drawn = drawn(&document, "benchmarks").expect("the table can be drawn");
    for (name, picture) in drawn.files {
        let known = committed(&format!("benchmarks/{name}"));
        assert!(known == picture, "benchmarks/{name} has drifted: run `make plots` and look at it");
    }
    assert!(drawn.document == document, "their words have drifted: run `make plots`");
}

#[test]
fn a_small_table_is_drawn() {
    let Drawn { document, files } = drawn(DOCUMENT, "small").expect("it can be drawn");
    let (before, after) = DOCUMENT.split_once("\nold\n").expect("the old pictures");
    assert!(document.starts_with(before) && document.ends_with(after), "{document}");
    let shown: Vec<_> = document.lines().filter(|line| line.starts_with("![")).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    ![1 of 2 numbers reach what they are to. The farthest is a page: p50: 5.00 ms for at most 10 ms. Not reached: a list, to <another>: 0.50× instead of at least 1×.](small/reached.svg)
    ![Of 1 costs at growing size, 0 stay within 1.3 times the first. More: rows in 1, 10 and 100 nations, on SQLite: 2.00 times.](small/growth.svg)
    "#);
    let [(_, reached), (_, growth)] = &files[..] else { panic!("two pictures: {files:?}") };
    let body = |picture: &str| {
        let (_, body) = picture.split_once("</style>").expect("a style");
        body.trim().to_owned()
    };
    insta::assert_snapshot!(body(reached), @r#"
    <rect class="page" width="100%" height="100%"/>
    <text class="head" x="12.0" y="25.0">What is to be reached, and what is</text>
    <circle class="mark yes" cx="18.0" cy="38.0" r="3.5"/>
    <text class="soft" x="32.0" y="42.0">reached: on the heavy line or right of it</text>
    <path class="mark no" d="M18.0 49.0l6 6l-6 6l-6 -6z"/>
    <text class="soft" x="32.0" y="59.0">not reached: left of it</text>
    <text class="soft" x="12.0" y="76.0">The heavy line is the bound. A bar goes from</text>
    <text class="soft" x="12.0" y="93.0">the least to the most of the repeats.</text>
    <text class="middle soft" x="12.0" y="118.0">0.2</text>
    <text class="middle soft" x="62.1" y="118.0">0.5</text>
    <text class="middle" x="100.0" y="118.0">1×</text>
    <text class="middle soft" x="137.9" y="118.0">2</text>
    <text class="middle soft" x="188.0" y="118.0">5</text>
    <text class="soft" x="202.0" y="118.0">times better</text>
    <text class="" x="12.0" y="143.0">a page: p50</text>
    <rect class="track" x="12.0" y="147.0" width="176.0" height="20.0"/>
    <line class="grid" x1="12.0" y1="147.0" x2="12.0" y2="167.0"/>
    <line class="grid" x1="62.1" y1="147.0" x2="62.1" y2="167.0"/>
    <line class="bound" x1="100.0" y1="147.0" x2="100.0" y2="167.0"/>
    <line class="grid" x1="137.9" y1="147.0" x2="137.9" y2="167.0"/>
    <line class="grid" x1="188.0" y1="147.0" x2="188.0" y2="167.0"/>
    <line class="whisker" x1="127.9" y1="157.0" x2="150.1" y2="157.0"/>
    <line class="whisker" x1="127.9" y1="150.0" x2="127.9" y2="164.0"/>
    <line class="whisker" x1="150.1" y1="150.0" x2="150.1" y2="164.0"/>
    <circle class="mark yes" cx="137.9" cy="157.0" r="3.5"/>
    <text class="end" x="348.0" y="162.0">5.00 ms, ≤ 10 ms</text>
    <text class="" x="12.0" y="188.0">a list, to &lt;another&gt;</text>
    <rect class="track" x="12.0" y="192.0" width="176.0" height="20.0"/>
    <line class="grid" x1="12.0" y1="192.0" x2="12.0" y2="212.0"/>
    <line class="grid" x1="62.1" y1="192.0" x2="62.1" y2="212.0"/>
    <line class="bound" x1="100.0" y1="192.0" x2="100.0" y2="212.0"/>
    <line class="grid" x1="137.9" y1="192.0" x2="137.9" y2="212.0"/>
    <line class="grid" x1="188.0" y1="192.0" x2="188.0" y2="212.0"/>
    <line class="whisker" x1="12.0" y1="202.0" x2="87.8" y2="202.0"/>
    <line class="whisker" x1="12.0" y1="195.0" x2="12.0" y2="209.0"/>
    <line class="whisker" x1="87.8" y1="195.0" x2="87.8" y2="209.0"/>
    <path class="mark no" d="M62.1 196.0l6 6l-6 6l-6 -6z"/>
    <text class="missed end" x="348.0" y="207.0">0.50×, not ≥ 1×</text>
    <text class="middle soft" x="12.0" y="225.0">0.2</text>
    <text class="middle soft" x="62.1" y="225.0">0.5</text>
    <text class="middle" x="100.0" y="225.0">1×</text>
    <text class="middle soft" x="137.9" y="225.0">2</text>
    <text class="middle soft" x="188.0" y="225.0">5</text>
    <text class="soft" x="202.0" y="225.0">times better</text>
    </svg>
    "#);
    insta::assert_snapshot!(body(growth), @r#"
    <rect class="page" width="100%" height="100%"/>
    <text class="head" x="12.0" y="25.0">What it costs as it grows</text>
    <text class="soft" x="12.0" y="42.0">All charts have one scale: 1× is what the first</text>
    <text class="soft" x="12.0" y="59.0">size costs, and a flat line is what is wanted.</text>
    <text class="soft" x="12.0" y="76.0">Under each place stands the size, over it the</text>
    <text class="soft" x="12.0" y="93.0">number. Full circles reach what they are to,</text>
    <text class="soft" x="12.0" y="110.0">diamonds do not, and empty circles have nothing</text>
    <text class="soft" x="12.0" y="127.0">to reach.</text>
    <text class="" x="12.0" y="160.0">rows in 1, 10 and 100 nations, in µs</text>
    <text class="" x="12.0" y="177.0">SQLite</text>
    <text class="soft" x="12.0" y="194.0">2.0 µs</text>
    <rect class="track" x="36.0" y="198.0" width="312.0" height="94.0"/>
    <line class="bound" x1="36.0" y1="292.0" x2="348.0" y2="292.0"/>
    <text class="soft end" x="32.0" y="296.0">0</text>
    <line class="grid" x1="36.0" y1="254.0" x2="348.0" y2="254.0"/>
    <text class="soft end" x="32.0" y="258.0">1×</text>
    <line class="grid" x1="36.0" y1="216.0" x2="348.0" y2="216.0"/>
    <text class="soft end" x="32.0" y="220.0">2×</text>
    <polyline class="curve" points="56.0,254.0 192.0,235.0 328.0,216.0"/>
    <circle class="mark told" cx="56.0" cy="254.0" r="3.5"/>
    <text class="middle" x="56.0" y="246.0">1.0</text>
    <text class="middle soft" x="56.0" y="305.0">1</text>
    <circle class="mark told" cx="192.0" cy="235.0" r="3.5"/>
    <text class="middle" x="192.0" y="227.0">1.5</text>
    <text class="middle soft" x="192.0" y="305.0">10</text>
    <circle class="mark told" cx="328.0" cy="216.0" r="3.5"/>
    <text class="middle" x="328.0" y="208.0">2.0</text>
    <text class="middle soft" x="328.0" y="305.0">100</text>
    </svg>
    "#);
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    for (right, wrong, why) in [
        ("5.00 ms", "five ms", "the row \"a page: p50\""),
        ("| 9631 |", "| 9631 | 1 |", "a list, to <another>"),
        ("**no**", "maybe", "maybe"),
        ("| ratio |", "| factor |", "head"),
    ] {
        let document = DOCUMENT.replacen(right, wrong, 1);
        let error = drawn(&document, "small").map(|_| ()).expect_err("it cannot be read");
        assert!(format!("{error:#}").contains(why), "{error:#}");
    }
}

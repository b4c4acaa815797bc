//! The checks on this house: its layers, files that are generated, and tests that documents name.

use std::{collections::BTreeMap, fs, path::Path};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which of our crates each may use, and which libraries only it may name.
const LAYERS: [(&str, &[&str]); 11] = [
    ("folkmoot-domain", &[]),
    ("folkmoot-cache", &[]),
    ("folkmoot-migrations", &[]),
    ("folkmoot-store", &["domain", "migrations"]),
    ("folkmoot-federation", &["domain", "store", "cache"]),
    ("folkmoot-graphql", &["domain", "store", "federation", "cache"]),
    ("folkmoot-server", &["domain", "store", "federation", "graphql", "cache"]),
    ("folkmoot-testkit", &["domain", "store", "federation"]),
    ("folkmoot-tests", &[]),
    ("folkmoot-bench", &[]),
    ("folkmoot-fuzz", &["domain", "store", "federation", "graphql", "server"]),
];

const ROOMS: [(&str, &[&str]); 8] = [
    ("sea-orm", &["store", "testkit"]),
    ("sea-orm-migration", &["migrations"]),
    ("async-graphql", &["graphql", "server", "bench", "fuzz"]),
    ("axum", &["server", "bench"]),
    ("opentelemetry", &["server"]),
    ("redis", &["cache"]),
    ("reqwest", &["federation", "server", "tests"]),
    ("tracing-opentelemetry", &["server"]),
];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo describes the workspace");
    let packages = metadata.packages.into_iter().map(|package| {
        let normal = package.dependencies.iter().filter(|one| one.kind == DependencyKind::Normal);
        (package.name.to_string(), normal.map(|one| one.name.clone()).collect())
    });
    packages.collect()
}

#[test]
fn crates_only_use_what_lies_below_them() {
    let dependencies = dependencies();
    assert_eq!(dependencies.len(), LAYERS.len(), "a crate is missing from the table");
    for (name, below) in LAYERS {
        for used in dependencies[name].iter().filter_map(|used| used.strip_prefix("folkmoot-")) {
            assert!(below.contains(&used), "{name} must not use folkmoot-{used}");
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    for (name, used) in dependencies() {
        let name = name.trim_start_matches("folkmoot-");
        for (library, rooms) in ROOMS {
            let is_used = used.iter().any(|one| one == library);
            assert!(!is_used || rooms.contains(&name), "{name} must not use {library}");
        }
    }
}

#[test]
fn the_domain_knows_no_runtime() {
    let used = &dependencies()["folkmoot-domain"];
    for library in ["tokio", "futures", "axum", "reqwest"] {
        assert!(!used.iter().any(|one| one == library), "domain must not use {library}");
    }
}

#[test]
fn the_committed_schema_is_the_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == folkmoot_graphql::sdl(),
        "schema.graphql has drifted: run `make schema` and look at what changed for API readers"
    );
}

#[test]
fn the_committed_json_schemas_are_those_of_what_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/regions/schemas");
    let schemas = folkmoot_domain::exchange_schemas();
    for (name, text) in &schemas {
        let path = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("FOLKMOOT_WRITE_TABLES").is_some() {
            fs::create_dir_all(&folder).expect("make the folder");
            fs::write(&path, text).expect("write the schema");
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == *text,
            "{name}.schema.json has drifted: run `make schema` and look at what changed for regions"
        );
    }
    let committed = fs::read_dir(folder).expect("the folder").count();
    assert_eq!(committed, schemas.len(), "a schema of nothing is committed");
}

#[test]
fn the_committed_contract_of_live_regions_is_what_their_service_here_speaks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/regions/region.graphql");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == folkmoot_graphql::region_sdl(),
        "docs/regions/region.graphql has drifted: run `make schema` and look at what changed for \
         regions; within 1.x things are only added"
    );
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = fs::read_to_string(path).expect("the workspace has a manifest");
    let section = manifest.split("[workspace.dependencies]").nth(1).expect("the section");
    let section = section.split("\n[").next().expect("up to the next section");
    let bare = without_reason(section);
    assert!(bare.is_empty(), "no reason stands above: {bare:#?}");
}

#[test]
fn a_reason_counts_for_the_next_line_only() {
    let section =
        "folkmoot-store = \"1\"\n\n# Why.\nserde = \"1\"\nsneaky = \"1\"\n# Lost.\n\nlate = \"1\"";
    assert_eq!(without_reason(section), ["sneaky = \"1\"", "late = \"1\""]);
}

/// The lines of other people's crates that have no comment of their own right above.
fn without_reason(section: &str) -> Vec<&str> {
    let lines = section.lines().scan(false, |is_explained, line| {
        let was_explained = std::mem::replace(is_explained, line.starts_with('#'));
        Some((was_explained, line))
    });
    let is_foreign =
        |line: &str| !(line.is_empty() || line.starts_with('#') || line.starts_with("folkmoot-"));
    lines.filter(|(explained, line)| !explained && is_foreign(line)).map(|(_, line)| line).collect()
}

#[test]
fn every_threat_names_a_test_and_each_of_them_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("docs/threats.md")).expect("the document");
    let bare = threats_without_test(&text);
    assert!(bare.is_empty(), "no test is named: {bare:#?}");
    let named: Vec<_> = text.lines().flat_map(tests_named).collect();
    assert!(named.len() >= 60, "only {} tests are named", named.len());
    let is_there = |file: &str, name: &str| {
        let path = match file.split_once('/') {
            Some(("crates" | "web", _)) => root.join(file),
            _ => root.join("tests").join(file),
        };
        fs::read_to_string(path).is_ok_and(|text| has_test(&text, name))
    };
    let missing: Vec<_> = named.iter().filter(|(file, name)| !is_there(file, name)).collect();
    assert!(missing.is_empty(), "there is no such test: {missing:#?}");
}

#[test]
fn a_threat_without_test_and_a_test_that_is_none_are_noticed() {
    let table = "| threat | what is done | shown by |\n|---|---|---|\n\
        | a | b | `whole/a.rs::c` |\n| d | `e.rs::f` | see g |\n\n| h | i |\n|---|---|\n| j | k |";
    assert_eq!(threats_without_test(table), ["| d | `e.rs::f` | see g |"]);
    let named: Vec<_> =
        tests_named("| `::1` | `a.rs::b`, `c.py::test_d`; `web/e.ts::says f` |").collect();
    assert_eq!(named, [("a.rs", "b"), ("c.py", "test_d"), ("web/e.ts", "says f")]);
    let rust = "#[tokio::test(start_paused = true)]\nasync fn a() {\n}\n\n#[test]\n#[cfg(unix)]\nfn b() {}\n\
        fn c() {}\non_both_databases!(d, e,);\nasync fn e(database: Database) {}\n// fn f()";
    let found = ["a", "b", "c", "d", "e", "f"].map(|name| has_test(rust, name));
    assert_eq!(found, [true, true, false, false, true, false]);
    let others = "def test_g(x):\n  it('says h', () => {\nexport async function j(stand) {\n";
    let found = ["test_g", "says h", "j", "g", "says", "h"].map(|name| has_test(others, name));
    assert_eq!(found, [true, true, true, false, false, false]);
}

/// The rows of tables whose last column is headed "shown by" that show nothing there.
fn threats_without_test(text: &str) -> Vec<&str> {
    let mut is_shown = false;
    let rows = text.lines().filter(|line| {
        let last = line.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default().trim();
        let is_head = last == "shown by";
        let is_row = line.starts_with("| ") && !is_head;
        is_shown = is_head || (is_shown && line.starts_with('|'));
        is_shown && is_row && tests_named(last).next().is_none()
    });
    rows.collect()
}

/// Tests as a line of a document names them, `file::test`: with their file and their own name.
fn tests_named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let code = line.split('`').skip(1).step_by(2);
    code.filter_map(|code| code.split_once("::")).filter(|(file, _)| file.contains('.'))
}

/// True if a file has such a test: in Rust one that is marked so, or that runs on both databases; in
/// Python and JavaScript a function, or a case with this title.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<_> = text.lines().map(str::trim_start).collect();
    let marks = |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
    let is_marked =
        |at| marks(at).any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
    let on_both =
        text.split("on_both_databases!(").skip(1).filter_map(|rest| rest.split(')').next());
    let is_on_both = on_both.flat_map(|names| names.split(',')).any(|one| one.trim() == name);
    let (rust, later) = (format!("fn {name}("), format!("async fn {name}("));
    lines.iter().enumerate().any(|(at, line)| {
        ((line.starts_with(&rust) || line.starts_with(&later)) && (is_marked(at) || is_on_both))
            || line.starts_with(&format!("def {name}("))
            || line.starts_with(&format!("it('{name}',"))
            || line.trim_start_matches("export ").starts_with(&format!("async function {name}("))
    })
}

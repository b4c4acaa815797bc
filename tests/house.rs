//! The checks on this house: its layers, and files that are generated.

use std::{collections::BTreeMap, fs, path::Path};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which of our crates each may use, and which libraries only it may name.
const LAYERS: [(&str, &[&str]); 10] = [
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
];

const ROOMS: [(&str, &[&str]); 8] = [
    ("sea-orm", &["store", "testkit"]),
    ("sea-orm-migration", &["migrations"]),
    ("async-graphql", &["graphql", "server", "bench"]),
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

//! The database: whether it answers, how quickly, and whether its tables are those of this program.

use std::time::Duration;

use chrono::{DateTime, Utc};
use folkmoot_domain::Reference;
use folkmoot_federation::Clock;
use folkmoot_store::{Connections, DatabaseState, SchemaState, Store, StoreError, StoreOptions};

use super::{
    Finding, Findings,
    clocks::{Reading, seconds},
    counted, hangs, milliseconds, sentence, size, took, within,
};
use crate::{commands::sqlite_file, config::Config};

const GROUP: &str = "Database";

/// Beyond this every answer that is not shared is felt to be slow: it takes a few statements.
const SLOW: Duration = Duration::from_millis(20);

/// How long a connection is waited for, so that one that cannot be had is told before the whole
/// check is given up.
const CONNECTING: Duration = Duration::from_secs(3);

/// A few, for questions that are asked at once.
const CONNECTIONS: u32 = 2;

/// What came of looking at the database.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    pub(super) clock: Option<Reading>,
    pub(super) size_bytes: Option<u64>,
    pub(super) known: Option<Known>,
}

/// What other checks read from.
pub(super) struct Known {
    pub(super) store: Store,
    pub(super) reference: Reference,
    pub(super) last_written_at: Option<DateTime<Utc>>,
}

pub(super) async fn look(config: &Config) -> Looked {
    let mut found = Findings::of(GROUP);
    let mut looked = Looked::default();
    if let Some(store) = connected(config, &mut found).await
        && answers(&store, config, &mut found, &mut looked).await
        && has_our_tables(&store, &mut found).await
    {
        looked.known = known(store, config, &mut found).await;
    }
    looked.findings = found.into_all();
    looked
}

async fn connected(config: &Config, found: &mut Findings) -> Option<Store> {
    let url = &config.database.url;
    if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
        found.fail(
            "database.reachable",
            format!("There is no database at {}.", file.display()),
            "Check database.url and the folder you are in; `folkmoot serve` makes a new one, and \
             a backup is put back there.",
        );
        return None;
    }
    let options = StoreOptions {
        url: url.clone(),
        max_connections: CONNECTIONS,
        acquire_timeout: CONNECTING.min(Duration::from_secs(config.database.acquire_seconds)),
    };
    match within(Store::connect_to_look(&options)).await {
        Some(Ok(store)) => Some(store),
        Some(Err(error)) => {
            failed(&error, found);
            None
        }
        None => {
            found.fail("database.reachable", hangs("The database"), HANGS);
            None
        }
    }
}

const HANGS: &str = "Look whether it runs and what it waits for, and whether something on the way \
                     drops what is sent to it.";

/// The store's own words say what is wrong before the colon, and what to do after it.
fn failed(error: &StoreError, found: &mut Findings) {
    let words = error.to_string();
    let (what, advice) = words.split_once(": ").unwrap_or((&words, "look at its log"));
    found.fail("database.reachable", sentence(&format!("the {what}")), sentence(advice));
}

async fn answers(
    store: &Store,
    config: &Config,
    found: &mut Findings,
    looked: &mut Looked,
) -> bool {
    let state = match within(store.examine()).await {
        Some(Ok(state)) => state,
        Some(Err(error)) => {
            failed(&error, found);
            return false;
        }
        None => {
            found.fail("database.reachable", hangs("The database"), HANGS);
            return false;
        }
    };
    let heard = Clock::system().now();
    let DatabaseState { version, round_trip, now, size_bytes, is_read_only, connections } = state;
    let text = format!("{version} answers in {} and has {}.", took(round_trip), size(size_bytes));
    let finding = if round_trip > SLOW {
        let advice = "Look what else uses the database, and how far away it is: answers that are \
                      not shared take a few such trips.";
        found.warn("database.reachable", text, advice)
    } else {
        found.ok("database.reachable", text)
    };
    finding.measured("round_trip_ms", milliseconds(round_trip));
    finding.measured("size_bytes", size_bytes as f64);
    if is_read_only {
        found.fail(
            "database.writable",
            "The database takes no writes: it is a standby, or set to be read only.",
            "Name the one that takes writes in database.url, or make this one take them.",
        );
    }
    if let Some(connections) = connections {
        room_for(connections, config.database.max_connections, found);
    }
    looked.size_bytes = Some(size_bytes);
    let whose = "The database's clock";
    looked.clock = now.map(|(now, took)| Reading::of(whose, seconds(now), heard, took, 0.0));
    true
}

/// Whether the server's connections are enough for ours.
fn room_for(connections: Connections, ours: u32, found: &mut Findings) {
    let Connections { most, open } = connections;
    let text = format!(
        "{open} of at most {most} connections are open, and each process here takes up to {ours}."
    );
    let finding = if ours > most {
        found.fail(
            "database.connections",
            text,
            format!("Set database.max_connections to {most} or less, or allow the user more."),
        )
    } else if u64::from(open) * 10 > u64::from(most) * 8 {
        found.warn(
            "database.connections",
            text,
            "Look who holds them (pg_stat_activity), and lower database.max_connections or raise \
             the server's max_connections.",
        )
    } else {
        let detail = format!("That is room for {}.", processes(most / ours.max(1)));
        found.ok("database.connections", text).detail(detail)
    };
    finding.measured("open", open.into()).measured("most", most.into());
}

fn processes(count: u32) -> String {
    format!("{count} {}", if count == 1 { "process" } else { "processes" })
}

async fn has_our_tables(store: &Store, found: &mut Findings) -> bool {
    let version = env!("CARGO_PKG_VERSION");
    match within(store.check_schema()).await {
        Some(Ok(SchemaState::UpToDate)) => {
            found.ok("database.schema", format!("Its tables are those of folkmoot {version}."));
            true
        }
        Some(Ok(SchemaState::Behind { pending })) => {
            let finding = found.warn(
                "database.schema",
                format!("Its tables lack {} of folkmoot {version}.", steps(pending.len())),
                "Run `folkmoot migrate`, or start `folkmoot serve`, which does it.",
            );
            finding.detail(format!("The first is {}.", pending.first().map_or("?", |one| one)));
            false
        }
        Some(Ok(SchemaState::Newer { migration })) => {
            let finding = found.fail(
                "database.schema",
                format!("A newer folkmoot than {version} migrated it: this one does not start."),
                "Run the newer one, or put back the backup from before.",
            );
            finding.detail(format!("This one does not know {migration}."));
            false
        }
        Some(Err(error)) => {
            failed(&error, found);
            false
        }
        None => {
            found.fail("database.schema", hangs("The database"), HANGS);
            false
        }
    }
}

fn steps(count: usize) -> String {
    counted(count, "step")
}

async fn known(store: Store, config: &Config, found: &mut Findings) -> Option<Known> {
    let read = async {
        let parts = store.reference_parts(&config.standards.default).await?;
        Ok::<_, StoreError>((Reference::new(parts), store.last_written_at().await?))
    };
    let (reference, last_written_at) = match within(read).await {
        Some(Ok(read)) => read,
        Some(Err(error)) => {
            failed(&error, found);
            return None;
        }
        None => {
            found.fail("database.rows", hangs("The database"), HANGS);
            return None;
        }
    };
    let standard = &config.standards.default;
    if reference.councils().is_empty() {
        found.note(
            "database.rows",
            "It has no councils yet.",
            "Start `folkmoot serve`, which fills it, or `folkmoot import councils FILE`.",
        );
    } else if !reference.standards().is_empty() && reference.standard_by_code(standard).is_err() {
        found.fail(
            "database.standard",
            format!("No standard has the code {standard}, which standards.default names."),
            "Correct standards.default: the server does not start.",
        );
    }
    Some(Known { store, reference, last_written_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Level;

    #[test]
    fn connections_are_too_few_or_nearly_used_up_or_enough() {
        for (most, open, ours, level) in
            [(97, 12, 10, Level::Ok), (97, 90, 10, Level::Warn), (5, 1, 10, Level::Fail)]
        {
            let mut found = Findings::of(GROUP);
            room_for(Connections { most, open }, ours, &mut found);
            assert_eq!(found.into_all()[0].level, level, "{open} of {most}");
        }
    }
}

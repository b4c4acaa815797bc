//! What a database holds, so that two can be compared without either being shown: a backup that was
//! put back and what it is of.

use futures::TryStreamExt;
use sea_orm::{ConnectionTrait, StreamTrait};
use sha2::{Digest, Sha256};

use crate::{Store, StoreError, dialect::Dialect};

/// A table and all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDigest {
    /// The table's name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 (FIPS 180-4) of every column of every row, whatever order the rows are kept in.
    /// Postgres and SQLite write values differently, so that one kind is compared with itself.
    pub sha256: [u8; 32],
}

impl Store {
    /// Of every table at one moment, by name. What is derived from others by the database itself, such
    /// as an index of words, is none.
    pub async fn digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        let snapshot = self.snapshot().await?;
        let mut digests = Vec::new();
        for table in names(&snapshot, self.dialect, self.dialect.tables(), None).await? {
            let columns = match self.dialect {
                Dialect::Postgres => Vec::new(),
                Dialect::Sqlite => names(&snapshot, self.dialect, COLUMNS, Some(&table)).await?,
            };
            let statement = self.dialect.statement(self.dialect.texts(&table, &columns), vec![]);
            let mut texts = snapshot.stream_raw(statement).await?;
            let (mut rows, mut sha256) = (0, Sha256::new());
            while let Some(row) = texts.try_next().await? {
                let text: String = row.try_get("", "line")?;
                // Where a row ends must not be a matter of what is in it.
                sha256.update((text.len() as u64).to_le_bytes());
                sha256.update(text);
                rows += 1;
            }
            digests.push(TableDigest { table, rows, sha256: sha256.finalize().into() });
        }
        Ok(digests)
    }
}

const COLUMNS: &str = "SELECT name FROM pragma_table_info($1) ORDER BY name";

impl Dialect {
    fn tables(self) -> &'static str {
        match self {
            Self::Postgres => {
                "SELECT table_name::text AS name FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' \
                 ORDER BY table_name::text COLLATE \"C\""
            }
            Self::Sqlite => {
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            }
        }
    }

    /// Each row as a text that tells it from any other.
    fn texts(self, table: &str, columns: &[String]) -> String {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let (line, order) = match self {
            // Its names and values, in an order of Postgres' own.
            Self::Postgres => ("to_jsonb(it)::text".to_owned(), "COLLATE \"C\""),
            // Literals, which hold no comma outside of quotes.
            Self::Sqlite => {
                let values: Vec<_> =
                    columns.iter().map(|name| format!("quote({})", quoted(name))).collect();
                (values.join(" || ',' || "), "")
            }
        };
        let table = quoted(table);
        format!("SELECT line FROM (SELECT {line} AS line FROM {table} it) it ORDER BY line {order}")
    }
}

async fn names(
    snapshot: &impl ConnectionTrait,
    dialect: Dialect,
    sql: &str,
    of: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let values = of.map(Into::into).into_iter().collect();
    let rows = snapshot.query_all_raw(dialect.statement(sql, values)).await?;
    rows.iter().map(|row| Ok(row.try_get("", "name")?)).collect()
}

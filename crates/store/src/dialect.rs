//! The few expressions that Postgres and SQLite spell differently in queries.

use sea_orm::{DatabaseBackend, QueryResult, Statement, TryGetable, Value};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{StoreError, codec::Reading};

/// Which database is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// A statement with its values; both databases take `$1`, `$2`, ….
    pub(crate) fn statement(self, sql: impl Into<String>, values: Vec<Value>) -> Statement {
        let backend = match self {
            Self::Postgres => DatabaseBackend::Postgres,
            Self::Sqlite => DatabaseBackend::Sqlite,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }

    /// True where `column` is one of the ids that [`Dialect::ids`] put into the parameter: one
    /// parameter and one text of the statement whatever the number of ids.
    pub(crate) fn among(self, column: &str, parameter: usize) -> String {
        // A list after ANY is read again for every row that is not found by an index.
        format!("{column} IN ({})", self.listed(parameter))
    }

    /// A query over the ids that [`Dialect::ids`] put into the parameter.
    pub(crate) fn listed(self, parameter: usize) -> String {
        match self {
            Self::Postgres => format!("SELECT unnest(${parameter}::text::uuid[]) AS id"),
            Self::Sqlite => format!("SELECT unhex(value) AS id FROM json_each(${parameter})"),
        }
    }

    /// No more rows than the number in the parameter.
    pub(crate) fn limit(self, parameter: usize) -> String {
        match self {
            Self::Postgres => format!("LIMIT ${parameter}"),
            // SQLite guesses the cost of a plan by a bare number, and so plans a statement anew
            // each time that it is run with one: which takes longer than to run it.
            Self::Sqlite => format!("LIMIT ${parameter} + 0"),
        }
    }

    /// The nil id.
    pub(crate) fn nil(self) -> &'static str {
        match self {
            Self::Postgres => "'00000000-0000-0000-0000-000000000000'::uuid",
            Self::Sqlite => "zeroblob(16)",
        }
    }

    /// Ids as the one parameter that [`Dialect::among`] reads.
    pub(crate) fn ids(self, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> Value {
        let ids = ids.into_iter().map(|id| hex(id.into()));
        let list = ids.collect::<Vec<_>>();
        Value::from(match self {
            Self::Postgres => format!("{{{}}}", list.join(",")),
            Self::Sqlite if list.is_empty() => "[]".to_owned(),
            Self::Sqlite => format!("[\"{}\"]", list.join("\",\"")),
        })
    }

    /// True where `column` is one of the texts of the parameter, a JSON list.
    pub(crate) fn among_texts(self, column: &str, parameter: usize) -> String {
        match self {
            Self::Postgres => {
                format!("{column} IN (SELECT jsonb_array_elements_text(${parameter}::text::jsonb))")
            }
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each(${parameter}))"),
        }
    }

    /// A query over the JSON objects of a parameter, as rows of the given fields.
    pub(crate) fn records(self, parameter: usize, fields: &[(&str, Field)]) -> String {
        match self {
            Self::Postgres => {
                let columns = fields.iter().map(|(name, field)| format!("{name} {}", field.sql()));
                format!(
                    "SELECT * FROM jsonb_to_recordset(${parameter}::text::jsonb) AS record({})",
                    columns.collect::<Vec<_>>().join(", ")
                )
            }
            Self::Sqlite => {
                let columns = fields.iter().map(|(name, field)| match field {
                    Field::Uuid => format!("unhex(value ->> '{name}') AS {name}"),
                    _ => format!("value ->> '{name}' AS {name}"),
                });
                format!(
                    "SELECT {} FROM json_each(${parameter})",
                    columns.collect::<Vec<_>>().join(", ")
                )
            }
        }
    }

    /// The values of a column in a group of rows, in the same order for each column of a
    /// statement; [`Dialect::list`] reads them.
    pub(crate) fn gathered(self, column: &str, field: Field) -> String {
        match (self, field) {
            (Self::Postgres, _) => format!("array_agg({column})"),
            (Self::Sqlite, Field::Uuid) => format!("json_group_array(hex({column}))"),
            (Self::Sqlite, _) => format!("json_group_array({column})"),
        }
    }

    /// What was gathered of `column`, at a place of a row.
    pub(crate) fn list<T: DeserializeOwned>(
        self,
        row: &QueryResult,
        place: usize,
        read: Reading,
        column: &'static str,
    ) -> Result<Vec<T>, StoreError>
    where
        Vec<T>: TryGetable,
    {
        match self {
            Self::Postgres => Ok(row.try_get_by_index(place)?),
            Self::Sqlite => read.json(column, &row.try_get_by_index::<String>(place)?),
        }
    }

    /// True where the id or text in `column` is in the list in `list`, a field of
    /// [`Dialect::records`], or where there is no list.
    pub(crate) fn among_listed(self, column: &str, list: &str, field: Field) -> String {
        match (self, field) {
            (Self::Postgres, _) => format!("({list} IS NULL OR {column} = ANY({list}))"),
            // The list is JSON text. Its quoted members hold no quotation mark, so that a quoted
            // member is found nowhere but at its place, without parsing the list for every row.
            (Self::Sqlite, Field::Uuids) => {
                format!("({list} IS NULL OR instr({list}, '\"' || hex({column}) || '\"') > 0)")
            }
            (Self::Sqlite, _) => {
                format!("({list} IS NULL OR instr({list}, '\"' || {column} || '\"') > 0)")
            }
        }
    }
}

/// The type of a field in [`Dialect::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Integer,
    Text,
    Bool,
    Uuid,
    /// Upper-case hex, see [`hex`].
    Uuids,
    /// Texts without quotation marks.
    Texts,
}

impl Field {
    fn sql(self) -> &'static str {
        match self {
            Self::Integer => "bigint",
            Self::Text => "text",
            Self::Bool => "boolean",
            Self::Uuid => "uuid",
            Self::Uuids => "uuid[]",
            Self::Texts => "text[]",
        }
    }
}

/// An id as upper-case hex digits: what SQLite's `hex()` writes and Postgres reads as well.
pub(crate) fn hex(id: Uuid) -> String {
    let mut buffer = [0; 32];
    id.simple().encode_upper(&mut buffer).to_owned()
}

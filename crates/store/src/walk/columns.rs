//! Which columns of a row are read, and how.

use sea_orm::{DbErr, EntityTrait, IdenStatic, Iterable, QueryResult, TryGetable};

use super::Walk;

/// By name: what `*` means would change under a prepared statement while a newer version adds a
/// column.
pub(crate) fn columns<W: Walk>() -> String {
    let columns: Vec<_> = <W::Entity as EntityTrait>::Column::iter().collect();
    listed(columns.iter().map(IdenStatic::as_str))
}

/// Columns of the row.
pub(super) fn listed<'c>(columns: impl Iterator<Item = &'c str>) -> String {
    columns.map(|column| format!("x.{column}")).collect::<Vec<_>>().join(", ")
}

/// The columns of a brief row, and how the row is made of them and of nothing for the others.
pub(crate) struct Brief<M> {
    pub(crate) columns: &'static [&'static str],
    pub(crate) read: fn(&mut InOrder<'_>) -> Result<M, DbErr>,
}

/// The columns of a row, one after the other: looking each up by its name is a tenth of what
/// a short page costs.
pub(crate) struct InOrder<'r> {
    row: &'r QueryResult,
    next: usize,
}

impl<'r> InOrder<'r> {
    pub(crate) fn of(row: &'r QueryResult) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn next<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let column = self.next;
        self.next += 1;
        self.row.try_get_by_index(column)
    }
}

/// A [`Brief`] by the columns that it has and what stands in the others' places.
macro_rules! brief {
    ($model:ident { $($column:ident),+ $(,)? } without { $($other:ident: $value:expr),+ $(,)? }) => {
        $crate::walk::Brief {
            columns: &[$(stringify!($column)),+],
            read: |row| {
                // In the order in which they stand here, which is that of the columns.
                Ok($model { $($column: row.next()?,)+ $($other: $value),+ })
            },
        }
    };
}
pub(crate) use brief;

//! API tokens: kept as digests, looked up by digest, revoked rather than deleted.

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::Scope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    connect::WriteTransaction,
    entity::{audit, token::Model},
    write::insert_or_update,
};

/// The last use is known to the hour: a busy token must not make every read a write.
const USE_PRECISION: TimeDelta = TimeDelta::hours(1);

/// A token to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Its id, by which it is revoked.
    pub id: Uuid,
    /// What it is for, in its owner's words.
    pub name: String,
    /// SHA-256 of the secret.
    pub digest: [u8; 32],
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// From when on it is not accepted; never if absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Token {
    pub id: Uuid,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// To the hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Token {
    /// True if it is neither revoked nor expired.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

const COLUMNS: &str = "id, name, digest, scopes, created_at, created_by, expires_at, revoked_at, \
                       last_used_at";

impl Store {
    /// Keeps a new token.
    pub async fn create_token(&self, actor: &str, token: NewToken) -> Result<(), StoreError> {
        let begun = self.begin().await?;
        let row = Model {
            id: token.id,
            name: token.name,
            digest: token.digest.to_vec(),
            scopes: codec::json(&token.scopes),
            created_at: token.created_at.timestamp(),
            created_by: actor.to_owned(),
            expires_at: token.expires_at.map(|end| end.timestamp()),
            revoked_at: None,
            last_used_at: None,
        };
        insert_or_update(&begun.transaction, &[row], None).await?;
        note(&begun, "CREATE", actor, token.id, token.created_at).await?;
        begun.commit().await
    }

    /// All tokens, revoked and expired ones too, the newest first.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM token ORDER BY created_at DESC, id");
        let rows: Vec<Model> = self.models(self.dialect.statement(sql, vec![])).await?;
        rows.into_iter().map(token).collect()
    }

    /// The token with this digest, be it valid or not.
    pub async fn token_by_digest(&self, digest: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM token WHERE digest = $1");
        let statement = self.dialect.statement(sql, vec![digest.to_vec().into()]);
        let rows: Vec<Model> = self.models(statement).await?;
        rows.into_iter().next().map(token).transpose()
    }

    /// Ends a token. False if there is none with this id, or if it was revoked before.
    pub async fn revoke_token(
        &self,
        id: Uuid,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let begun = self.begin().await?;
        let sql = "UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        let values = vec![now.timestamp().into(), id.into()];
        let done = begun.transaction.execute_raw(self.dialect.statement(sql, values)).await?;
        if done.rows_affected() == 0 {
            begun.roll_back().await?;
            return Ok(false);
        }
        note(&begun, "REVOKE", actor, id, now).await?;
        begun.commit().await?;
        Ok(true)
    }

    /// Notes that a token was used, as it was just read: at most one write an hour, and no
    /// generation.
    pub async fn touch_token(&self, token: &Token, now: DateTime<Utc>) -> Result<(), StoreError> {
        let stale = now - USE_PRECISION;
        if token.last_used_at.is_some_and(|last| last > stale) {
            return Ok(());
        }
        let begun = self.begin().await?;
        let sql = "UPDATE token SET last_used_at = $1 \
                   WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)";
        let values = vec![now.timestamp().into(), token.id.into(), stale.timestamp().into()];
        begun.transaction.execute_raw(self.dialect.statement(sql, values)).await?;
        begun.commit().await
    }
}

async fn note(
    begun: &WriteTransaction,
    action: &str,
    actor: &str,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = audit::Model::entry(now.timestamp(), actor, action, "token", id, None, 1);
    insert_or_update(&begun.transaction, &[row], None).await?;
    Ok(())
}

fn token(row: Model) -> Result<Token, StoreError> {
    let read = Reading { table: "token", row: row.id };
    let instant = |column, seconds: Option<i64>| {
        seconds.map(|seconds| read.instant(column, seconds)).transpose()
    };
    Ok(Token {
        id: row.id,
        scopes: read.json("scopes", &row.scopes)?,
        created_at: read.instant("created_at", row.created_at)?,
        expires_at: instant("expires_at", row.expires_at)?,
        revoked_at: instant("revoked_at", row.revoked_at)?,
        last_used_at: instant("last_used_at", row.last_used_at)?,
        name: row.name,
        created_by: row.created_by,
    })
}

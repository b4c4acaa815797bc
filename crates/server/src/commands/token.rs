//! `folkmoot token`: make, list and revoke tokens.

use anyhow::{Context, Result, bail};
use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use folkmoot_domain::{Reference, Scope, Viewer};
use folkmoot_federation::Clock;
use folkmoot_store::{NewToken, Store};
use uuid::Uuid;

use crate::{config::Config, tokens::Secret};

/// Make, list and revoke tokens.
#[derive(Subcommand)]
pub(super) enum Token {
    /// Make a token and show it, once.
    Create {
        /// Whose it is, such as "Midlands coordinators".
        #[arg(long)]
        name: String,
        /// What it allows: steward, peer, coordinator:REGION or editor:COUNCIL. May be repeated.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        /// For how many days it holds.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
    /// List all tokens, without their secrets.
    List,
    /// Revoke a token at once.
    Revoke {
        /// As `token list` shows it.
        id: Uuid,
    },
}

impl Token {
    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        match self {
            Self::Create { name, scopes, days } => {
                let parts = store.reference_parts(&config.standards.default).await?;
                known(&scopes, &Reference::new(parts))?;
                let secret = create(store, &name, scopes, TimeDelta::days(days.into())).await?;
                say!("{}", secret.reveal());
                say!("");
                say!("This is the only time it is shown. Send it as `Authorization: Bearer …`.");
            }
            Self::List => {
                let tokens = store.tokens().await?;
                say!(
                    "{:36}  {:10}  {:10}  {:10}  name (scopes)",
                    "id",
                    "expires",
                    "last used",
                    "state"
                );
                let now = Clock::system().now();
                for token in tokens {
                    let day = |at: Option<chrono::DateTime<Utc>>| {
                        at.map_or("-".to_owned(), |at| at.format("%F").to_string())
                    };
                    let state = match (token.revoked_at, token.expires_at) {
                        (Some(_), _) => "revoked",
                        (None, Some(end)) if end <= now => "expired",
                        _ => "valid",
                    };
                    let scopes: Vec<_> = token.scopes.iter().map(ToString::to_string).collect();
                    say!(
                        "{}  {:10}  {:10}  {state:10}  {} ({})",
                        token.id,
                        day(token.expires_at),
                        day(token.last_used_at),
                        token.name,
                        scopes.join(", ")
                    );
                }
            }
            Self::Revoke { id } => {
                if !store.revoke_token(id, "cli", Clock::system().now()).await? {
                    bail!("there is no valid token with this id: see `folkmoot token list`");
                }
                say!("revoked");
            }
        }
        Ok(())
    }
}

/// Refuses scopes over things that are not there: their bearer would wonder why nothing is seen.
fn known(scopes: &[Scope], reference: &Reference) -> Result<()> {
    let all = Viewer::bearer("cli".to_owned(), vec![Scope::Steward], None);
    for scope in scopes {
        match scope {
            Scope::Coordinator(region) => {
                reference.region_by_ref(region.as_str(), &all).context("the scope is not right")?;
            }
            Scope::Editor(council) => {
                let today = Clock::system().now().date_naive();
                let found = reference.council_by_ref(council.as_str(), None, today);
                found.context("the scope is not right")?;
            }
            Scope::Steward | Scope::Peer => {}
        }
    }
    Ok(())
}

/// Makes a token that holds for some time.
pub(super) async fn create(
    store: &Store,
    name: &str,
    scopes: Vec<Scope>,
    holds: TimeDelta,
) -> Result<Secret> {
    let name = folkmoot_domain::clean_line(name, 100);
    if name.is_empty() {
        bail!("the token needs a name, so that whoever lists tokens knows whose it is");
    }
    let secret = Secret::new()?;
    let now = Clock::system().now();
    let token = NewToken {
        id: Uuid::now_v7(),
        name,
        digest: secret.digest(),
        scopes,
        created_at: now,
        expires_at: Some(now + holds),
    };
    store.create_token("cli", token).await?;
    Ok(secret)
}

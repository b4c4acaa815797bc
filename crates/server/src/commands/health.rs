//! `folkmoot health`: for whatever looks after a container in which nothing else could ask.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::here;
use crate::config::{Config, Flags};

/// Many times what the answer takes, which depends on nothing; and less than engines give a check.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask the gateway of these settings, where it runs, whether it may be sent requests.
///
/// Ends with 0 if so, and else with 1 and the reason.
#[derive(Args)]
pub(super) struct Health {
    /// Ask whether the process lives, whatever it is about.
    #[arg(long)]
    live: bool,
    /// Where it listens, if it was told so by a flag.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

impl Health {
    pub(super) fn add_to(&self, flags: &mut Flags) {
        flags.listen.clone_from(&self.listen);
    }

    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let place = match self.listen {
            Some(_) => here::address(config),
            None => here::management(config),
        };
        let Some(place) = place else {
            bail!("port 0 is a free one, and not known here: name it with --listen ADDRESS:PORT");
        };
        let scheme = place.split(':').next().unwrap_or_default();
        let (path, wanted) =
            if self.live { ("/health/live", "live") } else { ("/health/ready", "ready") };
        let client = here::client(PATIENCE).context("set up the asking")?;
        let answer = match client.get(format!("{place}{path}")).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => bail!(
                "it gives no answer at {place} within {} seconds: it is starting, or hangs",
                PATIENCE.as_secs()
            ),
            Err(error) if error.is_connect() => bail!(
                "nothing that speaks {scheme} answers at {place}: it does not run, or listens elsewhere"
            ),
            Err(_) => bail!(
                "what is at {place} does not speak {scheme}: check server.listen and server.tls"
            ),
        };
        match status(answer).await {
            (StatusCode::OK, said) if said == wanted => {
                say!("{place} is {wanted}");
                Ok(())
            }
            (StatusCode::SERVICE_UNAVAILABLE, said) if said == "draining" => {
                bail!("{place} takes no new requests: it was told to stop")
            }
            (status, _) => bail!("{place} says neither: it answers {status}"),
        }
    }
}

/// What it says of itself; nothing if it is no gateway, or has no place for who asks.
async fn status(answer: Response) -> (StatusCode, String) {
    let code = answer.status();
    let said: Value = answer.json().await.unwrap_or_default();
    (code, said["status"].as_str().unwrap_or_default().to_owned())
}

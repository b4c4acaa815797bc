//! Settings: which are not the defaults, and which do not go well together.

mod ways;

use std::net::IpAddr;

use super::{Finding, Findings, counted, sentence};
use crate::{
    config::{Config, Origins},
    documents,
};

const GROUP: &str = "Settings";

/// They cannot be read.
pub(super) fn refused(error: &anyhow::Error) -> Vec<Finding> {
    let mut found = Findings::of(GROUP);
    found
        .fail(
            "settings.read",
            sentence(&format!("{error:#}")),
            "Correct it: `folkmoot config --defaults` explains each setting.",
        )
        .detail("Nothing else was looked at.");
    found.into_all()
}

pub(super) fn look(config: &Config, origins: &Origins) -> Vec<Finding> {
    look_with(config, origins, |name| std::env::var(name).ok())
}

fn look_with(
    config: &Config,
    origins: &Origins,
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut found = Findings::of(GROUP);
    let metrics_token = variable(&config.metrics.token_env).filter(|token| !token.is_empty());
    let lines = match origins.lines() {
        Ok(lines) => lines.into_iter().filter(|line| line.2 != "default").collect(),
        Err(error) => {
            let advice = "Please report it: the settings themselves are in force.";
            found.warn("settings.read", sentence(&format!("{error:#}")), advice);
            Vec::new()
        }
    };
    let text = match lines.len() {
        0 => "All settings are the defaults.".to_owned(),
        1 => "1 setting is not the default:".to_owned(),
        count => format!("{} are not the defaults:", counted(count, "setting")),
    };
    let listed = found.ok("settings.read", text);
    for (key, value, origin) in lines {
        // Somebody may have put the token itself there.
        let is_secret = key == "metrics.token_env" && metrics_token.is_none();
        let value = if is_secret { "***".to_owned() } else { without_user(&value) };
        listed.detail(format!("{key} = {value}   from {origin}"));
    }
    addresses(config, &mut found);
    ways::look(config, &variable, &mut found);
    metrics(config, metrics_token.is_some(), &mut found);
    others(config, &mut found);
    found.into_all()
}

/// Who reaches the gateway, and by what address.
fn addresses(config: &Config, found: &mut Findings) {
    let server = &config.server;
    let (listen, public_url) = (server.listen, server.public_url.as_str());
    if is_open(config) && public_url.is_empty() {
        found.warn(
            "settings.public_url",
            format!("The network reaches {listen}, and server.public_url is empty."),
            format!(
                "Set server.public_url to the address that readers use: permanent links begin \
                 with {}://{listen} otherwise.",
                server.scheme()
            ),
        );
    }
    if public_url.starts_with("http://") && !leads_here(public_url) {
        found.warn(
            "settings.https",
            "server.public_url begins with http://.",
            "Put a certificate before the gateway, or give it one (server.tls), and begin \
             server.public_url with https://: tokens can be read on the way otherwise.",
        );
    }
    if is_public(config) && server.security_contact.is_empty() {
        found.warn(
            "settings.security_contact",
            "The gateway is public and server.security_contact is empty.",
            "Set it to a mailto: or https:// address, to which weaknesses are reported.",
        );
    }
}

fn metrics(config: &Config, has_token: bool, found: &mut Findings) {
    match (config.metrics.token_env.is_empty(), has_token) {
        (true, _) if is_public(config) => {
            found.warn(
                "settings.metrics",
                "The gateway is public and metrics.token_env is empty: nobody can read /metrics.",
                "Put a token into a variable of the server's, and name it in metrics.token_env.",
            );
        }
        (false, false) => {
            found.warn(
                "settings.metrics",
                "metrics.token_env names a variable that is not set here.",
                "Set it where the server runs: without it the server does not start.",
            );
        }
        _ => {}
    }
}

fn others(config: &Config, found: &mut Findings) {
    if config.database.url.starts_with("sqlite:") && !config.redis.url.is_empty() {
        found.warn(
            "settings.sqlite_with_redis",
            "Redis is set, which replicas share, and the database is SQLite, which serves one \
             process.",
            "If there are several replicas, give them one Postgres (database.url); if there is \
             one, leave redis.url empty.",
        );
    }
    if config.feeds.allow_private {
        found.warn(
            "settings.allow_private",
            "feeds.allow_private is on: whoever adds a region can have this gateway read what \
             only its own network reaches.",
            "Turn it off unless nobody but you adds regions.",
        );
    }
    let filter = config.log.filter.to_lowercase();
    if let Some(level) = ["trace", "debug"].iter().find(|level| filter.contains(*level)) {
        found.warn(
            "settings.log_filter",
            format!("log.filter says {level}: every request writes lines."),
            "Set it back to info once you have seen what you were looking for.",
        );
    }
    if let Err(error) = documents::trusted(config) {
        found.fail(
            "settings.documents",
            sentence(&format!("{error:#}")),
            "Correct documents.list, or set documents.only to false: the server does not start.",
        );
    }
    if config.database.acquire_seconds >= config.server.request_seconds {
        found.warn(
            "settings.acquire_seconds",
            "A request is given up before database.acquire_seconds are over.",
            "Make it shorter than server.request_seconds, so that readers are told that the \
             database is busy.",
        );
    }
    if config.feeds.every_minutes == 0 {
        found.note(
            "settings.feeds",
            "feeds.every_minutes is 0: no sheet, calendar or change feed is read by itself.",
            "Read them with `folkmoot region harvest CODE`, or set it above 0.",
        );
    }
    if config.figures.release_every_hours == 0 {
        found.note(
            "settings.releases",
            "figures.release_every_hours is 0: no figures are published by themselves.",
            "Publish them with `folkmoot release create`, or set it above 0.",
        );
    }
}

/// Whether others than this machine reach it.
fn is_open(config: &Config) -> bool {
    !config.server.is_for_this_machine()
}

/// Whether it is there for readers.
fn is_public(config: &Config) -> bool {
    let public_url = &config.server.public_url;
    is_open(config) || !(public_url.is_empty() || leads_here(public_url))
}

/// Whether an address leads to this machine only.
fn leads_here(address: &str) -> bool {
    let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || number.is_ok_and(|ip| ip.is_loopback())
    })
}

/// An address without a user's name and password, which some people write into any of them.
fn without_user(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let place = rest.split(['/', '?']).next().unwrap_or(rest);
    match place.rfind('@') {
        Some(at) => format!("{scheme}://***@{}", &rest[at + 1..]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! The ways to the database and to Redis: whether somebody between could read along.

use url::Url;

use super::leads_here;
use crate::{commands::doctor::Findings, config::Config};

pub(super) fn look(
    config: &Config,
    variable: impl Fn(&str) -> Option<String>,
    found: &mut Findings,
) {
    if let Some(host) = open_database(&config.database.url, variable) {
        found.warn(
            "settings.database_tls",
            format!("database.url leads to {host} without sslmode: others may read along."),
            "Add ?sslmode=verify-full to it, and &sslrootcert=FILE for an authority of your own; or \
             sslmode=disable if the network is yours alone.",
        );
    }
    if let Some(host) = open_redis(&config.redis.url) {
        found.warn(
            "settings.redis_tls",
            format!("redis.url leads to {host} with a password that others may read on the way."),
            "Begin it with rediss://, which speaks TLS, unless the network is yours alone.",
        );
    }
}

/// The host of a Postgres elsewhere that may be spoken to in the open, as nobody said otherwise. The
/// driver asks for TLS then, and goes on without if it is refused.
fn open_database(url: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    if !url.starts_with("postgres") {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let parameter = |names: &[&str]| {
        let is_it = |pair: &(_, _)| names.contains(&AsRef::<str>::as_ref(&pair.0));
        url.query_pairs().filter(is_it).last().map(|(_, value)| value.into_owned())
    };
    if parameter(&["sslmode", "ssl-mode"]).or_else(|| variable("PGSSLMODE")).is_some() {
        return None;
    }
    let named = parameter(&["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned));
    let host = named.or_else(|| variable("PGHOSTADDR")).or_else(|| variable("PGHOST"))?;
    // The folder of a socket, as it is written within an address, too.
    let is_socket = host.is_empty() || host.starts_with(['/', '%']);
    (!is_socket && !is_here(&host)).then_some(host)
}

/// The first host elsewhere that is sent a password in the open.
fn open_redis(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !["redis", "redis+sentinel", "redis+cluster"].contains(&scheme) {
        return None;
    }
    let place = rest.split(['/', '?']).next().unwrap_or(rest);
    let (credentials, hosts) = place.rsplit_once('@')?;
    let (_, password) = credentials.split_once(':')?;
    let mut elsewhere = hosts.split(',').filter(|host| !is_here(host));
    elsewhere.next().filter(|_| !password.is_empty()).map(str::to_owned)
}

/// Whether a host is this machine, with or without a port.
fn is_here(host: &str) -> bool {
    let is_bare = host.matches(':').count() > 1 && !host.starts_with('[');
    leads_here(&if is_bare { format!("tcp://[{host}]") } else { format!("tcp://{host}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_is_spoken_to_in_the_open_unless_somebody_said_how() {
        for (url, open) in [
            ("postgres://me:sesame@db.example/moot", Some("db.example")),
            ("postgresql://me@192.0.2.1:5432/moot?application_name=x", Some("192.0.2.1")),
            ("postgres://me@localhost/moot?host=db.example", Some("db.example")),
            ("postgres:///moot?hostaddr=2001:db8::1", Some("2001:db8::1")),
            ("postgres://me@db.example/moot?sslmode=verify-full", None),
            ("postgres://me@db.example/moot?ssl-mode=disable", None),
            ("postgres://me@localhost/moot", None),
            ("postgres://me@127.0.0.1:5432/moot", None),
            ("postgres://me@[::1]/moot", None),
            ("postgres:///moot?hostaddr=::1", None),
            ("postgres:///moot?host=/run/postgresql", None),
            ("postgres://me@%2Frun%2Fpostgresql/moot", None),
            ("postgres:///moot", None),
            ("sqlite://folkmoot.db", None),
        ] {
            assert_eq!(open_database(url, |_| None).as_deref(), open, "{url}");
        }
    }

    #[test]
    fn variables_of_postgres_count_where_the_address_is_silent() {
        let with = |name: &'static str, value: &'static str| {
            move |asked: &str| (asked == name).then(|| value.to_owned())
        };
        let elsewhere = "postgres://me@db.example/moot";
        assert_eq!(open_database(elsewhere, with("PGSSLMODE", "require")), None);
        let silent = "postgres:///moot";
        assert_eq!(open_database(silent, with("PGHOST", "db")).as_deref(), Some("db"));
        assert_eq!(open_database(silent, with("PGHOST", "/run/postgresql")), None);
    }

    #[test]
    fn a_password_is_sent_to_a_redis_elsewhere_in_the_open_without_tls() {
        for (url, open) in [
            ("redis://me:sesame@cache.example:6379/1", Some("cache.example:6379")),
            ("redis://:se@same@cache", Some("cache")),
            ("redis+sentinel://:sesame@localhost:1,b:2/main", Some("b:2")),
            ("redis+cluster://me:sesame@a:7000", Some("a:7000")),
            ("rediss://me:sesame@cache.example", None),
            ("rediss+cluster://me:sesame@a:7000", None),
            ("redis+unix:///run/redis.sock?pass=sesame", None),
            ("redis://cache.example", None),
            ("redis://me@cache.example", None),
            ("redis://me:@cache.example", None),
            ("redis://:sesame@127.0.0.1:6379", None),
            ("redis://:sesame@[::1]:6379", None),
            ("redis://:sesame@localhost", None),
            ("", None),
        ] {
            assert_eq!(open_redis(url).as_deref(), open, "{url}");
        }
    }
}

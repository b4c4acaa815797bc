use super::{origins::without_password, *};

fn refused(text: &str) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    Config::load(Some(file.path()), &Flags::default()).err().expect("refused").to_string()
}

#[test]
fn defaults_are_right_and_flags_win() {
    let flags = Flags { listen: Some("127.0.0.1:1".to_owned()), ..Flags::default() };
    let (config, origins) = Config::load(None, &flags).expect("right");
    assert_eq!(config.server.listen.port(), 1);
    let lines = origins.lines().expect("readable");
    let origin_of = |key: &str| {
        let line = lines.iter().find(|line| line.0 == key).expect("there");
        line.2.clone()
    };
    assert_eq!(origin_of("server.listen"), "the flag --listen");
    assert_eq!(origin_of("database.url"), "default");
    assert_eq!(origin_of("server.tls.key"), "default");
}

#[test]
fn unknown_and_contradictory_settings_are_refused_by_name() {
    assert!(refused("[server]\nlisten_on = \"x\"").contains("listen_on"));
    assert!(refused("[server]\nlisten = \"here\"").contains("server.listen"));
    let said = refused("[server]\nmanagement_listen = \"8081\"");
    assert!(said.contains("server.management_listen") && said.contains("ADDRESS:PORT"), "{said}");
    let said = refused("[server]\nmanagement_listen = \"127.0.0.1:8080\"");
    assert!(said.contains("a place of its own"), "{said}");
    assert!(refused("[database]\nurl = \"mysql://x\"").contains("database.url"));
    assert!(refused("[database]\nmax_connections = 0").contains("database.max_connections"));
    for never in ["0", "-1", "nan"] {
        let said = refused(&format!("[database]\npoll_seconds = {never}"));
        assert!(said.contains("database.poll_seconds"), "{said}");
    }
    let sqlite = refused("[database]\nreplica_url = \"postgres://b/folkmoot\"");
    assert!(sqlite.contains("SQLite has no replicas"), "{sqlite}");
    let of = |replica: &str| {
        refused(&format!("[database]\nurl = \"postgres://a/x\"\nreplica_url = \"{replica}\""))
    };
    assert!(of("sqlite:b.db").contains("database.replica_url"));
    assert!(of("postgres://a/x").contains("are the same"));
    for lowered in [0, 4] {
        let said = refused(&format!("[figures]\nthreshold = {lowered}"));
        assert_eq!(said, "the setting figures.threshold is not right");
    }
    let both = refused("[server]\nrequest_seconds = 1\n[regions]\nsoft_deadline_ms = 2000");
    assert!(both.contains("contradict"), "{both}");
    assert!(refused("[checks]\nhosts = [\"https://a.example\"]").contains("checks.hosts"));
    for half in ["certificate", "key"] {
        let said = refused(&format!("[server.tls]\n{half} = \"a.pem\""));
        assert!(said.contains("server.tls.certificate and server.tls.key contradict"), "{said}");
    }
    assert!(refused("[redis]\nurl = \"cache:6379\"").contains("redis.url"));
    assert!(refused("[redis]\nprefix = \"a:b\"").contains("redis.prefix"));
    assert!(refused("[redis]\ntimeout_ms = 800").contains("contradict"));
    for endpoint in ["collector:4318", "http://me:secret@c:4318", "http://c:4318/?key=secret"] {
        let said = refused(&format!("[telemetry]\notlp_endpoint = \"{endpoint}\""));
        assert!(said.contains("telemetry.otlp_endpoint") && !said.contains("secret"), "{said}");
    }
    for ratio in ["-0.1", "1.1", "nan"] {
        let said = refused(&format!("[telemetry]\nsample_ratio = {ratio}"));
        assert!(said.contains("telemetry.sample_ratio"), "{said}");
    }
    assert!(refused("[telemetry]\nservice_name = \" \"").contains("telemetry.service_name"));
}

#[test]
fn passwords_are_not_shown() {
    for (given, shown) in [
        ("postgres://me:secret@db/folkmoot", "postgres://***@db/folkmoot"),
        ("postgres://me:sec#ret@db/folkmoot", "postgres://***@db/folkmoot"),
        ("postgres://db/folkmoot?user=me&password=secret", "postgres://db/folkmoot?***"),
        ("postgres://db/folkmoot", "postgres://db/folkmoot"),
        ("sqlite://folkmoot.db", "sqlite://folkmoot.db"),
        ("rediss://:secret@cache:6379/1", "rediss://***@cache:6379/1"),
        ("redis+sentinel://me:s@a:1,b:2/main", "redis+sentinel://***@a:1,b:2/main"),
    ] {
        assert_eq!(without_password(given), shown);
    }
}

use super::*;
use crate::{commands::doctor::Level, config::Flags};

/// What is found of settings in a file, without what is well.
fn found(text: &str) -> Vec<(&'static str, Level)> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let loaded = Config::load(Some(file.path()), &Flags::default());
    let (config, origins) = loaded.expect("right");
    let variable = |name: &str| (name == "SCRAPE").then(|| "open sesame".to_owned());
    let all = look_with(&config, &origins, variable);
    assert!(!format!("{all:?}").contains("sesame"), "{all:?}");
    let others = all.into_iter().filter(|one| one.level != Level::Ok);
    others.map(|one| (one.check, one.level)).collect()
}

#[test]
fn defaults_are_fine() {
    assert_eq!(found(""), []);
}

#[test]
fn settings_that_do_not_go_together_are_told() {
    let warn = |check| (check, Level::Warn);
    for (text, expected) in [
        (
            "[server]\nlisten = \"0.0.0.0:80\"",
            vec![
                warn("settings.public_url"),
                warn("settings.security_contact"),
                warn("settings.metrics"),
            ],
        ),
        (
            "[server]\npublic_url = \"http://moot.example\"\n\
             security_contact = \"mailto:a@moot.example\"\n[metrics]\ntoken_env = \"SCRAPE\"",
            vec![warn("settings.https")],
        ),
        ("[server]\npublic_url = \"http://localhost:81\"", vec![]),
        ("[metrics]\ntoken_env = \"sesame\"", vec![warn("settings.metrics")]),
        ("[redis]\nurl = \"redis://cache\"", vec![warn("settings.sqlite_with_redis")]),
        (
            "[redis]\nurl = \"redis://me:sesame@cache\"\n\
             [database]\nurl = \"postgres://me:sesame@db/moot\"",
            vec![warn("settings.database_tls"), warn("settings.redis_tls")],
        ),
        (
            "[redis]\nurl = \"rediss://me:sesame@cache\"\n\
             [database]\nurl = \"postgres://me:sesame@db/moot?sslmode=verify-full\"",
            vec![],
        ),
        ("[feeds]\nallow_private = true", vec![warn("settings.allow_private")]),
        ("[log]\nfilter = \"info,hyper=DEBUG\"", vec![warn("settings.log_filter")]),
        ("[documents]\nonly = true", vec![("settings.documents", Level::Fail)]),
        ("[documents]\nlist = \"nowhere.json\"", vec![("settings.documents", Level::Fail)]),
        ("[database]\nacquire_seconds = 15", vec![warn("settings.acquire_seconds")]),
        ("[feeds]\nevery_minutes = 0", vec![("settings.feeds", Level::Note)]),
        ("[figures]\nrelease_every_hours = 0", vec![("settings.releases", Level::Note)]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn users_of_addresses_are_not_shown() {
    assert_eq!(without_user("https://me:x@moot.example/a@b"), "https://***@moot.example/a@b");
    assert_eq!(without_user("https://moot.example/a@b"), "https://moot.example/a@b");
    assert_eq!(without_user("mailto:a@moot.example"), "mailto:a@moot.example");
}

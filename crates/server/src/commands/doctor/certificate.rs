//! The certificate that the gateway shows itself: whether it can, and for how long.

use chrono::{DateTime, Utc};

use super::{Finding, Findings, moment, sentence};
use crate::{config::Config, connections::certificate};

const GROUP: &str = "Certificate";

/// Whatever renews certificates does so a month or more before they end; this long before somebody has
/// to look why it does not.
const SOON_DAYS: i64 = 14;

pub(super) fn look(config: &Config, now: DateTime<Utc>) -> Vec<Finding> {
    let files = &config.server.tls;
    if !files.is_wanted() {
        return Vec::new();
    }
    let mut found = Findings::of(GROUP);
    match certificate::read(files) {
        Ok(pair) => {
            let text = format!("{} holds it, and {} its key.", files.certificate, files.key);
            found.ok("certificate.pair", text);
            match certificate::dates(&pair) {
                Some((begin, end)) => dates(begin, end, now, &mut found),
                None => {
                    let advice = "Look at it with other tools; readers' programs may refuse it.";
                    found.warn("certificate.end", "It does not tell when it ends.", advice);
                }
            }
        }
        Err(error) => {
            found.fail(
                "certificate.pair",
                sentence(&format!("{error:#}")),
                "Correct it: a server does not start so, and one that runs shows what it had.",
            );
        }
    }
    found.into_all()
}

fn dates(begin: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>, found: &mut Findings) {
    let check = "certificate.end";
    let renew = "Renew it: a server that runs takes the new one up within seconds.";
    let days = (end - now).num_days();
    let finding = if now < begin {
        let text = format!("It does not hold before {}.", moment(begin));
        found.fail(check, text, "Show the one from before until then, or look at the clock here.")
    } else if now > end {
        found.fail(check, format!("It ended on {}: readers are warned off.", moment(end)), renew)
    } else if days < SOON_DAYS {
        let text = format!("It ends on {}, {}.", moment(end), in_days(days));
        found.warn(check, text, "Look why it was not renewed by itself, and renew it.")
    } else {
        found.ok(check, format!("It holds until {}.", moment(end)))
    };
    finding.measured("left_days", days as f64);
}

fn in_days(days: i64) -> String {
    match days {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        _ => format!("in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::commands::doctor::Level;

    #[test]
    fn a_certificate_is_judged_by_its_dates() {
        let begin = DateTime::UNIX_EPOCH;
        let end = begin + TimeDelta::days(90);
        for (after, level, text) in [
            (TimeDelta::days(-1), Level::Fail, "before 1 January 1970"),
            (TimeDelta::days(76), Level::Ok, "until 1 April 1970"),
            (TimeDelta::days(76) + TimeDelta::seconds(1), Level::Warn, "in 13 days"),
            (TimeDelta::days(89), Level::Warn, "in 1 day."),
            (TimeDelta::hours(90 * 24 - 1), Level::Warn, "within a day"),
            (TimeDelta::days(91), Level::Fail, "ended on 1 April 1970"),
        ] {
            let mut found = Findings::of(GROUP);
            dates(begin, end, begin + after, &mut found);
            let one = &found.into_all()[0];
            assert!(one.level == level && one.text.contains(text), "{after}: {one:?}");
        }
    }
}

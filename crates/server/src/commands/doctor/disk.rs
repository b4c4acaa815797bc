//! The disk of a SQLite database: whether it can be written to, and how much room there is. Of
//! Postgres and Redis the disks are elsewhere.

use std::path::Path;

use rustix::fs::{Access, access, statvfs};

use super::{Finding, Findings, size};
use crate::{commands::sqlite_file, config::Config};

const GROUP: &str = "Disk";

/// Room for the log of writes that SQLite keeps beside a database, and for a few days of them.
const LITTLE: u64 = 500 * 1024 * 1024;
/// Where the next larger write may fail.
const HARDLY_ANY: u64 = 20 * 1024 * 1024;

pub(super) fn look(config: &Config, database_bytes: Option<u64>) -> Vec<Finding> {
    let Some(file) = sqlite_file(&config.database.url) else { return Vec::new() };
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let mut found = Findings::of(GROUP);
    if !folder.is_dir() {
        found.fail(
            "disk.folder",
            format!("There is no folder {}.", folder.display()),
            "Make it, or correct database.url.",
        );
        return found.into_all();
    }
    // Beside the database SQLite makes files while it is written.
    let may_write = |path: &Path| access(path, Access::WRITE_OK).is_ok();
    match may_write(folder) && (!file.exists() || may_write(file)) {
        true => {
            found.ok("disk.writable", format!("{} can be written to.", folder.display()));
        }
        false => {
            found.fail(
                "disk.writable",
                format!("{} or its folder cannot be written to.", file.display()),
                "Give the user of the server the right to write to both, or run the doctor as \
                 that user.",
            );
        }
    }
    if let Ok(disk) = statvfs(folder) {
        room(disk.f_bavail.saturating_mul(disk.f_frsize), database_bytes.unwrap_or(0), &mut found);
    }
    found.into_all()
}

fn room(free: u64, database: u64, found: &mut Findings) {
    let said = format!("{} are free on the disk of the database", size(free));
    let advice = "Free or add space: nothing can be written once it is full.";
    let finding = if free < HARDLY_ANY {
        found.fail("disk.room", format!("{said}."), advice)
    } else if free < LITTLE {
        found.warn("disk.room", format!("{said}."), advice)
    } else if free < database {
        found.warn(
            "disk.room",
            format!("{said}, less than the {} that it has.", size(database)),
            "Free or add space, or keep backups elsewhere: a copy has no room here.",
        )
    } else {
        found.ok("disk.room", format!("{said}."))
    };
    finding.measured("free_bytes", free as f64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Level;

    #[test]
    fn room_is_judged_by_what_is_left_and_by_a_copy() {
        let mb = 1024 * 1024;
        for (free, database, level) in [
            (10 * mb, mb, Level::Fail),
            (100 * mb, mb, Level::Warn),
            (1_000 * mb, 2_000 * mb, Level::Warn),
            (4_000 * mb, 2_000 * mb, Level::Ok),
        ] {
            let mut found = Findings::of(GROUP);
            room(free, database, &mut found);
            assert_eq!(found.into_all()[0].level, level, "{free} and {database}");
        }
    }
}

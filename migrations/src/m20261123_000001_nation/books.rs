//! The books that writes keep, and the tokens.

pub(super) const TABLES: &str = r#"
-- Who changed which row when; never what it says, so that no personal data outlives its row.
CREATE TABLE audit (
    id {uuid} PRIMARY KEY NOT NULL,
    at {instant} NOT NULL,
    actor text NOT NULL,
    action {key} NOT NULL,
    kind {key} NOT NULL,
    entity_id {uuid} NOT NULL,
    region_id {uuid},
    revision {number} NOT NULL
) {strict};
CREATE INDEX audit_entity ON audit (entity_id, id);

-- One number per region and kind, raised by the last statement of every write that changed
-- something. National tags have the nil region.
CREATE TABLE generation (
    region_id {uuid} NOT NULL,
    kind {key} NOT NULL,
    number {big} NOT NULL,
    PRIMARY KEY (region_id, kind)
) {strict};

-- When rows of a region were last received, changed or not.
CREATE TABLE freshness (
    region_id {uuid} PRIMARY KEY NOT NULL REFERENCES region (id),
    as_of {instant} NOT NULL
) {strict};

CREATE TABLE token (
    id {uuid} PRIMARY KEY NOT NULL,
    name text NOT NULL,
    digest {bytes} NOT NULL UNIQUE,
    scopes text NOT NULL,
    created_at {instant} NOT NULL,
    created_by text NOT NULL,
    expires_at {instant},
    revoked_at {instant},
    last_used_at {instant}
) {strict};

-- One row: names this history of the database, renewed by a restore.
CREATE TABLE epoch (id {uuid} PRIMARY KEY NOT NULL) {strict};
"#;

pub(super) const POSTGRES: &str = "INSERT INTO epoch (id) VALUES (gen_random_uuid());";

pub(super) const SQLITE: &str = "INSERT INTO epoch (id) VALUES (randomblob(16));";

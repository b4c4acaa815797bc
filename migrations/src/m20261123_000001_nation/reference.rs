//! National reference data and the registry of regions. All of it is read into memory at once,
//! so that only keys are indexed and lists inside a row are JSON.

pub(super) const TABLES: &str = r#"
CREATE TABLE council (
    id {uuid} PRIMARY KEY NOT NULL,
    code {key} NOT NULL UNIQUE,
    slug {key} NOT NULL,
    name text NOT NULL,
    official_name text NOT NULL,
    alternative_names text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    ons_region text,
    starts_on {date},
    ends_on {date},
    gss text NOT NULL,
    website text,
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};

CREATE TABLE succession (
    id {uuid} PRIMARY KEY NOT NULL,
    from_id {uuid} NOT NULL REFERENCES council (id),
    to_id {uuid} NOT NULL REFERENCES council (id),
    happened_on {date} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    CHECK (from_id <> to_id)
) {strict};

CREATE TABLE standard (
    id {uuid} PRIMARY KEY NOT NULL,
    code {key} NOT NULL UNIQUE,
    title text NOT NULL,
    published_on {date} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};

CREATE TABLE standard_point (
    id {uuid} PRIMARY KEY NOT NULL,
    standard_id {uuid} NOT NULL REFERENCES standard (id),
    reference {key} NOT NULL UNIQUE,
    number {number} NOT NULL,
    slug {key} NOT NULL,
    label text NOT NULL,
    title text NOT NULL,
    website text,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (standard_id, number)
) {strict};

CREATE TABLE crosswalk (
    id {uuid} PRIMARY KEY NOT NULL,
    from_id {uuid} NOT NULL REFERENCES standard_point (id),
    to_id {uuid} NOT NULL REFERENCES standard_point (id),
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};

CREATE TABLE region (
    id {uuid} PRIMARY KEY NOT NULL,
    code {key} NOT NULL UNIQUE,
    former_codes text NOT NULL,
    name text NOT NULL,
    door text NOT NULL,
    state text NOT NULL,
    state_reason text,
    licence text,
    attribution text,
    website text,
    joined_version {number} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};

-- Every code that a region has or had: none is ever given to another region.
CREATE TABLE region_code (
    code {key} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id)
) {strict};

CREATE TABLE peer_group (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    slug {key} NOT NULL UNIQUE,
    name text NOT NULL,
    time_zone text NOT NULL,
    first_met_on {date},
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};
CREATE INDEX peer_group_region ON peer_group (region_id);

CREATE TABLE membership (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    group_id {uuid} NOT NULL REFERENCES peer_group (id),
    council_id {uuid} NOT NULL REFERENCES council (id),
    starts_on {date},
    ends_on {date},
    is_home {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};
CREATE INDEX membership_council ON membership (council_id);
CREATE INDEX membership_group ON membership (group_id);
"#;

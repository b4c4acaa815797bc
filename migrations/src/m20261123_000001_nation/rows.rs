//! What regions share. Each list is walked by (instant, id) within a region, group, council or
//! point, and each of these walks is a range of one index; withdrawn rows are in none of them.
//!
//! `points` holds a row's points in their order; the `*_point` tables repeat them with the
//! row's key, as the index for walks by point.

pub(super) const TABLES: &str = r#"
CREATE TABLE series (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    group_id {uuid} NOT NULL REFERENCES peer_group (id),
    first_start {key} NOT NULL,
    time_zone text NOT NULL,
    every_weeks {number} NOT NULL,
    minutes {number} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};
CREATE INDEX series_group ON series (group_id);

CREATE TABLE meetup (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    group_id {uuid} NOT NULL REFERENCES peer_group (id),
    series_id {uuid} REFERENCES series (id),
    natural_key {key} NOT NULL,
    title text NOT NULL,
    summary text,
    status {key} NOT NULL,
    starts_at {instant} NOT NULL,
    ends_at {instant} NOT NULL,
    seconds {big} NOT NULL,
    time_zone text NOT NULL,
    attendance {key} NOT NULL,
    venue text,
    points text NOT NULL,
    host_id {uuid} REFERENCES council (id),
    talks text NOT NULL,
    booking_url text,
    materials_url text,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    withdrawn_at {instant},
    withdrawn_reason text,
    UNIQUE (region_id, natural_key),
    CHECK (ends_at >= starts_at),
    CHECK (seconds = ends_at - starts_at)
) {strict};
CREATE INDEX meetup_region_walk ON meetup (region_id, starts_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX meetup_group_walk ON meetup (group_id, starts_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX meetup_host_walk ON meetup (host_id, starts_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX meetup_change ON meetup (region_id, change_number, id);
-- The longest meet-up bounds how early one that has not ended can have begun.
CREATE INDEX meetup_seconds ON meetup (seconds);

CREATE TABLE meetup_point (
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    starts_at {instant} NOT NULL,
    meetup_id {uuid} NOT NULL REFERENCES meetup (id),
    PRIMARY KEY (point_id, starts_at, meetup_id)
) {strict};
CREATE INDEX meetup_point_meetup ON meetup_point (meetup_id);

CREATE TABLE case_study (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    council_id {uuid} REFERENCES council (id),
    natural_key {key} NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    points text NOT NULL,
    link text,
    published_at {instant} NOT NULL,
    reviewed_on {date},
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    withdrawn_at {instant},
    withdrawn_reason text,
    UNIQUE (region_id, natural_key)
) {strict};
CREATE INDEX case_study_region_walk ON case_study (region_id, published_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX case_study_council_walk ON case_study (council_id, published_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX case_study_change ON case_study (region_id, change_number, id);

CREATE TABLE case_study_point (
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    published_at {instant} NOT NULL,
    case_study_id {uuid} NOT NULL REFERENCES case_study (id),
    PRIMARY KEY (point_id, published_at, case_study_id)
) {strict};
CREATE INDEX case_study_point_case_study ON case_study_point (case_study_id);

CREATE TABLE offer (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    council_id {uuid} NOT NULL REFERENCES council (id),
    natural_key {key} NOT NULL,
    kind {key} NOT NULL,
    point_id {uuid} REFERENCES standard_point (id),
    remote {bool} NOT NULL,
    available_from {date},
    note text,
    ask_url text NOT NULL,
    offered_at {instant} NOT NULL,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    withdrawn_at {instant},
    withdrawn_reason text,
    UNIQUE (region_id, natural_key)
) {strict};
CREATE INDEX offer_region_walk ON offer (region_id, offered_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX offer_council_walk ON offer (council_id, offered_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX offer_point_walk ON offer (point_id, offered_at, id) WHERE withdrawn_at IS NULL;
CREATE INDEX offer_change ON offer (region_id, change_number, id);
"#;

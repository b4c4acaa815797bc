//! What councils answer and what their coordinators keep. None of it is listed in public but
//! assessments whose council agreed.

pub(super) const TABLES: &str = r#"
CREATE TABLE round (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    natural_key {key} NOT NULL,
    standard_id {uuid} NOT NULL REFERENCES standard (id),
    held_on {date} NOT NULL,
    closes_on {date},
    capture {key} NOT NULL,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (region_id, natural_key),
    CHECK (closes_on >= held_on)
) {strict};
CREATE INDEX round_held ON round (held_on);

-- A rating is a level from 0 to 4, 5 for not applicable, 6 for don't know; missing if null.
CREATE TABLE response (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    round_id {uuid} NOT NULL REFERENCES round (id),
    council_id {uuid} NOT NULL REFERENCES council (id),
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    understanding {number} CHECK (understanding BETWEEN 0 AND 6),
    support_need {number} CHECK (support_need BETWEEN 0 AND 6),
    people {number} NOT NULL CHECK (people >= 1),
    merging {key} NOT NULL,
    note text,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (round_id, point_id, council_id)
) {strict};
CREATE INDEX response_council ON response (council_id, round_id);
CREATE INDEX response_change ON response (region_id, change_number, id);

-- A council that publishes its own answers, for a time.
CREATE TABLE publication (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    council_id {uuid} NOT NULL REFERENCES council (id),
    starts_on {date} NOT NULL,
    ends_on {date},
    revision {number} NOT NULL,
    change_number {big} NOT NULL
) {strict};

CREATE TABLE need (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    natural_key {key} NOT NULL,
    council_id {uuid} NOT NULL REFERENCES council (id),
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    remote {bool} NOT NULL,
    note text,
    raised_on {date} NOT NULL,
    met_on {date},
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (region_id, natural_key)
) {strict};

CREATE TABLE topic (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    natural_key {key} NOT NULL,
    title text NOT NULL,
    points text NOT NULL,
    votes {number} NOT NULL,
    suggested_on {date} NOT NULL,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (region_id, natural_key)
) {strict};

CREATE TABLE introduction (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    natural_key {key} NOT NULL,
    needing_id {uuid} NOT NULL REFERENCES council (id),
    helping_id {uuid} NOT NULL REFERENCES council (id),
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    introduced_on {date} NOT NULL,
    outcome {key},
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    UNIQUE (region_id, natural_key),
    CHECK (needing_id <> helping_id)
) {strict};
CREATE INDEX introduction_helping ON introduction (helping_id, introduced_on);

CREATE TABLE assessment (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    natural_key {key} NOT NULL,
    council_id {uuid} NOT NULL REFERENCES council (id),
    service text NOT NULL,
    standard_id {uuid} NOT NULL REFERENCES standard (id),
    stage {key} NOT NULL,
    kind {key} NOT NULL,
    held_on {date} NOT NULL,
    held_at {instant} NOT NULL,
    scheme {key} NOT NULL,
    result {key} NOT NULL,
    panel text NOT NULL,
    points text NOT NULL,
    previous_id {uuid},
    is_public {bool} NOT NULL,
    system text NOT NULL,
    received_at {instant} NOT NULL,
    synthetic {bool} NOT NULL,
    revision {number} NOT NULL,
    change_number {big} NOT NULL,
    withdrawn_at {instant},
    withdrawn_reason text,
    UNIQUE (region_id, natural_key)
) {strict};
CREATE INDEX assessment_region_walk ON assessment (region_id, held_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX assessment_council_walk ON assessment (council_id, held_at, id)
    WHERE withdrawn_at IS NULL;

-- Councils that came, as a list of ids; for coordinators only.
ALTER TABLE meetup ADD COLUMN attended text;
"#;

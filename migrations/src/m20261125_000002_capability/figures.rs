//! Counts and what is published of them. Levels are spread over columns so that reading a row
//! parses nothing; a measure is its wire name; a half-year is twice the year, plus one for the
//! second half.

pub(super) const TABLES: &str = r#"
-- What counts of all responses, kept up to date by each write: of all councils that answered
-- (level_*), of those that gave a level in the half-year before, too (matched_*), and where the
-- same were then (before_*).
CREATE TABLE capability_cell (
    region_id {uuid} NOT NULL REFERENCES region (id),
    half_year {number} NOT NULL,
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    measure {key} NOT NULL,
    level_0 {number} NOT NULL, level_1 {number} NOT NULL, level_2 {number} NOT NULL,
    level_3 {number} NOT NULL, level_4 {number} NOT NULL, not_rated {number} NOT NULL,
    matched_0 {number} NOT NULL, matched_1 {number} NOT NULL, matched_2 {number} NOT NULL,
    matched_3 {number} NOT NULL, matched_4 {number} NOT NULL,
    before_0 {number} NOT NULL, before_1 {number} NOT NULL, before_2 {number} NOT NULL,
    before_3 {number} NOT NULL, before_4 {number} NOT NULL,
    PRIMARY KEY (region_id, half_year, point_id, measure)
) {strict};

-- A region closes a half-year once; from then on its answers of it are frozen.
CREATE TABLE closing (
    region_id {uuid} NOT NULL REFERENCES region (id),
    half_year {number} NOT NULL,
    closed_at {instant} NOT NULL,
    closed_by text NOT NULL,
    -- Per standard that was asked about: eligible councils and the day; JSON.
    asked text NOT NULL,
    PRIMARY KEY (region_id, half_year)
) {strict};
CREATE INDEX closing_half_year ON closing (half_year);

CREATE TABLE frozen_answer (
    half_year {number} NOT NULL,
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    measure {key} NOT NULL,
    council_id {uuid} NOT NULL REFERENCES council (id),
    region_id {uuid} NOT NULL REFERENCES region (id),
    rating {number} NOT NULL CHECK (rating BETWEEN 0 AND 6),
    is_published {bool} NOT NULL,
    PRIMARY KEY (half_year, point_id, measure, council_id)
) {strict};
CREATE INDEX frozen_answer_council ON frozen_answer (council_id, half_year);

CREATE TABLE release (
    number {number} PRIMARY KEY NOT NULL,
    created_at {instant} NOT NULL,
    created_by text NOT NULL,
    threshold {number} NOT NULL
) {strict};

-- A published row, written once. Of a hidden one no count is kept, only why it is hidden, which
-- is for the steward. `region_id` is nil for rows about more than one region; `regions` lists
-- those whose answers are in it.
CREATE TABLE release_row (
    id {uuid} PRIMARY KEY NOT NULL,
    release_number {number} NOT NULL REFERENCES release (number),
    half_year {number} NOT NULL,
    standard_id {uuid} NOT NULL REFERENCES standard (id),
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    measure {key} NOT NULL,
    kind {key} NOT NULL,
    region_id {uuid} NOT NULL,
    regions text NOT NULL,
    hidden {key},
    level_0 {number}, level_1 {number}, level_2 {number}, level_3 {number}, level_4 {number},
    not_rated {number},
    eligible {number} NOT NULL,
    matched {number},
    share_before {number},
    share_now {number},
    is_complete {bool} NOT NULL,
    break_reason text,
    as_of {instant} NOT NULL,
    withdrawn_at {instant},
    withdrawn_reason text,
    UNIQUE (half_year, point_id, measure, kind, region_id)
) {strict};
CREATE INDEX release_row_read ON release_row (kind, standard_id, half_year, point_id);
"#;

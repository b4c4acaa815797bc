//! One row per searchable thing. `title` and `body` are shown; `title_words` and `body_words`
//! are the same text folded (no accents, lower case, letters and digits only) by the writer,
//! so that both engines index the same words whatever their own tokenisers think of the rest.

/// Stems English words but drops none: which words carry no meaning is decided where queries
/// are read, alike for both databases. Needs no extension and no superuser.
pub(super) const POSTGRES: &str = r#"
CREATE TEXT SEARCH DICTIONARY folkmoot_stem (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH CONFIGURATION folkmoot (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION folkmoot
    ALTER MAPPING FOR asciiword, word, numword WITH folkmoot_stem;

CREATE TABLE search_document (
    kind integer NOT NULL,
    id uuid NOT NULL,
    region_id uuid,
    title text NOT NULL,
    body text NOT NULL,
    title_words text NOT NULL,
    body_words text NOT NULL,
    document tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('folkmoot', title_words), 'A')
        || setweight(to_tsvector('folkmoot', body_words), 'D')
    ) STORED,
    PRIMARY KEY (kind, id)
);
CREATE INDEX search_document_words ON search_document USING gin (document);
"#;

/// The index keeps no copy of the text; triggers keep it in step with the table.
pub(super) const SQLITE: &str = r#"
CREATE TABLE search_document (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    region_id BLOB,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    title_words TEXT NOT NULL,
    body_words TEXT NOT NULL,
    UNIQUE (kind, id)
) STRICT;
CREATE VIRTUAL TABLE search_words USING fts5 (
    title_words, body_words,
    content = 'search_document', content_rowid = 'number',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN
    INSERT INTO search_words (rowid, title_words, body_words)
    VALUES (new.number, new.title_words, new.body_words);
END;
CREATE TRIGGER search_document_removed AFTER DELETE ON search_document BEGIN
    INSERT INTO search_words (search_words, rowid, title_words, body_words)
    VALUES ('delete', old.number, old.title_words, old.body_words);
END;
CREATE TRIGGER search_document_changed AFTER UPDATE ON search_document BEGIN
    INSERT INTO search_words (search_words, rowid, title_words, body_words)
    VALUES ('delete', old.number, old.title_words, old.body_words);
    INSERT INTO search_words (rowid, title_words, body_words)
    VALUES (new.number, new.title_words, new.body_words);
END;
"#;

//! The rules that a region is held against, in the order in which they are tried.

/// A rule of the contract.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// Its stable name; of a rule for rows of each kind, what follows the kind.
    pub(super) name: &'static str,
    /// It in a sentence.
    pub(super) sentence: &'static str,
}

const fn rule(name: &'static str, sentence: &'static str) -> Rule {
    Rule { name, sentence }
}

pub(super) const HTTPS: Rule = rule("address.https", "The address begins with https://.");
pub(super) const SHEET_ANSWERS: Rule =
    rule("sheet.answers", "The address answers with the file itself.");
pub(super) const SHEET_ROWS: Rule = rule("sheet.rows", "Each row can be read.");
pub(super) const SHEET_COLUMNS: Rule = rule("sheet.columns", "No column is misspelt.");
pub(super) const SHEET_FILLED: Rule = rule("sheet.filled", "There is at least one row.");
pub(super) const CARD_ANSWERS: Rule =
    rule("card.answers", "The card answers with JSON at its address.");
pub(super) const CARD_FILE: Rule =
    rule("card.shape", "The card has the shape of region.schema.json.");
pub(super) const SERVICE_ANSWERS: Rule =
    rule("service.answers", "The service answers `describe` with JSON.");
pub(super) const CARD_FIELD: Rule = rule("card.shape", "`describe` has the shape of RegionCard.");
pub(super) const CODE: Rule =
    rule("card.code", "The code has lower-case letters, digits and hyphens.");
pub(super) const CLOCK: Rule = rule("card.clock", "`now` is the time, within five minutes.");
pub(super) const EPOCH: Rule =
    rule("card.epoch", "`epoch` says which series of change numbers it is.");
pub(super) const LINKS: Rule = rule("card.links", "`contact` and `website` are https addresses.");
pub(super) const GROUPS: Rule =
    rule("card.groups", "Peer groups and members can be taken, each one.");
pub(super) const HAS_GROUPS: Rule = rule("card.has_groups", "The region has a peer group.");
pub(super) const FEEDS: Rule = rule("card.feeds", "The card leads to one feed of a kind.");
pub(super) const FEED_PAGES: Rule = rule(
    "pages",
    "Pages answer with JSON in the shape of feed.schema.json, at https addresses of the card's own origin.",
);
pub(super) const ORDER: Rule =
    rule("order", "Items come in order of `modified`, then `id`, each page after the one before.");
pub(super) const KIND: Rule = rule("kind", "All items are of the feed's kind.");
pub(super) const ROWS: Rule = rule("rows", "Each row has its shape, and names what there is.");
pub(super) const DELETED: Rule = rule("deleted", "A deleted item has no data.");
pub(super) const ONCE: Rule = rule("once", "Each row stands once, with its last change.");
pub(super) const COUNTS: Rule =
    rule("counts", "`count` and `lastChange` of the card say what the feed holds.");
pub(super) const END: Rule = rule("end", "The last page has no items and leads to itself.");
pub(super) const TAG: Rule = rule("etag", "A page that has not changed is not sent again.");
pub(super) const PAGES: Rule =
    rule("pages", "Pages go on from the last key, in order, to the end, with `hasMore` till then.");
pub(super) const BACKWARDS: Rule =
    rule("backwards", "`DESCENDING` gives the same rows the other way round.");
pub(super) const COUNT: Rule =
    rule("count", "`count` is the number of all rows that pass the filter, if it is asked for.");
pub(super) const BOUNDS: Rule =
    rule("bounds", "A page holds the rows with `after` < key <= `until`.");
pub(super) const BATCH: Rule =
    rule("batch", "Several page requests get their pages in their order.");
pub(super) const BY_ID: Rule =
    rule("by_id", "`_entities` gives rows by id, in the order asked, null where there is none.");
pub(super) const TOGETHER: Rule =
    rule("service.together", "All parts of the query are answered in one request.");
pub(super) const QUICK: Rule = rule("service.quick", "Answers take less than half a second.");
pub(super) const FIGURES_GUARDED: Rule = rule(
    "capability.guarded",
    "Counts are given to nobody without a token, and the answer says so.",
);
pub(super) const FIGURES_ANSWER: Rule =
    rule("capability.answers", "The half-years that were closed are given to who has the token.");
pub(super) const FIGURES_SHAPE: Rule = rule("capability.shape", "Each of them can be taken.");
pub(super) const FIGURES_STABLE: Rule =
    rule("capability.stable", "One that is asked for by name is the same as among all.");

/// Of a sheet or calendar.
pub(super) const SHEET: &[Rule] = &[SHEET_ANSWERS, SHEET_ROWS, SHEET_COLUMNS, SHEET_FILLED];
/// Of a card as a file.
pub(super) const CARD: &[Rule] =
    &[CARD_ANSWERS, CARD_FILE, CODE, CLOCK, EPOCH, LINKS, GROUPS, HAS_GROUPS, FEEDS];
/// Of a change feed.
pub(super) const FEED: &[Rule] = &[FEED_PAGES, ORDER, KIND, ROWS, DELETED, ONCE, COUNTS, END, TAG];
/// Of a live service as a whole.
pub(super) const SERVICE: &[Rule] =
    &[SERVICE_ANSWERS, CARD_FIELD, CODE, CLOCK, EPOCH, LINKS, GROUPS, HAS_GROUPS, TOGETHER, QUICK];
/// Of a list of a live service; its filters beside.
pub(super) const LIST: &[Rule] = &[PAGES, ROWS, BACKWARDS, COUNT, BOUNDS, BATCH, BY_ID];
/// Of the half-years that a live service has closed.
pub(super) const FIGURES: &[Rule] =
    &[FIGURES_GUARDED, FIGURES_ANSWER, FIGURES_SHAPE, FIGURES_STABLE];
/// Those among them that only who has a token can try.
pub(super) const FIGURES_WITH_TOKEN: &[Rule] = &[FIGURES_ANSWER, FIGURES_SHAPE, FIGURES_STABLE];

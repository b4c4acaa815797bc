//! folkmoot-migrations

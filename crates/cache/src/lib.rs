//! folkmoot-cache

//! folkmoot-server

//! folkmoot-testkit

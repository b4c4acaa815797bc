//! folkmoot-graphql

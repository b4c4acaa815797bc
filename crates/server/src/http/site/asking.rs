//! What a page asks: one or more questions, of which the answer that lasts shortest says for how
//! long the page may be kept.

use std::sync::{Mutex, PoisonError};

use axum::response::Response;
use maud::html;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    super::{
        App,
        choices::{self, Choices},
        graphql::Asked,
        own::{self, Unsaid},
        pages::Page,
        sending::shorter,
    },
    NoPage,
    lists::{Answer, Listed},
};

/// The questions of a page.
pub(super) struct Asking<'r> {
    pub(super) app: &'r App,
    asked: &'r Asked,
    told: Mutex<Told>,
}

struct Told {
    keep: Option<String>,
    is_verified: bool,
}

impl<'r> Asking<'r> {
    pub(super) fn new(app: &'r App, asked: &'r Asked) -> Self {
        let told = Mutex::new(Told { keep: None, is_verified: true });
        Self { app, asked, told }
    }

    /// What is said to a document, without which there is no page.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: Map<String, Value>,
    ) -> Result<T, Unsaid> {
        let said = own::ask(self.app, &self.asked.asker, document, variables).await;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (keep, is_verified) = match &said {
            Ok(said) => (said.keep.clone(), said.is_verified),
            // A page without one of its parts is nothing to keep.
            Err(_) => ("no-store".to_owned(), true),
        };
        told.is_verified &= is_verified;
        told.keep = Some(match told.keep.take() {
            Some(before) => shorter(before, keep),
            None => keep,
        });
        said.map(|said| said.data)
    }

    /// A list by itself, so that the rest of the page stands where it cannot be had: of a region
    /// that is away nothing but its lists is missing.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: Map<String, Value>,
    ) -> Result<Listed<T>, Unsaid> {
        self.ask::<Answer<T>>(document, variables).await?.list()
    }

    /// What lists can be narrowed by.
    pub(super) async fn choices(&self) -> Result<Choices, Unsaid> {
        choices::all(self.app, &self.asked.asker).await
    }

    /// The page of a thing as the answer; where there is none, what stands in its place among pages
    /// of this kind, such as `/councils/`.
    pub(super) fn answer(self, made: Result<Page, NoPage>, place: &str) -> Response {
        match made {
            Ok(page) => self.sent(page),
            Err(no_page) => no_page.answer(place),
        }
    }

    /// The page as the answer.
    pub(super) fn sent(self, mut page: Page) -> Response {
        let told = self.told.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !told.is_verified {
            page.body = Some(html! {
                div.govuk-inset-text {
                    "Some of this may be out of date: the gateway cannot check it just now."
                }
                @if let Some(body) = &page.body { (body) }
            });
        }
        let keep = told.keep.unwrap_or_else(|| "no-store".to_owned());
        page.sent(self.app, &self.asked.headers, keep)
    }
}

/// Variables by their names.
pub(super) fn variables<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

//! What a page is a part of: the way back to the start, for people and for search engines.

use maud::{Markup, html};
use serde_json::{Value, json};

/// Addresses with names, from the outside in, without the start and the page itself.
#[derive(Default)]
pub(in crate::http) struct Trail(Vec<(String, String)>);

impl Trail {
    /// Right below the start.
    pub(in crate::http) fn start() -> Self {
        Self(vec![("/".to_owned(), "Home".to_owned())])
    }

    /// Below this, too.
    pub(in crate::http) fn then(
        mut self,
        address: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        self.0.push((address.into(), name.into()));
        self
    }

    pub(super) fn shown(&self) -> Markup {
        html! {
            @if !self.0.is_empty() {
                nav.govuk-breadcrumbs aria-label="Breadcrumb" {
                    ol.govuk-breadcrumbs__list {
                        @for (address, name) in &self.0 {
                            li.govuk-breadcrumbs__list-item {
                                a.govuk-breadcrumbs__link href=(address) { (name) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// By schema.org's words, which count the page itself.
    pub(super) fn facts(&self, base: &str, path: &str, title: &str) -> Option<Value> {
        let here = (path.to_owned(), title.to_owned());
        let steps = self.0.iter().chain([&here]).zip(1_u32..);
        let steps: Vec<_> = steps
            .map(|((address, name), position)| {
                let item = format!("{base}{address}");
                json!({ "@type": "ListItem", "position": position, "name": name, "item": item })
            })
            .collect();
        (!self.0.is_empty()).then(|| {
            json!({
                "@context": "https://schema.org",
                "@type": "BreadcrumbList",
                "itemListElement": steps,
            })
        })
    }
}

//! Fields of forms, and what is wrong with what was written in them: told at the top of the page,
//! where the reader begins, and again at the field. What was written stays there.

use maud::{Markup, html};

use super::own::Unsaid;
use crate::sentences::sentence;

/// The words of an address as somebody wrote them, right or wrong.
#[derive(Default)]
pub(super) struct Given(Vec<(String, String)>);

impl Given {
    pub(super) fn of(pairs: &str) -> Self {
        let pairs = url::form_urlencoded::parse(pairs.as_bytes());
        let pairs = pairs.map(|(word, text)| (word.into_owned(), text.trim().to_owned()));
        Self(pairs.filter(|(_, text)| !text.is_empty()).collect())
    }

    pub(super) fn word(&self, word: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == word).map(|(_, text)| text.as_str())
    }

    /// The address with another value of one word, and with all the others.
    pub(super) fn with(&self, path: &str, word: &str, value: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (given, text) in self.0.iter().filter(|(given, _)| given != word) {
            pairs.append_pair(given, text);
        }
        format!("{path}?{}", pairs.append_pair(word, value).finish())
    }
}

/// What is wrong with what somebody wrote.
pub(super) struct Fault {
    /// The word of the field, if it is one field's.
    at: Option<String>,
    /// A sentence.
    said: String,
    /// What may have been meant: its address and its name.
    meant: Vec<(String, String)>,
}

impl Fault {
    /// From why nothing was said. `label` names fields as the form does, and `meant` has the
    /// address and the name of what may have been meant.
    pub(super) fn of(
        unsaid: &Unsaid,
        label: impl Fn(&str) -> &'static str,
        meant: Vec<(String, String)>,
    ) -> Self {
        let message = match unsaid.message.split_once("; did you mean") {
            // It is asked with links.
            Some((message, _)) if !meant.is_empty() => message,
            _ => unsaid.message.as_str(),
        };
        let said = match &unsaid.at {
            // Programs know a field by its word, people by its label.
            Some(word) => message.replace(&format!("`{word}`"), label(word)),
            None => message.to_owned(),
        };
        Self { at: unsaid.at.clone(), said: sentence(&said), meant }
    }

    pub(super) fn is_at(&self, word: &str) -> bool {
        self.at.as_deref() == Some(word)
    }

    /// For the top of the page; `label` names fields as the form does.
    pub(super) fn summary(&self, label: impl Fn(&str) -> &'static str) -> Markup {
        html! {
            div.govuk-error-summary tabindex="-1" {
                div role="alert" {
                    h2.govuk-error-summary__title { "There is a problem" }
                    div.govuk-error-summary__body {
                        ul.govuk-list.govuk-error-summary__list {
                            li {
                                @match &self.at {
                                    Some(word) => a href={ "#" (word) } {
                                        // It may begin so by itself.
                                        @if !self.said.starts_with(label(word)) { (label(word)) ": " }
                                        (self.said)
                                    },
                                    None => (self.said),
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What is wrong, with links to what may have been meant.
    pub(super) fn told(&self) -> Markup {
        html! {
            (self.said)
            @if !self.meant.is_empty() { " Did you mean " }
            @for (place, (address, name)) in self.meant.iter().enumerate() {
                @if place > 0 { @if place + 1 == self.meant.len() { " or " } @else { ", " } }
                a.govuk-link href=(address) { (name) }
            }
            @if !self.meant.is_empty() { "?" }
        }
    }
}

/// A field of a form: its label, its hint, and what is wrong there.
pub(super) struct Field<'a> {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: Option<&'static str>,
    pub(super) given: Option<&'a str>,
    pub(super) fault: Option<&'a Fault>,
}

impl<'a> Field<'a> {
    pub(super) fn new(word: &'static str, label: &'static str, given: Option<&'a str>) -> Self {
        Self { word, label, hint: None, given, fault: None }
    }

    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// With what is wrong, if it is wrong here.
    pub(super) fn fault(self, fault: Option<&'a Fault>) -> Self {
        let fault = fault.filter(|fault| fault.is_at(self.word));
        Self { fault, ..self }
    }

    pub(super) fn is_wrong(&self) -> bool {
        self.fault.is_some()
    }

    /// Ids of what describes the control.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.word));
        let fault = self.fault.map(|_| format!("{}-error", self.word));
        let ids: Vec<_> = hint.into_iter().chain(fault).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The control with all that stands around it.
    pub(super) fn around(&self, control: Markup) -> Markup {
        let Self { word, label, .. } = self;
        html! {
            div.govuk-form-group.govuk-form-group--error[self.is_wrong()] {
                label.govuk-label for=(word) { (label) }
                @if let Some(hint) = self.hint { div.govuk-hint id={ (word) "-hint" } { (hint) } }
                @if let Some(fault) = self.fault {
                    p.govuk-error-message id={ (word) "-error" } {
                        span.govuk-visually-hidden { "Error: " } (fault.told())
                    }
                }
                (control)
            }
        }
    }

    /// A field for words or a name; `list` is the id of names to choose from.
    pub(super) fn text(&self, list: Option<&str>) -> Markup {
        self.around(html! {
            input.govuk-input.govuk-input--width-20.govuk-input--error[self.is_wrong()] id=(self.word)
                name=(self.word) value=[self.given] aria-describedby=[self.described_by()]
                list=[list] autocomplete="off" spellcheck="false";
        })
    }

    /// A field for a number of few digits.
    pub(super) fn number(&self) -> Markup {
        self.around(html! {
            input.govuk-input.govuk-input--width-3.govuk-input--error[self.is_wrong()] id=(self.word)
                name=(self.word) value=[self.given] aria-describedby=[self.described_by()]
                inputmode="numeric" autocomplete="off";
        })
    }

    /// One of several, which are these options. What was given and is none of them stays.
    pub(super) fn select(&self, options: Markup, has_it: bool) -> Markup {
        self.around(html! {
            select.govuk-select.govuk-select--error[self.is_wrong()] id=(self.word) name=(self.word)
                aria-describedby=[self.described_by()] {
                (options)
                @if let Some(given) = self.given.filter(|_| !has_it) {
                    option value=(given) selected { (given) }
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stays_and_what_was_meant_is_a_link() {
        let given = Given::of("forCouncil=%3Ckamden%3E&limit=5&host=");
        let mut unsaid = Unsaid::malformed("unknown council; did you mean Camden (CMD)?");
        unsaid.at = Some("forCouncil".to_owned());
        let meant = vec![(given.with("/embed", "forCouncil", "camden"), "Camden (CMD)".to_owned())];
        let fault = Fault::of(&unsaid, |_| "For a council", meant);
        let field = Field::new("forCouncil", "For a council", given.word("forCouncil"))
            .hint("Its name.")
            .fault(Some(&fault));
        let shown = field.text(None).into_string();
        assert!(shown.contains("value=\"&lt;kamden&gt;\""), "{shown}");
        assert!(shown.contains("aria-describedby=\"forCouncil-hint forCouncil-error\""), "{shown}");
        let link = "<a class=\"govuk-link\" href=\"/embed?limit=5&amp;forCouncil=camden\">Camden (CMD)</a>?";
        assert!(shown.contains(&format!("Unknown council. Did you mean {link}")), "{shown}");
        let summary = fault.summary(|_| "For a council").into_string();
        assert!(
            summary.contains("<a href=\"#forCouncil\">For a council: Unknown council.</a>"),
            "{summary}"
        );
    }

    #[test]
    fn people_are_told_the_label_of_a_field() {
        let unsaid = Unsaid::malformed("`limit` must be a number").at("limit");
        let fault = Fault::of(&unsaid, |_| "How many", Vec::new());
        assert_eq!(fault.told().into_string(), "How many must be a number.");
    }
}

//! What a site's own security policy has to let through, by example: before and after.

use maud::{Markup, html};

use super::ways::snippet;

/// For the frame.
pub(super) fn of_frame(base: &str) -> Markup {
    html! {
        p.govuk-body {
            "It stays empty: your site has a content security policy. Put " code { (base) }
            " into its " code { "frame-src" } ". From this:"
        }
        (example("frame-src 'self'"))
        p.govuk-body { "to this:" }
        (snippet("frame-src", &format!("frame-src 'self' {base}")))
        p.govuk-body {
            "If it has no " code { "frame-src" } ", add the line as it is here."
        }
    }
}

/// For the component.
pub(super) fn of_component(base: &str) -> Markup {
    html! {
        p.govuk-body {
            "If your site has a content security policy, put " code { (base) } " into the "
            code { "script-src" } " and the " code { "connect-src" } " that it has; styles need nothing. From this:"
        }
        (example("script-src 'self'; connect-src 'self'"))
        p.govuk-body { "to this:" }
        (snippet(
            "script-src and connect-src",
            &format!("script-src 'self' {base}; connect-src 'self' {base}"),
        ))
        p.govuk-body {
            "If it has no " code { "connect-src" } ", add one as it is here: without "
            code { "'self'" } " your site’s own requests would stop."
        }
    }
}

/// What a site may have now: nothing to copy.
fn example(lines: &str) -> Markup {
    html! { pre.folk-example tabindex="0" { code { (lines) } } }
}

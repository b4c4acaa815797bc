//! The builder at `/embed` and the lists beside it: councils by the names that people know, what is
//! wrong told where it can be mended, and nothing promised that will not come.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn page(gateway: &Gateway, path: &str) -> Result<(StatusCode, String)> {
    let answer = gateway.request(Method::GET, path).header("accept", "text/html").send().await?;
    Ok((answer.status(), answer.text().await?))
}

#[tokio::test]
async fn a_council_is_found_by_its_names_wherever_one_is_asked_for() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (name, called) in [
        ("Tower%20Hamlets", "Tower Hamlets"),
        ("London%20Borough%20of%20Camden", "Camden"),
        ("Camden%20Council", "Camden"),
        ("barking%20%26%20dagenham", "Barking and Dagenham"),
        ("St%20Albans", "St Albans"),
        ("City%20of%20Bristol", "City of Bristol"),
        ("Hull", "Kingston upon Hull"),
    ] {
        for path in [
            format!("/embed?forCouncil={name}"),
            format!("/embed?host={name}"),
            format!("/embed/meetups?forCouncil={name}"),
            format!("/embed/meetups.json?forCouncil={name}"),
            format!("/meetups?forCouncil={name}"),
            format!("/feeds/councils/{name}.rss"),
            format!("/calendar/councils/{name}.ics"),
            format!("/councils/{name}"),
            format!("/assessments?council={name}"),
        ] {
            let (status, said) = page(&gateway, &path).await?;
            // A list by council has what was written in its field.
            let is_called = path.starts_with("/assessments") || said.contains(called);
            ensure!(status == StatusCode::OK && is_called, "{path}: {status}");
        }
    }
    // Those that the register lists, one and all.
    let listed = "{ councils(first: 500) { nodes { name officialName code } } }";
    let listed = gateway.data(listed, json!({})).await?;
    let listed = listed["councils"]["nodes"].as_array().context("councils")?;
    ensure!(listed.len() > 350, "{}", listed.len());
    for some in listed.chunks(10) {
        let (mut asked, mut wanted) = (String::new(), serde_json::Map::new());
        for (place, council) in some.iter().enumerate() {
            for field in ["name", "officialName"] {
                let name = &council[field];
                asked += &format!(" {field}{place}: council(ref: {name}) {{ code }}");
                wanted.insert(format!("{field}{place}"), json!({ "code": council["code"] }));
            }
        }
        let found = gateway.data(&format!("{{{asked} }}"), json!({})).await?;
        ensure!(found == Value::Object(wanted), "{found}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field_and_nothing_that_was_chosen_is_lost() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let path = "/embed?forCouncil=Oxford+County+Council&region=london&limit=5&layout=cards";
    let (status, said) = page(&gateway, path).await?;
    ensure!(status == StatusCode::BAD_REQUEST, "{status}");
    for there in [
        "<title>Error: Put meet-ups on your site",
        "<h2 class=\"govuk-error-summary__title\">There is a problem</h2>",
        "<a href=\"#forCouncil\">For a council: Unknown council.</a>",
        "id=\"forCouncil-error\"",
        "aria-describedby=\"forCouncil-hint forCouncil-error\"",
        // Each of what may be meant leads to the same with it.
        "href=\"/embed?region=london&amp;limit=5&amp;layout=cards&amp;forCouncil=oxford\">Oxford (OXO)</a>",
        "value=\"Oxford County Council\"",
        "value=\"5\"",
        "<option value=\"london\" selected>",
        "<option value=\"cards\" selected>",
        "<details class=\"govuk-details\" open>",
    ] {
        ensure!(said.contains(there), "{there} is missing: {said}");
    }
    let (_, meant) = page(&gateway, "/embed?region=london&limit=5&forCouncil=oxfordshire").await?;
    ensure!(meant.contains("What to paste"));

    let (_, said) = page(&gateway, "/embed?limit=many&host=camden&language=fr").await?;
    ensure!(said.contains("<a href=\"#limit\">How many must be a whole number from 1 to 100.</a>"));
    ensure!(said.contains("value=\"many\"") && said.contains("value=\"camden\""), "{said}");
    ensure!(said.contains("<option value=\"fr\" selected>"), "it stays until it is changed");
    ensure!(!said.contains("`limit`"), "{said}");

    let (status, said) = page(&gateway, "/meetups?region=london&forCouncil=kamden&limit=7").await?;
    ensure!(status == StatusCode::BAD_REQUEST, "{status}");
    for there in [
        "<title>Error: Meet-ups",
        "<a href=\"#forCouncil\">For a council: Unknown council.</a>",
        "href=\"/meetups?region=london&amp;limit=7&amp;forCouncil=camden\">Camden (CMD)</a>",
        "<input type=\"hidden\" name=\"limit\" value=\"7\">",
    ] {
        ensure!(said.contains(there), "{there} is missing: {said}");
    }
    let (_, said) = page(&gateway, "/meetups?group=lodnon").await?;
    ensure!(said.contains("id=\"group\"") && said.contains("<a href=\"#group\">"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_first_field_is_for_a_council_with_names_to_choose_from() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let (_, said) = page(&gateway, "/embed").await?;
    let place = |part: &str| said.find(part).with_context(|| format!("{part} is missing"));
    let fields = ["forCouncil", "region", "group", "point", "limit", "host"];
    let places = fields.iter().map(|id| place(&format!("id=\"{id}\"")));
    let places = places.collect::<Result<Vec<_>>>()?;
    ensure!(places.is_sorted() && places[0] < place("<details")?, "{places:?}");
    ensure!(said.contains("list=\"council-names\"") && said.contains("Most sites want"));
    for (name, has_groups) in [("Tower Hamlets", true), ("Camden", true), ("Adur", false)] {
        let is_offered = said.contains(&format!("<option value=\"{name}\"></option>"));
        ensure!(is_offered == has_groups, "{name}");
    }
    ensure!(said.contains("<optgroup label=\"London\"><option value=\"london\">London Peer Group"));
    ensure!(said.contains("action=\"/embed#paste\"") && said.contains("id=\"paste\""));
    Ok(())
}

#[tokio::test]
async fn what_can_have_no_meetup_is_told_and_not_that_none_is_planned_yet() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (words, told) in [
        ("forCouncil=adur", "Adur belongs to no peer group here"),
        ("forCouncil=camden&region=midlands", "Camden does not belong to Midlands"),
        ("group=london&region=midlands", "London Peer Group does not belong to Midlands"),
    ] {
        for path in ["/embed", "/meetups", "/embed/meetups", "/feeds/all.rss", "/feeds/all.json"] {
            let (status, said) = page(&gateway, &format!("{path}?{words}")).await?;
            ensure!(status == StatusCode::OK && said.contains(told), "{path}?{words}: {said}");
            ensure!(!said.contains("planned yet"), "{path}?{words}: {said}");
        }
        let (_, said) = page(&gateway, &format!("/embed/meetups.json?{words}")).await?;
        ensure!(serde_json::from_str::<Value>(&said)?["none"] == told, "{said}");
    }
    let (_, said) = page(&gateway, "/embed?forCouncil=adur").await?;
    ensure!(said.contains("Adur belongs to no peer group here; choose a region instead."));
    Ok(())
}

#[tokio::test]
async fn a_sites_policy_is_mended_by_example_and_no_snippet_needs_a_looser_one() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let (_, said) = page(&gateway, "/embed?region=london").await?;
    let origin = &gateway.address;
    for there in [
        "<code>frame-src 'self'</code>".to_owned(),
        format!("frame-src 'self' {origin}</code>"),
        format!("script-src 'self' {origin}; connect-src 'self' {origin}</code>"),
        "download=\"meetups.js\"".to_owned(),
        format!("&lt;folkmoot-meetups src=&quot;{origin}&quot; region=&quot;london&quot;&gt;"),
    ] {
        ensure!(said.contains(&there), "{there} is missing: {said}");
    }
    ensure!(!said.contains("style=&quot;"), "a strict policy refuses it");
    Ok(())
}

#[tokio::test]
async fn a_list_has_ten_unless_the_site_says_otherwise_whichever_way_it_comes() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let number = async |path: &str, mark: &str| {
        let (_, said) = page(&gateway, path).await?;
        anyhow::Ok(said.matches(mark).count())
    };
    ensure!(number("/feeds/all.rss", "<item>").await? == 10);
    ensure!(number("/feeds/all.atom", "<entry>").await? == 10);
    ensure!(number("/embed/meetups", "<h2>").await? == 10);
    ensure!(number("/embed/meetups.json", "\"attendanceLabel\"").await? == 10);
    let pasted = format!("{}/meetups", gateway.address);
    let (_, said) = page(&gateway, &format!("/oembed?url={pasted}")).await?;
    ensure!(said.contains("limit=10"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_frame_that_is_set_up_wrongly_helps_visitors_and_editors() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let (_, said) = page(&gateway, "/embed/meetups?region=london&limit=0").await?;
    ensure!(said.contains("the settings of this list need to be corrected"), "{said}");
    ensure!(said.contains("Limit must be a whole number") && !said.contains('`'), "{said}");
    ensure!(said.contains(&format!("href=\"{}/meetups\"", gateway.address)), "{said}");
    let (_, said) = page(&gateway, "/embed/meetups?region=lodnon&language=cy").await?;
    ensure!(said.contains("mae angen cywiro gosodiadau") && said.contains("lang=\"cy\""), "{said}");
    Ok(())
}

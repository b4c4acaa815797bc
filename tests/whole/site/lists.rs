//! Lists that go over several pages: walked to their end they are the API's, and one page back is where
//! one was.

use super::*;

/// All links of a list's things, from its first page to its last.
async fn walked(gateway: &Gateway, first: &str, things: &str) -> Result<(Vec<String>, usize)> {
    let (mut next, mut found, mut pages) = (Some(first.to_owned()), Vec::new(), 0);
    while let Some(path) = next.take() {
        let said = good(gateway, &path).await?;
        let list = said.split("<ul class=\"folk-list\"").nth(1).context("a list")?;
        let list = list.split("</ul>").next().unwrap_or_default();
        let titles = list.split("folk-list__title\">").skip(1);
        found.extend(
            titles.filter_map(|it| links(it).into_iter().find(|it| it.starts_with(things))),
        );
        let forth = said.split("rel=\"next\"").next().filter(|_| said.contains("rel=\"next\""));
        next = forth.and_then(|before| links(before).pop());
        pages += 1;
        ensure!(pages < 50, "{first} never ends");
    }
    Ok((found, pages))
}

#[tokio::test]
async fn every_list_walked_to_its_end_is_the_apis_list() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let lists = [
        ("/councils", "/councils/", "councils(first: 500)"),
        ("/councils?search=ham", "/councils/", "councils(first: 500, search: \"ham\")"),
        ("/case-studies", "/case-studies/", "caseStudies(first: 100)"),
        (
            "/case-studies?point=agile",
            "/case-studies/",
            "caseStudies(first: 100, point: \"agile\")",
        ),
        (
            "/case-studies?search=design",
            "/case-studies/",
            "caseStudies(first: 100, search: \"design\")",
        ),
        (
            "/case-studies?region=london",
            "/case-studies/",
            "caseStudies(first: 100, region: \"london\")",
        ),
        ("/assessments", "/assessments/", "serviceAssessments(first: 100)"),
    ];
    let mut most = 0;
    for (first, things, list) in lists {
        let data = gateway
            .data(
                &format!("{{ list: {list} {{ nodes {{ url }} pageInfo {{ hasNextPage }} }} }}"),
                json!({}),
            )
            .await?;
        ensure!(data["list"]["pageInfo"]["hasNextPage"] == false, "{list} is longer");
        let wanted: Vec<_> = strings(&data["list"]["nodes"], "url")
            .into_iter()
            .map(|url| path_of(&gateway, url).to_owned())
            .collect();
        ensure!(!wanted.is_empty(), "{list} is empty");
        let (found, pages) = walked(&gateway, first, things).await?;
        ensure!(found == wanted, "{first}: {} of {}, in order?", found.len(), wanted.len());
        most = most.max(pages);
    }
    ensure!(most > 3, "no list was long enough to be walked");
    Ok(())
}

#[tokio::test]
async fn one_page_forth_and_one_back_is_where_one_was() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let first = good(&gateway, "/councils").await?;
    ensure!(!first.contains("rel=\"prev\""), "nothing is before the first page");
    let link = |said: &str, rel: &str| {
        let before = said.split(&format!("rel=\"{rel}\"")).next().map(links);
        before.and_then(|mut links| links.pop()).context(rel.to_owned())
    };
    let second = good(&gateway, &link(&first, "next")?).await?;
    let back = good(&gateway, &link(&second, "prev")?).await?;
    let things = |said: &str| -> Vec<String> {
        let all = links(said).into_iter();
        all.filter(|link| link.starts_with("/councils/")).collect()
    };
    ensure!(things(&first) == things(&back) && things(&first) != things(&second));
    Ok(())
}

//! The documents in `docs/`: what they have readers ask, run and look at is there, and their links
//! lead somewhere, here and in the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::{Method, StatusCode};

use crate::written::{ask, blocks, lines, repository};

/// What stands for a gateway's address in documents.
const EXAMPLE: &str = "https://folkmoot.example";
/// Regions that readers add in documents; the demo has another in their place.
const ADDED: [&str; 2] = ["/regions/marches/", "/regions/kent/"];
const THERE: &str = "/regions/london/";
/// What refuses to answer without being told what is wanted.
const WANTS_WORDS: [&str; 3] = ["/graphql", "/oembed", "/regions/london/graphql"];

struct Document {
    /// Such as `regions/live.md`.
    path: PathBuf,
    text: String,
}

impl Document {
    fn shown(&self) -> String {
        format!("docs/{}", self.path.display())
    }

    /// Its lines outside of fenced blocks.
    fn prose(&self) -> impl Iterator<Item = &str> {
        lines(&self.text).filter(|(within, _)| within.is_none()).map(|(_, line)| line)
    }
}

fn documents() -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    let root = repository("docs");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path)?;
                documents.push(Document { path: path.strip_prefix(&root)?.to_owned(), text });
            }
        }
    }
    ensure!(documents.len() >= 10, "documents are missing");
    Ok(documents)
}

#[tokio::test]
async fn every_query_of_the_documents_answers() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut asked = 0;
    for document in documents()? {
        for query in blocks(&document.text, "graphql") {
            ask(&gateway, &query).await.with_context(|| document.shown())?;
            asked += 1;
        }
    }
    ensure!(asked >= 10, "only {asked} queries were found");
    Ok(())
}

#[tokio::test]
async fn every_request_of_the_documents_is_answered() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut sent = 0;
    for document in documents()? {
        for command in commands(&document.text, "curl ") {
            if !command.contains(EXAMPLE) {
                continue;
            }
            let told = || format!("{}: {command}", document.shown());
            let answer = request(&gateway, &command).with_context(told)?.send().await?;
            ensure!(answer.status() == StatusCode::OK, "{}: {}", told(), answer.status());
            let is_graphql = command.contains("/graphql");
            ensure!(!is_graphql || !answer.text().await?.contains("\"errors\""), "{}", told());
            sent += 1;
        }
    }
    ensure!(sent >= 5, "only {sent} requests were found");
    Ok(())
}

/// What the program is told in documents, with `--help` after it: that is printed only if all
/// before it is understood.
#[test]
fn every_command_of_the_documents_is_one_that_the_program_knows() -> Result<()> {
    let mut known = 0;
    let readme = fs::read_to_string(repository("README.md"))?;
    let texts = documents()?.into_iter().map(|document| (document.shown(), document.text));
    for (shown, text) in texts.chain([("README.md".to_owned(), readme)]) {
        for command in commands(&text, "folkmoot ") {
            let mut program = folkmoot();
            program.args(words(&command).into_iter().skip(1)).arg("--help");
            let outcome = Outcome::of(&mut program);
            ensure!(outcome.is_success, "{shown}: {command}: {}", outcome.err);
            known += 1;
        }
    }
    ensure!(known >= 20, "only {known} commands were found");
    Ok(())
}

#[tokio::test]
async fn every_link_of_the_documents_leads_somewhere() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut followed = 0;
    for document in documents()? {
        for link in links(&document) {
            let told = || format!("{}: {link}", document.shown());
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = document.path.parent().unwrap_or(Path::new(""));
            let leads = if path.is_empty() { document.path.clone() } else { folder.join(path) };
            let file = repository("docs").join(&leads);
            ensure!(file.exists(), "{}: there is no such file", told());
            if file.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            followed += 1;
            // What lies elsewhere in the repository is not on the gateway.
            let Some(name) = plain(&leads.with_extension("")) else { continue };
            // As the gateway shows it: pages are named without their extension.
            let address = format!("/docs/{name}");
            let page = gateway.request(Method::GET, &address).send().await?;
            ensure!(page.status() == StatusCode::OK, "{}: {address} {}", told(), page.status());
            if !anchor.is_empty() {
                let has_id = page.text().await?.contains(&format!("id=\"{anchor}\""));
                ensure!(has_id, "{}: {address} has no such heading", told());
                let headings: Vec<_> = anchors(&fs::read_to_string(&file)?);
                ensure!(headings.iter().any(|name| name == anchor), "{}: {headings:?}", told());
            }
        }
    }
    ensure!(followed >= 20, "only {followed} links were found");
    Ok(())
}

#[tokio::test]
async fn every_address_that_the_documents_name_is_there() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut named = 0;
    for document in documents()? {
        for address in document.prose().flat_map(code).filter(|code| is_address(code)) {
            let asked = ADDED.iter().fold(address.to_owned(), |it, added| it.replace(added, THERE));
            let answer = gateway.request(Method::GET, &asked).send().await?;
            let expected = match WANTS_WORDS.contains(&asked.as_str()) {
                true => StatusCode::BAD_REQUEST,
                false => StatusCode::OK,
            };
            let (shown, status) = (document.shown(), answer.status());
            ensure!(status == expected, "{shown}: {address} answers {status}");
            named += 1;
        }
    }
    ensure!(named >= 20, "only {named} addresses were found");
    Ok(())
}

/// The commands in blocks of shell lines that begin so; a backslash carries one on.
fn commands(text: &str, begin: &str) -> Vec<String> {
    let blocks = blocks(text, "sh").map(|block| block.replace("\\\n", " "));
    let all: Vec<_> =
        blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    all.into_iter().filter(|line| line.starts_with(begin)).collect()
}

/// The words of a shell line, up to a comment, a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '|' | '>') if word.is_none() => return words,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The request that a `curl` line makes, sent to this gateway. What it sends as a token is the
/// coordinator's.
fn request(gateway: &Gateway, line: &str) -> Result<reqwest::RequestBuilder> {
    let mut words = words(line).into_iter().skip(1);
    let (mut path, mut headers, mut body, mut to_query) = (None, Vec::new(), None, Vec::new());
    while let Some(word) = words.next() {
        let mut argument = || words.next().with_context(|| format!("{word} has no argument"));
        match word.as_str() {
            "-H" | "--header" => headers.push(argument()?),
            "-d" | "--data" | "--json" => body = Some(argument()?),
            "--data-urlencode" => to_query.push(argument()?),
            "-o" | "--output" => drop(argument()?),
            "-s" | "-sS" | "-f" | "-fsS" | "-i" | "-L" | "-O" | "-G" | "--compressed" => {}
            option if option.starts_with('-') => bail!("{option} is not known here"),
            address => {
                let here = address.replace(EXAMPLE, &gateway.address);
                path = Some(here.replacen(&gateway.address, "", 1));
            }
        }
    }
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let mut request = gateway.request(method, &path.context("there is no address")?);
    let pairs: Vec<_> = to_query.iter().filter_map(|pair| pair.split_once('=')).collect();
    request = request.query(&pairs);
    for header in headers {
        let (name, value) = header.split_once(':').context("a header has a colon")?;
        request = match name.eq_ignore_ascii_case("authorization") {
            true => request.bearer_auth(gateway.token(Role::Coordinator).context("a token")?),
            false => request.header(name, value.trim()),
        };
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body);
    }
    Ok(request)
}

/// Where a document's links within the repository lead.
fn links(document: &Document) -> Vec<String> {
    let within = |line: &str| -> Vec<String> {
        let parts = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        parts.map(|(link, _)| link.to_owned()).collect()
    };
    let is_ours = |link: &String| !link.contains(':') && !link.starts_with('/');
    // A link's text may begin on the line before.
    document.prose().flat_map(within).filter(is_ours).collect()
}

/// A path within `docs/`, without steps back; nothing if they lead out of it.
fn plain(path: &Path) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.iter().map(|part| part.to_string_lossy().into_owned()) {
        match part.as_str() {
            "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The names of a document's headings as the repository's site makes them: letters, digits and
/// hyphens, a hyphen for each space.
fn anchors(text: &str) -> Vec<String> {
    let prose = lines(text).filter(|(within, _)| within.is_none()).map(|(_, line)| line);
    let headings = prose.filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| line.trim_matches('#').trim());
    let letter = |letter: char| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then(|| letter.to_ascii_lowercase()),
    };
    headings.map(|heading| heading.chars().filter_map(letter).collect()).collect()
}

/// What stands between backticks in a line.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// True for a path of the gateway in which nothing is to be filled in.
fn is_address(code: &str) -> bool {
    let path = code.split('?').next().unwrap_or_default();
    let is_open =
        |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_uppercase());
    code.len() > 1
        && code.starts_with('/')
        && !code.contains(|letter: char| letter.is_whitespace() || "…{}<>*$".contains(letter))
        && !path.split(['/', '.']).any(is_open)
}

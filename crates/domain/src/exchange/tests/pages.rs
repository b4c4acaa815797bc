//! Pages of feeds, and what their entries say of their rows.

use super::*;

fn entry(state: &str, data: Value) -> Value {
    json!({"state": state, "kind": "Meetup", "id": ID, "modified": 40, "data": data})
}

fn page(items: &[Value]) -> String {
    json!({"next": "https://kent.example/meetups?afterChange=40", "items": items}).to_string()
}

#[test]
fn pages_come_back_as_they_were_given() {
    let mut deleted = entry("deleted", Value::Null);
    deleted.as_object_mut().expect("an object").remove("data");
    let given = json!({
        "next": "https://kent.example/meetups",
        "items": [entry("updated", meetup()), deleted],
        "license": "https://example.org/licence",
    });
    let page = read_page(given.to_string().as_bytes()).expect("a page");
    assert_eq!(serde_json::to_value(&page).expect("JSON"), given);
    assert_eq!(page.items[0].place(), (40, ID.parse().expect("an id")));
}

#[test]
fn entries_say_what_is_wrong_with_their_row() {
    let told = |entry: Value| {
        let page = read_page(page(&[entry]).as_bytes()).expect("a page");
        let (reference, region) = (reference(), kent());
        let context = ExchangeContext {
            reference: &reference,
            region: &region,
            now: now(),
            system: "changes",
        };
        match page.items[0].row::<Meetup>(&context) {
            Ok(Some(row)) => row.title,
            Ok(None) => "gone".to_owned(),
            Err(bad) => bad.to_string(),
        }
    };
    let of = |member: &str, value: Value| {
        let mut item = meetup();
        item[member] = value;
        entry("updated", item)
    };
    assert_eq!(told(entry("updated", meetup())), "Agile in practice");
    assert_eq!(told(entry("deleted", meetup())), "gone");
    let missing = told(entry("updated", Value::Null));
    assert_eq!(missing, format!("{ID}: data: is missing: an item that is updated has its row"));
    let nil = Uuid::nil();
    let twisted = told(of("id", json!(nil)));
    assert_eq!(twisted, format!("{ID}: data.id: is {nil}, not the item's id"));
    assert!(told(of("id", json!(17))).starts_with(&format!("{ID}: id: ")));
    let named = told(of("attendance", json!("ann@example.org")));
    assert!(named.starts_with(&format!("{ID}: attendance: ")), "{named}");
    assert!(!named.contains("example"), "{named}");
    let mut other = entry("updated", meetup());
    other["kind"] = json!("Offer");
    assert_eq!(told(other), format!("{ID}: kind: is Offer, in a feed of Meetup"));
}

#[test]
fn what_is_no_page_says_where() {
    let mut numbered = entry("deleted", Value::Null);
    numbered["id"] = json!("17");
    let told = |text: &str| read_page(text.as_bytes()).expect_err("no page").to_string();
    let bad = told(&page(&[numbered]));
    assert!(bad.starts_with("it is no page of a change feed (items[0].id: "), "{bad}");
    assert!(told("<html>").ends_with("see the JSON Schema of feeds"));
    let named = told(r#"{"ann@example.org":{"next"#);
    assert!(named.starts_with("it is no page of a change feed (") && !named.contains("example"));
}

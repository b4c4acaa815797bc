//! The JSON Schemas of what regions exchange, derived from the types that read it.

use schemars::{JsonSchema, generate::SchemaSettings};

use super::{AssessmentItem, CaseStudyItem, FeedPage, MeetupItem, OfferItem, RegionCard};

/// The name and the text of each, such as `Meetup` for `Meetup.schema.json`.
pub fn exchange_schemas() -> [(&'static str, String); 6] {
    [
        ("region", schema::<RegionCard>()),
        ("feed", schema::<FeedPage>()),
        ("Meetup", schema::<MeetupItem>()),
        ("CaseStudy", schema::<CaseStudyItem>()),
        ("Offer", schema::<OfferItem>()),
        ("ServiceAssessment", schema::<AssessmentItem>()),
    ]
}

fn schema<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let schema = generator.into_root_schema_for::<T>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema has string keys only");
    format!("{text}\n")
}

//! What the writing of rows needs to know of each table.

use uuid::Uuid;

use crate::{entity, generations::kind, write::Record};

macro_rules! record {
    ($table:ident, $kind:literal, $tag:ident, region: $region:expr, name: $name:expr
        $(, inherit: [$($inherited:ident),*])? $(, ignore: [$($ignored:ident),*])?
        $(; $extra:ident)?) => {
        impl Record for entity::$table::Model {
            const KIND: &'static str = $kind;
            const TAG: &'static str = kind::$tag;

            fn id(&self) -> Uuid {
                self.id
            }

            fn region(&self) -> Uuid {
                let region: fn(&Self) -> Uuid = $region;
                region(self)
            }

            fn name(&self) -> String {
                let name: fn(&Self) -> String = $name;
                name(self)
            }

            fn revision(&self) -> i32 {
                self.revision
            }

            fn stamp(&mut self, revision: i32, change_number: i64) {
                self.revision = revision;
                self.change_number = change_number;
            }

            fn inherit(&mut self, stored: &Self) {
                self.id = stored.id;
                $($(self.$inherited.clone_from(&stored.$inherited);)*)?
            }

            fn is_same(&self, stored: &Self) -> bool {
                let mut twin = self.clone();
                twin.stamp(stored.revision, stored.change_number);
                $($(twin.$ignored = stored.$ignored;)*)?
                twin == *stored
            }

            $(record!(@$extra);)?
        }
    };
    (@keyed) => {
        fn natural_key(&self) -> Option<&str> {
            Some(&self.natural_key)
        }
    };
    (@shared) => {
        fn natural_key(&self) -> Option<&str> {
            Some(&self.natural_key)
        }

        fn is_withdrawn(&self) -> bool {
            self.withdrawn_at.is_some()
        }
    };
}

record!(council, "council", REFERENCE, region: |_| Uuid::nil(), name: |row| row.code.clone());
record!(succession, "succession", REFERENCE, region: |_| Uuid::nil(), name: |row| row.id.to_string());
record!(standard, "standard", REFERENCE, region: |_| Uuid::nil(), name: |row| row.code.clone());
record!(standard_point, "point", REFERENCE, region: |_| Uuid::nil(), name: |row| row.reference.clone());
record!(crosswalk, "crosswalk", REFERENCE, region: |_| Uuid::nil(), name: |row| row.id.to_string());
record!(region, "region", REGISTRY, region: |_| Uuid::nil(), name: |row| row.code.clone());
record!(peer_group, "group", GROUP, region: |row| row.region_id, name: |row| row.slug.clone());
record!(membership, "membership", MEMBERSHIP, region: |row| row.region_id,
    name: |row| row.id.to_string());
record!(series, "series", SERIES, region: |row| row.region_id, name: |row| row.id.to_string());
record!(meetup, "meetup", MEETUP, region: |row| row.region_id,
    name: |row| row.natural_key.clone(),
    inherit: [withdrawn_at, withdrawn_reason], ignore: [received_at]; shared);
record!(case_study, "case_study", CASE_STUDY, region: |row| row.region_id,
    name: |row| row.natural_key.clone(),
    inherit: [withdrawn_at, withdrawn_reason], ignore: [received_at]; shared);
record!(offer, "offer", OFFER, region: |row| row.region_id,
    name: |row| row.natural_key.clone(),
    inherit: [withdrawn_at, withdrawn_reason], ignore: [received_at]; shared);
record!(round, "round", ROUND, region: |row| row.region_id, name: |row| row.natural_key.clone(),
    ignore: [received_at]; keyed);
record!(response, "response", RESPONSE, region: |row| row.region_id, name: |row| row.id.to_string(),
    ignore: [received_at]);
record!(publication, "publication", PUBLICATION, region: |row| row.region_id,
    name: |row| row.id.to_string());
record!(need, "need", NEED, region: |row| row.region_id, name: |row| row.natural_key.clone(),
    ignore: [received_at]; keyed);
record!(topic, "topic", TOPIC, region: |row| row.region_id, name: |row| row.natural_key.clone(),
    ignore: [received_at]; keyed);
record!(introduction, "introduction", INTRODUCTION, region: |row| row.region_id,
    name: |row| row.natural_key.clone(), ignore: [received_at]; keyed);
record!(assessment, "assessment", ASSESSMENT, region: |row| row.region_id,
    name: |row| row.natural_key.clone(),
    inherit: [withdrawn_at, withdrawn_reason], ignore: [received_at]; shared);

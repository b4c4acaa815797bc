//! Services of regions that answer for themselves: where they are, and what was last heard.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use folkmoot_domain::{FeedAddress, LiveService, RegionCard, RegionId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    entity::live_service::Model,
    generations::kind,
    write::{Write, insert_or_update},
};

/// A service and what was last heard of it.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchedService {
    /// The service.
    pub service: LiveService,
    /// When it was last asked who it is.
    pub checked_at: Option<DateTime<Utc>>,
    /// When it last said so.
    pub good_at: Option<DateTime<Utc>>,
    /// How often in a row it did not.
    pub failures: u32,
    /// The card that it last gave.
    pub card: Option<RegionCard>,
    /// What there is to say about it, in sentences.
    pub notes: Vec<String>,
}

/// What came of asking a service who it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// When.
    pub at: DateTime<Utc>,
    /// The card, if it gave one.
    pub card: Option<RegionCard>,
    /// What there is to say about it, in sentences.
    pub notes: Vec<String>,
}

impl Store {
    /// All services, by region.
    pub async fn live_services(&self) -> Result<Vec<WatchedService>, StoreError> {
        let rows: Vec<Model> = self.select("ORDER BY region_id", vec![]).await?;
        rows.into_iter().map(watched).collect()
    }

    /// Gives a region this service, or none. A change counts as one of the registry, so that
    /// every replica hears of it.
    pub async fn set_live_service(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        region: RegionId,
        service: Option<&LiveService>,
    ) -> Result<(), StoreError> {
        let begun = self.begin().await?;
        let tag = (Uuid::nil(), kind::REGISTRY.to_owned());
        let tags = BTreeSet::from([tag.clone()]);
        let transaction = &begun.transaction;
        let mut write =
            Write::locking(self.dialect, transaction, actor, now.timestamp(), &tags).await?;
        let of_region = self.dialect.among("region_id", 1);
        let known: Vec<Model> = write.select(&of_region, vec![self.dialect.ids([region])]).await?;
        let known = known.first().map(|row| (row.address.clone(), row.secret.clone()));
        let wanted = service.map(|service| (service.address.to_string(), service.secret.clone()));
        if known == wanted {
            return begun.roll_back().await;
        }
        let action = match service {
            Some(service) => {
                insert_or_update(transaction, &[row(service)], None).await?;
                "SET"
            }
            None => {
                let sql = format!("DELETE FROM live_service WHERE {of_region}");
                let values = vec![self.dialect.ids([region])];
                transaction.execute_raw(self.dialect.statement(sql, values)).await?;
                "REMOVE"
            }
        };
        write.note_entity(&tag, action, "live_service", region.0, 1);
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(())
    }

    /// Notes what came of asking a service who it is, unless the region has another by now.
    pub async fn note_service(
        &self,
        service: &LiveService,
        checked: &Checked,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE live_service SET checked_at = $2, notes = $3, \
             failures = CASE WHEN $4 = 1 THEN 0 ELSE failures + 1 END, \
             good_at = CASE WHEN $4 = 1 THEN $2 ELSE good_at END, \
             card = CASE WHEN $4 = 1 THEN $5 ELSE card END \
             WHERE {} AND address = $6",
            self.dialect.among("region_id", 1)
        );
        let values = vec![
            self.dialect.ids([service.region]),
            checked.at.timestamp().into(),
            codec::json(&checked.notes).into(),
            i32::from(checked.card.is_some()).into(),
            checked.card.as_ref().map(codec::json).into(),
            service.address.to_string().into(),
        ];
        let begun = self.begin().await?;
        begun.transaction.execute_raw(self.dialect.statement(sql, values)).await?;
        begun.commit().await
    }
}

fn row(service: &LiveService) -> Model {
    Model {
        region_id: service.region.0,
        address: service.address.to_string(),
        secret: service.secret.clone(),
        checked_at: None,
        good_at: None,
        failures: 0,
        card: None,
        notes: "[]".to_owned(),
    }
}

fn watched(row: Model) -> Result<WatchedService, StoreError> {
    let read = Reading { table: "live_service", row: row.region_id };
    let instant = |column, at: Option<i64>| at.map(|at| read.instant(column, at)).transpose();
    Ok(WatchedService {
        service: LiveService {
            region: RegionId(row.region_id),
            address: FeedAddress::parse(&row.address).map_err(|_| read.corrupt("address"))?,
            secret: row.secret,
        },
        checked_at: instant("checked_at", row.checked_at)?,
        good_at: instant("good_at", row.good_at)?,
        failures: read.number("failures", row.failures)?,
        card: row.card.map(|text| read.json("card", &text)).transpose()?,
        notes: read.json("notes", &row.notes)?,
    })
}

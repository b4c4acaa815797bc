//! Regions that answer for themselves: where a service is, and a look at it before it is added.

use anyhow::{Result, bail};
use folkmoot_domain::{
    LiveService, Membership, PeerGroup, Reference, Region, RegionCard, read_groups,
};
use folkmoot_federation::{Clock, Live, LiveOptions, ReferenceCache};
use folkmoot_store::Store;
use uuid::Uuid;

use crate::{config::Config, live};

/// Asks a service who it is. What makes it no service of this region is told with what to do.
pub(super) async fn looked_at(
    service: &LiveService,
    region: &Region,
    store: &Store,
    config: &Config,
) -> Result<RegionCard> {
    let secret = service.secret.as_deref();
    let token = secret.and_then(|name| (live::secrets())(name));
    if let (Some(name), None) = (secret, &token) {
        bail!(
            "the secret {name} is not set here, so that the service cannot be asked: set it, or \
             add --unchecked"
        );
    }
    // Nobody's question: this command is not a gateway that others ask.
    let options = LiveOptions::new(Uuid::nil(), Clock::system());
    let reference = ReferenceCache::new(store.clone(), &config.standards.default);
    let client = live::client(config)?;
    let asked = Live::new(client, region.id, service.address.clone(), token, reference, options);
    let card = match asked.ask_card().await {
        Ok(card) => card,
        Err((_, reason)) => bail!(
            "{} gave no card: {reason}. Nothing was changed; to do it without a look, add \
             --unchecked",
            service.address
        ),
    };
    if !region.is_called(&card.code) {
        bail!(
            "the service at {} calls itself \"{}\", not {}: correct its card, or the code here",
            service.address,
            card.code,
            region.code
        );
    }
    Ok((*card).clone())
}

/// The groups and members of a card, for a region that is being added.
pub(super) fn groups(
    card: &RegionCard,
    reference: &Reference,
    region: &Region,
) -> (Vec<PeerGroup>, Vec<Membership>) {
    let (groups, members, faults) = read_groups(card, reference, region, Clock::system().now());
    for fault in faults {
        say!("  left out of its card: {fault}");
    }
    (groups, members)
}

/// What `region list` says of the service of a region.
pub(super) async fn list_line(store: &Store, region: &Region) -> Result<Option<String>> {
    let services = store.live_services().await?;
    let Some(watched) = services.into_iter().find(|one| one.service.region == region.id) else {
        return Ok(None);
    };
    let heard = match (watched.good_at, watched.failures) {
        (None, _) => "never answered".to_owned(),
        (Some(at), 0) => format!("answered {}", at.format("%-d %B %Y, %H:%M UTC")),
        (Some(at), _) => format!("last answered {}", at.format("%-d %B %Y, %H:%M UTC")),
    };
    let notes: String = watched.notes.iter().map(|note| format!("; {note}")).collect();
    Ok(Some(format!("{:16} asked at {} · {heard}{notes}", "", watched.service.address)))
}

//! Where a row came from.

use async_graphql::Object;
use folkmoot_domain::{self as domain, RegionId};

use crate::{asked::asked, scalars::DateTime};

/// Where a row came from.
pub(crate) struct Provenance {
    pub(crate) region: RegionId,
    pub(crate) of: domain::Provenance,
}

/// Where a row came from and when, so that readers can judge it.
#[Object]
impl Provenance {
    /// The code of the region that owns it.
    async fn region(&self, ctx: &async_graphql::Context<'_>) -> String {
        let region = asked(ctx).reference.region(self.region);
        region.map(|region| region.code.to_string()).unwrap_or_default()
    }

    /// The system it was read from: `import`, `demo`, or a feed's name.
    async fn system(&self) -> &str {
        &self.of.system
    }

    /// When it was read.
    async fn received_at(&self) -> DateTime {
        DateTime(self.of.received_at)
    }

    /// True for made-up rows, such as those of the demo.
    async fn synthetic(&self) -> bool {
        self.of.synthetic
    }

    /// The licence under which the region shares it, such as `OGL-UK-3.0`, where it says.
    async fn licence(&self, ctx: &async_graphql::Context<'_>) -> Option<String> {
        asked(ctx).reference.region(self.region)?.licence.clone()
    }

    /// Whom to credit, where the region says.
    async fn attribution(&self, ctx: &async_graphql::Context<'_>) -> Option<String> {
        asked(ctx).reference.region(self.region)?.attribution.clone()
    }
}

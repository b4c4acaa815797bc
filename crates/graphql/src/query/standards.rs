//! Standards and points at the root.

use async_graphql::{Context, Object, Result};

use crate::{
    asked::asked,
    connection::plain_list,
    scalars::PointRef,
    types::{Standard, StandardPoint},
};

/// Standards at the root.
#[derive(Default)]
pub(crate) struct StandardQueries;

#[Object]
impl StandardQueries {
    /// Every version of every standard that councils assess themselves against, the oldest
    /// first.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn standards(&self, ctx: &Context<'_>) -> Vec<Standard> {
        let reference = &asked(ctx).reference;
        let standards = reference.standards().iter();
        standards.map(|one| Standard { reference: reference.clone(), id: one.id }).collect()
    }

    /// The point with this label or reference.
    async fn point(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "Such as `agile` or `lgdss-2016/3`.")] reference: PointRef,
    ) -> Option<Result<StandardPoint>> {
        let asked = asked(ctx);
        let found = asked.point(&reference);
        Some(found.map(|point| StandardPoint { reference: asked.reference.clone(), id: point.id }))
    }
}

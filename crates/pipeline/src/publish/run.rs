//! The job that carries releases out, one after the other.

use kairan_db::releases::{self, Release, ReleaseState};
use kairan_delivery::crash;

use super::spool::Spool;
use super::{Options, apply, render, upload};
use crate::context::{Context, blocking};
use crate::{Error, Result, transaction};

/// Carries out every release that waits, oldest first. A release that cannot be applied or rendered is given up
/// with its reason, and the next one follows; what the store or the database does not take is tried again.
///
/// # Errors
/// Those of the database and the store.
pub(crate) async fn release(ctx: &Context) -> Result<()> {
    loop {
        let waiting = ctx.read(releases::unfinished).await?;
        let next = waiting
            .into_iter()
            .find(|one| one.state < ReleaseState::Verifying);
        let Some(next) = next else {
            return Ok(());
        };
        match carry_out(ctx, &next).await {
            Err(error) if is_final(&error) => give_up(ctx, &next, &error).await?,
            result => result?,
        }
    }
}

/// Whether trying again would only fail again: a broken template, damaged data.
fn is_final(error: &Error) -> bool {
    matches!(
        error,
        Error::Site(kairan_site::Error::Theme(_) | kairan_site::Error::Json(_))
            | Error::Stored { .. }
            | Error::Refused(_)
    )
}

async fn give_up(ctx: &Context, release: &Release, error: &Error) -> Result<()> {
    tracing::error!(release = release.id, %error, "release given up");
    let (id, reason, now) = (release.id, error.to_string(), ctx.clock.now());
    ctx.write(move |c| releases::set_state(c, id, ReleaseState::Failed, Some(&reason), now))
        .await
}

async fn carry_out(ctx: &Context, release: &Release) -> Result<()> {
    let options: Options =
        serde_json::from_str(&release.options).map_err(|source| Error::Stored {
            what: "公開処理",
            source,
        })?;
    if release.state == ReleaseState::Planned {
        let (ctx, release) = (ctx.clone(), release.clone());
        blocking(move || {
            let now = ctx.clock.now();
            transaction::write(&ctx.db, |c| apply::apply(c, &ctx, &release, now))
        })
        .await?;
        crash::point("planned");
    }
    let mut bytes = Spool::default();
    if release.state < ReleaseState::Uploading {
        let (ctx, release) = (ctx.clone(), release.clone());
        bytes = blocking(move || render::render(&ctx, &release, &options)).await?;
        crash::point("rendered");
    }
    upload::upload(ctx, release, options, bytes).await?;
    crash::point("uploaded");
    Ok(())
}

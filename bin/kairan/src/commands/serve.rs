//! `kairan serve` and `kairan work`.

use std::path::Path;

use anyhow::{Context as _, Result};
use kairan_web::Serve;
use tokio::{runtime::Runtime, sync::watch};

use crate::cli::{Role, ServeArgs};
use crate::config::Config;
use crate::output::{self, Outcome};
use crate::{setup, site};

pub(super) fn run(config: &Path, arguments: &ServeArgs) -> Result<Outcome> {
    let config = Config::load(config)?;
    let has = |role| arguments.only.is_empty() || arguments.only.contains(&role);
    let bind = match arguments.bind {
        Some(bind) => bind,
        None => config.server.bind.parse().with_context(|| {
            format!(
                "[server] bind の「{}」を読めません。127.0.0.1:8080 のように書いてください",
                config.server.bind
            )
        })?,
    };
    Runtime::new()?.block_on(async {
        let context = setup::context(&config).await?;
        let pages = has(Role::Public) || has(Role::Admin);
        let serve = Serve {
            static_site: setup::folder_of(&config, &config.storage.url)
                .filter(|_| has(Role::Public)),
            my: has(Role::Public),
            admin: has(Role::Admin),
            api: has(Role::Public),
            dev_outbox: None,
        };
        let finder = has(Role::Admin).then(|| config.path("var/finder"));
        let sign_on = match has(Role::Admin) {
            true => config.sign_on()?,
            false => None,
        };
        let works = has(Role::Work)
            .then(|| setup::works(&config, &context))
            .transpose()?;
        let server = pages
            .then(|| site::start(&context, serve, &config.line.secret, finder, sign_on, bind))
            .transpose()?;
        if let Some(server) = &server {
            output::note(format_args!(
                "http://{}/ で待ち受けています。Ctrl-C で終わります。",
                server.address
            ));
        }
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(async move {
            if let Some(works) = works {
                works.run(stopped).await;
            }
        });
        site::interrupted().await?;
        let _ = stop.send(true);
        if let Some(server) = server {
            server.stop().await?;
        }
        working.await?;
        Ok(Outcome::Fine)
    })
}

pub(super) fn work(config: &Path, drain: bool) -> Result<Outcome> {
    let config = Config::load(config)?;
    Runtime::new()?.block_on(async {
        let context = setup::context(&config).await?;
        let works = setup::works(&config, &context)?;
        if drain {
            works.drain().await?;
            return Ok(Outcome::Fine);
        }
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(async move { works.run(stopped).await });
        site::interrupted().await?;
        let _ = stop.send(true);
        working.await?;
        Ok(Outcome::Fine)
    })
}

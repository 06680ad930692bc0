//! `kairan publish`: asks for a publication, and with `--wait` sees it through.

use std::{
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use kairan_db::releases::ReleaseState;
use kairan_pipeline::{
    Context, Works,
    publish::{self, Progress, PublishOptions, What},
};
use kairan_web::{Running, Serve};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::cli::PublishArgs;
use crate::config::Config;
use crate::output::{self, Format, Outcome};
use crate::progress::Steps;
use crate::{setup, site};

/// After so long without any step forward, waiting ends; the work itself goes on later.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn run(config: &Path, arguments: &PublishArgs, format: Format) -> Result<Outcome> {
    let config = Config::load(config)?;
    Runtime::new()?.block_on(async {
        let context = setup::context(&config).await?;
        let what = if arguments.all {
            What::All
        } else {
            What::Documents(arguments.documents.clone())
        };
        let options = PublishOptions {
            no_notice: arguments.no_notice,
            by: "cli".to_owned(),
        };
        let release = match &arguments.emergency_without_verify {
            Some(reason) => {
                let documents = arguments.documents.clone();
                publish::emergency(&context, documents, reason, &options.by).await?
            }
            None => publish::request(&context, what, options).await?,
        };
        if arguments.wait {
            let works = setup::works(&config, &context)?;
            let local = local_server(&config, &context)?;
            let waited = see_through(&context, &works, release).await;
            if let Some(server) = local {
                server.stop().await?;
            }
            waited?;
        }
        let progress = publish::progress(&context, release).await?;
        match format {
            Format::Json => output::json(&as_json(&progress))?,
            Format::Text => print(&progress, arguments.wait),
        }
        let failed = progress.state == ReleaseState::Failed;
        Ok(Outcome::problems(failed || !progress.skipped.is_empty()))
    })
}

/// Works in this process until the release is verified and its notices have left, or nothing moves any more.
/// Another worker may take a part of the work meanwhile.
pub(super) async fn see_through(
    context: &Context,
    works: &Works,
    release: i64,
) -> Result<Progress> {
    let mut steps = Steps::new();
    let mut last: Option<Progress> = None;
    let mut moved = Instant::now();
    loop {
        // The bars move while the work is done.
        let mut working = std::pin::pin!(works.drain());
        let worked = loop {
            tokio::select! {
                worked = &mut working => break worked,
                () = tokio::time::sleep(LOOK) => steps.show(&publish::progress(context, release).await?),
            }
        };
        let progress = publish::progress(context, release).await?;
        steps.show(&progress);
        if progress.state.is_finished() {
            // The pages are published, whatever the relay says: what could not be sent waits for the next work.
            if let Err(error) = worked {
                output::note(format_args!("お知らせはまだ送れていません: {error:#}"));
            }
            return Ok(progress);
        }
        worked?;
        if last.as_ref() != Some(&progress) {
            moved = Instant::now();
            last = Some(progress);
        } else if moved.elapsed() > PATIENCE {
            bail!(
                "公開 {release} は「{}」から進みません{}。原因を除いて kairan work を動かすと、続きから進みます",
                state(progress.state),
                progress
                    .error
                    .map(|error| format!("（{error}）"))
                    .unwrap_or_default()
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Verification reads the public address. Where the site is a folder on this machine that nobody serves yet, this
/// process serves it for as long as the command takes.
fn local_server(config: &Config, context: &Context) -> Result<Option<Running>> {
    let Some(folder) = setup::folder_of(config, &config.storage.url) else {
        return Ok(None);
    };
    let public = config.public_url();
    let url = url::Url::parse(&public)?;
    let port = url.port_or_known_default().unwrap_or(80);
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let addresses: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map(Iterator::collect)
        .unwrap_or_default();
    let Some(address) = addresses.iter().find(|address| address.ip().is_loopback()) else {
        return Ok(None);
    };
    let answers = |address| TcpStream::connect_timeout(address, Duration::from_secs(1)).is_ok();
    if addresses.iter().any(answers) {
        return Ok(None);
    }
    let serve = Serve {
        static_site: Some(folder),
        ..Serve::default()
    };
    site::start(context, serve, "", None, None, *address).map(Some)
}

fn print(progress: &Progress, waited: bool) {
    for skipped in &progress.skipped {
        output::line(format_args!(
            "公開しません: {}（{}）: {}",
            skipped.title, skipped.document, skipped.reason
        ));
    }
    if !waited {
        output::line(format_args!(
            "公開 {} を受け付けました。kairan serve か kairan work が動いていれば公開されます。",
            progress.release
        ));
        return;
    }
    output::line(format_args!(
        "公開 {}: {}。{} 個のファイルを送り、{} 件の文書を公開アドレスで確かめました。お知らせ {} 件。",
        progress.release,
        state(progress.state),
        progress.uploaded,
        progress.verified,
        progress.notices
    ));
    if let Some(error) = &progress.error {
        output::line(format_args!("  {error}"));
    }
}

fn as_json(progress: &Progress) -> Value {
    let skipped: Vec<Value> = progress
        .skipped
        .iter()
        .map(|one| json!({"document": one.document, "title": one.title, "reason": one.reason}))
        .collect();
    json!({
        "release": progress.release,
        "state": progress.state.as_str(),
        "rendered": progress.rendered,
        "to_render": progress.to_render,
        "uploaded": progress.uploaded,
        "to_upload": progress.to_upload,
        "verified": progress.verified,
        "to_verify": progress.to_verify,
        "notices": progress.notices,
        "skipped": skipped,
        "error": progress.error,
    })
}

/// The state in words.
fn state(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Planned => "待機中",
        ReleaseState::Rendering => "作成中",
        ReleaseState::Uploading => "送信中",
        ReleaseState::Verifying => "公開アドレスで確認中",
        ReleaseState::Live => "公開済み",
        ReleaseState::Notified => "公開・通知済み",
        ReleaseState::Failed => "失敗",
    }
}

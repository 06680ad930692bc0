//! `kairan demo`: the whole of Kairan with an example city, in one folder, on this machine alone.

mod citizens;
mod place;
mod staff;

use anyhow::{Result, bail};
use kairan_db::citizens::Format as FileFormat;
use kairan_db::releases;
use kairan_pipeline::{
    Context, Works,
    import::{self as importing, Screens},
    publish::{self, PublishOptions, What},
};
use kairan_web::Serve;
use tokio::{runtime::Runtime, sync::watch};

use self::place::Place;
use super::citizen;
use super::publish::see_through;
use crate::cli::DemoArgs;
use crate::config::Config;
use crate::folder::FolderSource;
use crate::output::{self, Outcome};
use crate::{setup, site};

/// People of the example city who have registered.
const CITIZENS: usize = 500;

pub(super) fn run(arguments: &DemoArgs) -> Result<Outcome> {
    let place = Place::prepare(&arguments.dir, arguments.port)?;
    // Nothing from the environment: everything stays in the folder.
    let config = Config::from_file(&place.config())?;
    Runtime::new()?.block_on(async {
        let context = setup::context(&config).await?;
        let serve = Serve {
            static_site: setup::folder_of(&config, &config.storage.url),
            my: true,
            admin: true,
            api: true,
            dev_outbox: setup::folder_of(&config, &config.mail.url),
        };
        let server = site::start(
            &context,
            serve,
            "",
            Some(config.path("var/finder")),
            config.sign_on()?,
            place.address(),
        )?;
        let works = setup::works(&config, &context)?;
        tokio::select! {
            filled = fill(&context, &config, &works) => filled?,
            stopped = site::interrupted() => {
                stopped?;
                server.stop().await?;
                return Ok(Outcome::Fine);
            }
        }
        greet(&place);
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(async move { works.run(stopped).await });
        site::interrupted().await?;
        output::note("終わります。続きは同じコマンドで始められます。");
        let _ = stop.send(true);
        server.stop().await?;
        working.await?;
        Ok(Outcome::Fine)
    })
}

/// Documents, people, publication; each step does only what is left to do.
async fn fill(context: &Context, config: &Config, works: &Works) -> Result<()> {
    output::note("みのり市（架空の市）を用意しています…");
    // After the first publication the screens have the word; the folder comes in by `kairan import`.
    if context.db.read(|c| releases::list(c, None, 1))?.is_empty() {
        let source = FolderSource::open(&config.folder())?;
        let report = importing::import(context, &source, "demo", Screens::Keep).await?;
        output::note(format_args!(
            "  文書: 新しい {} 件、変更 {} 件、そのまま {} 件",
            report.added, report.changed, report.unchanged
        ));
    }
    let today = context.clock.now_jst().date();
    let people = citizens::generate(CITIZENS, today);
    match tokio::task::block_in_place(|| {
        citizen::load(context, &people, FileFormat::JsonLines, false)
    })? {
        Ok(loaded) => output::note(format_args!("  登録者: {} 人", loaded["rows"])),
        Err(problems) => {
            let first = problems
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            bail!(
                "登録者を用意できません。profile.yaml を変えたときは、フォルダーを消してやり直してください（{first}）"
            )
        }
    }
    tokio::task::block_in_place(|| staff::employ(context))?;
    let options = PublishOptions {
        no_notice: false,
        by: "demo".to_owned(),
    };
    let release = publish::request(context, What::All, options).await?;
    let progress = see_through(context, works, release).await?;
    if let Some(error) = progress.error {
        bail!("公開できません: {error}");
    }
    Ok(())
}

fn greet(place: &Place) {
    let url = place.url();
    output::line(format_args!(
        "
みのり市のサイトができました。

  サイト        {url}
  児童手当      {url}articles/jido-teate/
  登録する      {url}my/register
  職員の画面    {url}admin/
  届いたもの    {url}dev/outbox
  API           {url}api/v1/articles

職員のログイン（パスワードはどれも {password}、確認コードは画面に出ます）:
{staff}

次に試すこと（別の画面で）:
  1. {url}my/register で登録し、{url}dev/outbox に届いた確認メールを開く
  2. {dir}/content/articles/jido-teate.md の notice の round を 2 にして
       kairan import {dir} --config {config}
       kairan publish jido-teate --wait --config {config}
       kairan notice status jido-teate --config {config}
  3. なぜ届いたかを見る
       kairan audience explain --citizen {citizen} --document jido-teate --config {config}

すべて {dir} の中にあります。Ctrl-C で終わります。",
        password = staff::PASSWORD,
        staff = staff::lines(),
        dir = place.dir().display(),
        config = place.config().display(),
        citizen = citizens::key(0),
    ));
}

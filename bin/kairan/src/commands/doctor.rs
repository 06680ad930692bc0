//! `kairan doctor`: settings and everything they point to, each with what to do about it.

use std::{net::ToSocketAddrs, path::Path, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use kairan_db::SchemaState;
use kairan_delivery::{
    line::LineClient,
    smtp::{Relay, SmtpSession},
};
use serde::Serialize;

use crate::config::Config;
use crate::output::{self, Format, Outcome};
use crate::setup;

/// How long a server may take that has no timeout of its own.
const TIMEOUT: Duration = Duration::from_secs(5);

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    name: &'static str,
    ok: bool,
    /// What was found, or what is wrong and what to do.
    message: String,
}

pub(super) fn run(config: &Path, format: Format) -> Result<Outcome> {
    let config = Config::load(config)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let findings = [
        finding(
            "設定",
            Ok(format!("{}（{}）", config.site.title, config.site.url)),
        ),
        finding("データベース", database(&config)),
        finding("鍵", setup::keys(&config).map(|_| config.keys.file.clone())),
        finding("公開先", runtime.block_on(storage(&config))),
        finding("メール", runtime.block_on(mail(&config))),
        finding("LINE", runtime.block_on(line(&config))),
        finding("庁内アカウント", runtime.block_on(sso(&config))),
        finding("サイトのアドレス", runtime.block_on(site(&config))),
    ];
    let problems = findings.iter().any(|finding| !finding.ok);
    match format {
        Format::Json => output::json(&findings)?,
        Format::Text => {
            for Finding { name, ok, message } in &findings {
                output::line(format_args!(
                    "{} {name}: {message}",
                    if *ok { "○" } else { "×" }
                ));
            }
        }
    }
    // A lookup that hangs must not keep the program from ending.
    runtime.shutdown_background();
    Ok(Outcome::problems(problems))
}

fn finding(name: &'static str, found: Result<String>) -> Finding {
    match found {
        Ok(message) => Finding {
            name,
            ok: true,
            message,
        },
        Err(error) => Finding {
            name,
            ok: false,
            message: format!("{error:#}"),
        },
    }
}

fn database(config: &Config) -> Result<String> {
    let db = setup::connect(config)?;
    Ok(match db.schema_state()? {
        SchemaState::Current => "つながり、この版の形になっています".to_owned(),
        SchemaState::Behind(missing) => bail!(
            "更新が {} 件残っています。kairan migrate を実行してください",
            missing.len()
        ),
        SchemaState::Ahead(version) => {
            bail!(
                "新しい版の Kairan で更新されています（{version}）。プログラムを新しくしてください"
            )
        }
    })
}

async fn storage(config: &Config) -> Result<String> {
    let store = kairan_storage::open(&config.address(&config.storage.url)).await?;
    store.head("index.html").await?;
    Ok(format!("{} を読めます", store.place()))
}

async fn mail(config: &Config) -> Result<String> {
    let address = &config.mail.url;
    if address.starts_with("file:") {
        return Ok(format!("送らずに {} に書きます", config.address(address)));
    }
    let mut relay = Relay::parse(address).context(
        "[mail] url を読めません。smtp://ホスト:25 か smtps://ホスト:465 の形で書いてください",
    )?;
    relay.timeouts.connect = TIMEOUT;
    relay.timeouts.command = TIMEOUT;
    let shown = format!("{}:{}", relay.host, relay.port);
    let session = SmtpSession::open(&relay).await.with_context(|| {
        format!("メールサーバー {shown} につながりません。動いているか、[mail] url と通信の設定を確かめてください")
    })?;
    session.quit().await;
    Ok(format!("{shown} につながります"))
}

async fn line(config: &Config) -> Result<String> {
    let Some(address) = &config.line.api_url else {
        return Ok("使いません（[line] api_url がありません）".to_owned());
    };
    if address.starts_with("file:") {
        return Ok(format!("送らずに {} に書きます", config.address(address)));
    }
    if config.line.token.is_empty() {
        bail!("チャネルアクセストークンがありません。KAIRAN_LINE_TOKEN に指定してください");
    }
    let timeout = Duration::from_secs(config.line.timeout).min(TIMEOUT);
    let client = LineClient::new(address, &config.line.token, timeout)
        .context("[line] api_url を使えません。https://api.line.me の形で書いてください")?;
    let quota = client.quota().await.with_context(|| {
        format!("{address} に聞けません。トークンと通信の設定を確かめてください")
    })?;
    Ok(match quota.limit {
        Some(limit) => format!("今月は {limit} 通のうち {} 通を使っています", quota.used),
        None => format!("今月は {} 通を送りました（上限なし）", quota.used),
    })
}

async fn sso(config: &Config) -> Result<String> {
    let Some(sign_on) = config.sign_on()? else {
        return Ok("使いません（[sso] issuer がありません）".to_owned());
    };
    let issuer = config.sso.issuer.as_deref().unwrap_or_default();
    sign_on.check().await.map_err(|reason| {
        anyhow!("認証サーバー {issuer} を使えません（{reason}）。[sso] issuer と通信の設定を確かめてください")
    })?;
    Ok(format!(
        "認証サーバー {issuer} を使えます。戻り先として {} を登録してください",
        sign_on.redirect()
    ))
}

async fn site(config: &Config) -> Result<String> {
    let address = config.public_url();
    let url = url::Url::parse(&address).with_context(|| {
        format!("{address} を URL として読めません。https:// から書いてください")
    })?;
    let answer = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .build()?
        .get(url.clone())
        .send()
        .await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(format!("{address} を読めます")),
        Ok(answer) => bail!(
            "{address} は {} を返しました。まだ公開していなければ kairan publish --all を、そうでなければ [site] url を確かめてください",
            answer.status().as_u16()
        ),
        Err(error) if nothing_resolves(&url) => {
            bail!("{address} の名前を引けません（{error}）。[site] url を確かめてください")
        }
        Err(_) => bail!(
            "{address} に届きません。kairan serve か、公開先の Web サーバーが動いているかを確かめてください"
        ),
    }
}

fn nothing_resolves(url: &url::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    (host, url.port_or_known_default().unwrap_or(80))
        .to_socket_addrs()
        .is_err()
}

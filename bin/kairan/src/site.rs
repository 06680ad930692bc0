//! The web server of this process.

use std::{io, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, Result};
use kairan_pipeline::Context;
use kairan_web::{App, Running, Serve, SignOn};

/// Starts the server, with LINE's webhook where there is a secret, full text for staff where there is a folder, and single sign-on where there is a provider; it answers from when this returns.
pub(crate) fn start(
    context: &Context,
    serve: Serve,
    line_secret: &str,
    finder: Option<PathBuf>,
    sign_on: Option<SignOn>,
    bind: SocketAddr,
) -> Result<Running> {
    let mut app = App::new(context.clone(), serve)?;
    if !line_secret.is_empty() {
        app = app.with_line(line_secret);
    }
    if let Some(folder) = finder {
        app = app.with_finder(folder);
    }
    if let Some(sign_on) = sign_on {
        app = app.with_sign_on(sign_on);
    }
    kairan_web::serve(app, bind).with_context(|| {
        format!("{bind} で待ち受けられません。ほかのプログラムが使っていないか確かめ、--bind で別のアドレスを指定してください")
    })
}

/// Waits for Ctrl-C or for the system to end the program.
pub(crate) async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

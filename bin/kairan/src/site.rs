//! The web server of this process.

use std::{io, net::SocketAddr};

use anyhow::{Context as _, Result};
use kairan_pipeline::Context;
use kairan_web::{App, Running, Serve};

/// Starts the server; it answers from when this returns.
pub(crate) fn start(context: &Context, serve: Serve, bind: SocketAddr) -> Result<Running> {
    kairan_web::serve(App::new(context.clone(), serve)?, bind).with_context(|| {
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

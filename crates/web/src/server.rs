//! Listening.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as Service, HttpServer};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::dress::dress;
use crate::routes;

/// A server at work.
pub struct Running {
    /// Where it listens; with the port it was given where 0 was asked for.
    pub address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Takes no more requests, ends those that are under way, and returns.
    ///
    /// # Errors
    /// Where the server had broken down.
    pub async fn stop(self) -> io::Result<()> {
        self.handle.stop(true).await;
        self.wait().await
    }

    /// Returns when the server has ended.
    ///
    /// # Errors
    /// Where it broke down.
    pub async fn wait(self) -> io::Result<()> {
        self.task.await.map_err(io::Error::other)?
    }
}

/// Listens at `bind` (port 0: any free one) until it is stopped. Signals are the caller's. To be called in a tokio runtime.
///
/// # Errors
/// Where the address cannot be had.
pub fn serve(app: App, bind: SocketAddr) -> io::Result<Running> {
    let listener = TcpListener::bind(bind)?;
    let address = listener.local_addr()?;
    if app.serve.admin {
        // An index that was lost is made again before anybody searches.
        let catching_up = Arc::clone(&app.staff_finder).catch_up(app.ctx.clone());
        tokio::spawn(async move {
            if let Err(error) = catching_up.await {
                tracing::warn!(%error, "the search index of staff is not up to date");
            }
        });
    }
    let server = HttpServer::new(move || {
        let app = app.clone();
        Service::new()
            .configure(|config| routes::configure(config, app))
            .wrap(Compress::default())
            .wrap(from_fn(dress))
    })
    // A file's head and body leave in two writes: without this the second waits 40 ms for the reader's acknowledgement.
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(10)
    .listen(listener)?
    .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    Ok(Running {
        address,
        handle,
        task,
    })
}

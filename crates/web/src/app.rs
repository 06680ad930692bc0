//! What every handler works with.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use kairan_content::SiteData;
use kairan_db::staff::Account;
use kairan_pipeline::Context;
use kairan_pipeline::catalogue::DbCatalogue;
use kairan_site::Catalogue;

use crate::admin::{Languages, StaffFinder};
use crate::error::{Error, Result};
use crate::limit::Limiter;
use crate::metrics::Metrics;
use crate::sign_on::SignOn;

/// Opens the published documents as of now. Called on a thread that may wait; the catalogue never leaves it.
pub type Catalogues =
    Arc<dyn Fn() -> std::result::Result<Box<dyn Catalogue>, kairan_pipeline::Error> + Send + Sync>;

/// What this process answers to.
#[derive(Debug, Clone, Default)]
pub struct Serve {
    /// The folder the site is published into, to be served at `/`.
    pub static_site: Option<PathBuf>,
    /// `/my/…`
    pub my: bool,
    /// `/admin/…`
    pub admin: bool,
    /// `/api/v1/…` and `/search`
    pub api: bool,
    /// The folder mails and LINE messages are written into, to be read at `/dev/outbox`. For demos only: it shows
    /// everybody's mail to anybody.
    pub dev_outbox: Option<PathBuf>,
}

/// The site data as last read, under its hash.
type KnownSite = Option<(String, Arc<SiteData>)>;

/// The web application. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Database, store, keys, clock, theme, addresses.
    pub ctx: Context,
    /// What is served.
    pub serve: Serve,
    pub(crate) catalogues: Catalogues,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) languages: Arc<Languages>,
    pub(crate) views: Arc<Limiter>,
    pub(crate) staff_finder: Arc<StaffFinder>,
    /// The secret of the city's LINE channel, by which its webhook is known to be LINE's.
    pub(crate) line_secret: Option<Arc<str>>,
    /// The city's OpenID provider, where staff log in there.
    sign_on: Option<Arc<SignOn>>,
    site: Arc<Mutex<KnownSite>>,
    pub(crate) rules: Arc<Mutex<Option<Arc<crate::api::Rules>>>>,
}

impl App {
    /// An application over the published documents in the database.
    ///
    /// # Errors
    /// Never in a released binary: the tests compile the screens.
    pub fn new(ctx: Context, serve: Serve) -> Result<Self> {
        let own = ctx.clone();
        let open = move || -> std::result::Result<Box<dyn Catalogue>, kairan_pipeline::Error> {
            Ok(Box::new(DbCatalogue::open(&own)?))
        };
        Self::with_catalogues(ctx, serve, Arc::new(open))
    }

    /// An application over the published documents that `catalogues` opens.
    ///
    /// # Errors
    /// As [`App::new`].
    pub fn with_catalogues(ctx: Context, serve: Serve, catalogues: Catalogues) -> Result<Self> {
        Ok(Self {
            ctx,
            serve,
            catalogues,
            metrics: Arc::default(),
            limiter: Arc::default(),
            languages: Arc::new(Languages::embedded()?),
            views: Arc::new(Limiter::of_looks()),
            staff_finder: Arc::default(),
            line_secret: None,
            sign_on: None,
            site: Arc::default(),
            rules: Arc::default(),
        })
    }

    /// The same with full text for staff, indexed in this folder of this machine.
    #[must_use]
    pub fn with_finder(mut self, folder: PathBuf) -> Self {
        self.staff_finder = Arc::new(StaffFinder::new(Some(folder)));
        self
    }

    /// The same with LINE's webhook, known by the channel's secret.
    #[must_use]
    pub fn with_line(mut self, secret: &str) -> Self {
        self.line_secret = Some(secret.into());
        self
    }

    /// The same with single sign-on for staff.
    #[must_use]
    pub fn with_sign_on(mut self, sign_on: SignOn) -> Self {
        self.sign_on = Some(Arc::new(sign_on));
        self
    }

    /// The city's provider, where there is one.
    pub(crate) fn sign_on(&self) -> Option<&SignOn> {
        self.sign_on.as_deref()
    }

    /// Whether a password opens this account: where single sign-on is required, those of administrators alone.
    pub(crate) fn takes_password(&self, account: &Account) -> bool {
        let required = self.sign_on().is_some_and(|sso| sso.settings.required);
        !required || account.is_administrator()
    }

    /// Settings, taxonomy and profile as last imported. Asks the database for the hash alone where nothing changed.
    pub(crate) async fn site(&self) -> Result<Arc<SiteData>> {
        let slot = Arc::clone(&self.site);
        let known = slot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let hash = known.as_ref().map(|(hash, _)| hash.clone());
        let fresh = self
            .ctx
            .read(move |c| {
                let current = kairan_db::site::current_hash(c)?.map(|(_, hash)| hash);
                if current.is_some() && current == hash {
                    return Ok(None);
                }
                kairan_db::site::current(c).map(Some)
            })
            .await?;
        match (fresh, known) {
            (None, Some((_, site))) => Ok(site),
            (Some(Some(revision)), _) => {
                let site: Arc<SiteData> = Arc::new(
                    serde_json::from_str(&revision.data)
                        .map_err(|error| Error::internal(&error))?,
                );
                *slot.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((revision.hash, Arc::clone(&site)));
                Ok(site)
            }
            _ => Err(Error::Unready(
                "サイトの設定がまだ取り込まれていません。kairan import を実行してください。",
            )),
        }
    }

    /// Asks the published documents, on a thread that may wait.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Catalogue) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let open = Arc::clone(&self.catalogues);
        tokio::task::spawn_blocking(move || ask(open()?.as_ref()))
            .await
            .map_err(|error| Error::internal(&error))?
    }

    /// Today in Japan.
    pub(crate) fn today(&self) -> NaiveDate {
        self.ctx.clock.now_jst().date()
    }

    /// An address on the side of my page and the API, absolute.
    pub(crate) fn app_address(&self, path: &str) -> String {
        format!("{}/{path}", self.ctx.app_url.trim_end_matches('/'))
    }

    /// Whether cookies may ask for TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.ctx.app_url.starts_with("https://")
    }
}

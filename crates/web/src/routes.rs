//! The one table of addresses.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, get, post, resource, scope};

use crate::app::App;
use crate::dress::open_to_readers;
use crate::{admin, api, dev, files, health, line, my, search};

/// The largest form, in bytes.
const FORM: usize = 64 * 1024;
/// The largest JSON body, in bytes.
const JSON: usize = 256 * 1024;

/// Puts every route of `app` into an actix application.
pub fn configure(config: &mut ServiceConfig, app: App) {
    let serve = app.serve.clone();
    let has_line = app.line_secret.is_some();
    config
        .app_data(web::Data::new(app))
        .app_data(web::FormConfig::default().limit(FORM))
        .app_data(web::PayloadConfig::new(JSON))
        .route("/healthz", get().to(health::alive))
        .route("/readyz", get().to(health::ready))
        .route("/metrics", get().to(health::metrics));
    if serve.my {
        config
            .service(resource("/my").route(get().to(my::entrance)))
            .service(resource("/my/").route(get().to(my::entrance)))
            .service(
                resource("/my/login")
                    .route(get().to(my::login::page))
                    .route(post().to(my::login::send)),
            )
            .service(
                resource("/my/register")
                    .route(get().to(my::register::page))
                    .route(post().to(my::register::send)),
            )
            .route("/my/sent", get().to(my::register::sent))
            .service(
                resource("/my/confirm/{token}")
                    .route(get().to(my::confirm::page))
                    .route(post().to(my::confirm::send)),
            )
            .service(
                resource("/my/preferences/{token}")
                    .route(get().to(my::preferences::page))
                    .route(post().to(my::preferences::send)),
            )
            .service(
                resource("/my/unsubscribe/{token}")
                    .route(get().to(my::unsubscribe::page))
                    .route(post().to(my::unsubscribe::send)),
            )
            .route("/my/notices/{id}", get().to(my::notice::page))
            .service(resource("/my/{rest:.*}").route(get().to(my::inner)));
    }
    if serve.admin {
        admin::configure(config);
    }
    if serve.my && has_line {
        config
            .route("/line/webhook", post().to(line::webhook::receive))
            .service(
                resource("/line/link")
                    .route(get().to(line::link::page))
                    .route(post().to(line::link::send)),
            );
    }
    if serve.api {
        config.route("/search", get().to(search::page)).service(
            scope("/api/v1")
                .wrap(from_fn(open_to_readers))
                .route("/openapi.json", get().to(api::openapi))
                .route("/search", get().to(api::search))
                .route("/taxonomy", get().to(api::taxonomy))
                .route("/changes", get().to(api::changes))
                .route("/eligibility", post().to(api::eligibility))
                .service(
                    resource("/views")
                        .route(get().to(api::views::ranking))
                        .route(post().to(api::views::count)),
                )
                .route("/{kind}", get().to(api::list))
                .route("/{kind}/{name}", get().to(api::document)),
        );
    }
    if serve.dev_outbox.is_some() {
        config
            .route("/dev/outbox", get().to(dev::list))
            .route("/dev/outbox/", get().to(dev::list))
            .route("/dev/outbox/{mail}", get().to(dev::mail));
    }
    config
        .route("/assets/{hash}/{name:.*}", get().to(files::asset))
        .default_service(web::to(files::site));
}

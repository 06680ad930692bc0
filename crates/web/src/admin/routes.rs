//! The one table of the staff's addresses: method, address, handler, permission. The permission also stands in the
//! handler's type (`Staff<Write>`); the table says it once more as data, and a test holds both together.

use actix_web::middleware::from_fn;
use actix_web::web::{self, FormConfig, ServiceConfig, get, post};

use super::{
    account, accounts, documents, files, find, form, guard, login, notices, redirects, settings,
    sso, trail, workflow,
};

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminRoute {
    /// `GET` or `POST`
    pub method: &'static str,
    /// With `{names}` for what varies.
    pub path: &'static str,
    /// `Nobody` (no log-in needed), `Own` (any log-in), or the least role: `Read`, `Write`, `Review`, `Publish`, `Administer`.
    pub permission: &'static str,
}

macro_rules! table {
    ($($method:ident $path:literal => $handler:path, $permission:ident;)*) => {
        /// Every address below `/admin`.
        pub const ADMIN_ROUTES: &[AdminRoute] = &[
            $(AdminRoute { method: stringify!($method), path: concat!("/admin", $path), permission: stringify!($permission) },)*
        ];

        /// Puts the table into the application.
        pub(crate) fn configure(config: &mut ServiceConfig) {
            config.service(
                web::scope("/admin")
                    .app_data(FormConfig::default().limit(form::LARGEST))
                    $(.route($path, table!(@method $method).to($handler)))*
                    .default_service(web::to(super::elsewhere))
                    .wrap(from_fn(guard::entry)),
            );
        }
    };
    (@method GET) => { get() };
    (@method POST) => { post() };
}

// Addresses below /admin.
table! {
    GET "/login" => login::page, Nobody;
    POST "/login" => login::send, Nobody;
    GET "/login/code" => login::code_page, Nobody;
    POST "/login/code" => login::code_send, Nobody;
    GET "/login/enrol" => login::enrol_page, Nobody;
    POST "/login/enrol" => login::enrol_send, Nobody;
    GET "/login/enrol.svg" => login::qr, Nobody;
    POST "/logout" => login::logout, Nobody;
    GET "/invitation/{token}" => login::invitation_page, Nobody;
    POST "/invitation/{token}" => login::invitation_send, Nobody;
    POST "/sso" => sso::start, Nobody;
    GET "/sso/callback" => sso::callback, Nobody;
    GET "/reset" => login::reset_page, Nobody;
    POST "/reset" => login::reset_request, Nobody;
    GET "/reset/{token}" => login::reset_set_page, Nobody;
    POST "/reset/{token}" => login::reset_set, Nobody;

    GET "/account" => account::page, Own;
    POST "/account/language" => account::language, Own;
    POST "/account/password" => account::password, Own;
    POST "/account/codes" => account::codes, Own;
    GET "/account/app" => account::app_page, Own;
    POST "/account/app" => account::app_send, Own;
    POST "/account/sessions" => account::end_session, Own;
    POST "/account/sso/link" => account::link, Own;
    POST "/account/sso/unlink" => account::unlink, Own;

    GET "/staff" => accounts::list, Administer;
    GET "/staff/new" => accounts::add_page, Administer;
    POST "/staff/new" => accounts::add, Administer;
    GET "/staff/{id}" => accounts::member, Administer;
    POST "/staff/{id}/roles" => accounts::set_roles, Administer;
    POST "/staff/{id}/name" => accounts::name, Administer;
    POST "/staff/{id}/suspend" => accounts::suspend, Administer;
    POST "/staff/{id}/reinstate" => accounts::reinstate, Administer;
    POST "/staff/{id}/end" => accounts::end, Administer;
    POST "/staff/{id}/app" => accounts::reset_app, Administer;
    POST "/staff/{id}/sessions" => accounts::end_sessions, Administer;
    POST "/staff/{id}/sso" => accounts::unlink, Administer;
    POST "/staff/{id}/invite" => accounts::invite, Administer;

    GET "" => find::home, Read;
    GET "/" => find::home, Read;
    GET "/documents" => find::list, Read;
    GET "/documents.csv" => find::export, Read;
    POST "/documents/bulk" => find::bulk_confirm, Write;
    POST "/documents/bulk/do" => find::bulk_send, Write;
    GET "/links" => find::links, Read;

    GET "/documents/new" => documents::new_page, Write;
    POST "/documents/new" => documents::create, Write;
    GET "/documents/suggest" => documents::suggest, Read;
    POST "/documents/templates/{number}/delete" => documents::forget_template, Write;
    GET "/documents/{id}/edit" => documents::edit_page, Read;
    POST "/documents/{id}/edit" => documents::edit_send, Write;
    POST "/documents/{id}/settle" => documents::settle, Write;
    POST "/documents/{id}/autosave" => documents::autosave, Write;
    POST "/documents/{id}/autosave/discard" => documents::discard, Write;
    POST "/documents/{id}/audience" => documents::count, Write;
    POST "/documents/{id}/presence" => documents::presence, Read;
    POST "/documents/{id}/take-over" => documents::take_over, Write;
    GET "/documents/{id}/preview" => documents::preview, Read;
    GET "/documents/{id}/preview/files/{hash}/{name}" => documents::preview_file, Read;
    POST "/documents/{id}/comments" => documents::comment, Write;
    POST "/documents/{id}/comments/{number}/resolve" => documents::resolve_comment, Write;
    GET "/documents/{id}/history" => documents::history, Read;
    POST "/documents/{id}/history/name" => documents::name_version, Write;
    POST "/documents/{id}/history/restore" => documents::restore, Write;
    GET "/documents/{id}/compare" => documents::compare, Read;
    POST "/documents/{id}/duplicate" => documents::duplicate, Write;
    POST "/documents/{id}/translate" => documents::translate, Write;
    POST "/documents/{id}/template" => documents::template, Write;

    GET "/documents/{id}" => workflow::overview, Read;
    GET "/documents/{id}/qr.svg" => workflow::qr, Read;
    GET "/documents/{id}/newsletter.txt" => workflow::newsletter, Read;
    GET "/documents/{id}/submit" => workflow::submit_page, Write;
    POST "/documents/{id}/submit" => workflow::submit_send, Write;
    GET "/documents/{id}/review" => workflow::review_page, Read;
    POST "/documents/{id}/review" => workflow::review_send, Review;
    POST "/documents/{id}/review/comment" => workflow::review_comment, Write;
    POST "/documents/{id}/review/retract" => workflow::retract, Write;
    POST "/documents/{id}/review/reassign" => workflow::reassign, Write;
    POST "/documents/{id}/review/afterwards" => workflow::afterwards, Review;
    GET "/documents/{id}/plan" => workflow::plan_page, Read;
    POST "/documents/{id}/plan" => workflow::plan_send, Publish;
    POST "/documents/{id}/plan/reopen" => workflow::reopen, Write;
    POST "/documents/{id}/plan/trial" => workflow::trial, Write;
    GET "/documents/{id}/progress" => workflow::progress, Read;
    POST "/documents/{id}/withdraw" => workflow::withdraw, Publish;
    POST "/documents/{id}/archive" => workflow::archive, Write;
    POST "/documents/{id}/restore" => workflow::restore, Write;
    POST "/documents/{id}/delete" => workflow::delete, Write;

    GET "/notices" => notices::list, Read;
    GET "/notices/{id}" => notices::page, Read;
    POST "/notices/{id}" => notices::send, Publish;
    GET "/notices/{id}/account.csv" => notices::export, Publish;

    GET "/audit" => trail::list, Administer;
    GET "/audit.csv" => trail::export, Administer;

    GET "/taxonomy" => settings::overview, Read;
    GET "/taxonomy/{file}" => settings::one, Read;
    POST "/taxonomy/{file}" => settings::change, Administer;
    GET "/taxonomy/{file}/term" => settings::term_page, Administer;
    POST "/taxonomy/{file}/term" => settings::term, Administer;
    POST "/taxonomy/{file}/merge" => settings::merge, Administer;
    GET "/settings" => settings::home, Administer;

    GET "/redirects" => redirects::list, Read;
    POST "/redirects" => redirects::add, Administer;
    GET "/redirects.csv" => redirects::export, Read;
    GET "/redirects/remove" => redirects::remove_page, Administer;
    POST "/redirects/remove" => redirects::remove, Administer;
    GET "/redirects/import" => redirects::import_page, Administer;
    POST "/redirects/import" => redirects::import, Administer;

    GET "/files" => files::list, Read;
    GET "/files/new" => files::upload_page, Write;
    POST "/files/upload" => files::upload, Write;
    GET "/files/{name}" => files::page, Read;
    GET "/files/{name}/raw" => files::raw, Read;
    POST "/files/{name}/replace" => files::replace, Write;
    POST "/files/{name}/remove" => files::remove, Write;
}

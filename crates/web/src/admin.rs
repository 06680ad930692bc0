//! `/admin/…`: the addresses exist, the screens do not yet.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::error::Result;
use crate::page::Message;

/// Without a log-in everything leads to the log-in.
pub(crate) async fn entrance() -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/admin/login"))
        .finish()
}

/// Says plainly what staff can do in this version.
pub(crate) async fn login(app: web::Data<App>) -> Result<HttpResponse> {
    app.message(&Message {
        heading: "職員用の画面",
        paragraphs: vec![
            "この版には、職員用の画面はまだありません。".to_owned(),
            "記事の確認と公開は、kairan check、kairan import、kairan publish の各コマンドで行います。"
                .to_owned(),
        ],
        link: None,
    })
    .await
}

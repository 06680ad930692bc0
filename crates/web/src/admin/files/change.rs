//! New content for a file, and its end.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::uploads::{self, Changed};
use kairan_media::Limits;
use kairan_pipeline::publish::replace_file;

use super::form::Form;
use super::one::{find, may_remove, may_replace, show};
use super::upload::{Problem, look, upload};
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::app::App;
use crate::error::{Error, Result};

/// Takes new content under the same path. Pages that readers see it on are made anew.
pub(crate) async fn replace(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    name: web::Path<String>,
    parts: Multipart,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let (file, uses) = find(&app, &name).await?;
    let mut form = Form::new(&app, &request, parts);
    let sent = form.next(Limits::default().file).await?;
    while form.next(Limits::default().file).await?.is_some() {}
    form.posted()?;
    if !may_replace(&staff, &uses) {
        return Err(Error::NotPermitted(
            "公開中の記事が使っているファイルは、その記事を公開できる人だけが差し替えられます。",
        ));
    }
    let Some(sent) = sent else {
        return Err(Error::BadRequest(
            "ファイルが選ばれていません。前のページに戻って選んでください。",
        ));
    };
    let given = sent.name.clone();
    let accepted = match look(sent).await? {
        Ok(accepted) => accepted,
        Err(rejected) => {
            let problem = Problem::of(words, &rejected);
            return show(&app, &request, &staff, (file, uses), Some(problem)).await;
        }
    };
    let (path, by, now) = (file.path.clone(), staff.by(), app.ctx.clock.now());
    let done = app
        .ctx
        .transact(move |c| replace_file(c, &path, &upload(&given, &accepted), &by, now))
        .await?;
    match done.changed {
        Changed::Done => {
            let said = match done.release {
                Some(_) => words.get("差し替えました。公開中のページを作り直しています。"),
                None => words.get("差し替えました。"),
            };
            let place = format!("/admin/files/{}", super::view::segment(&name));
            Ok(app.go(&place, said))
        }
        Changed::OtherType => {
            let problem = Problem {
                code: "other-type",
                what: words
                    .get("種類のちがうファイルには差し替えられません。")
                    .to_owned(),
                advice: words
                    .get("新しいファイルとして置き、記事のほうを書き換えてください。")
                    .to_owned(),
            };
            show(&app, &request, &staff, (file, uses), Some(problem)).await
        }
        Changed::Unknown | Changed::Used(_) => Err(Error::NotFound),
    }
}

/// Forgets a file that nothing uses.
pub(crate) async fn remove(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    name: web::Path<String>,
    _: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let (file, _) = find(&app, &name).await?;
    if !may_remove(&staff, &file) {
        return Err(Error::NotPermitted(
            "ほかの人が置いたファイルを消せるのは、公開担当と管理者です。",
        ));
    }
    let (path, by, now) = (file.path.clone(), staff.by(), app.ctx.clock.now());
    let done = app
        .ctx
        .write(move |c| uploads::remove(c, &path, &by, now))
        .await?;
    match done {
        Changed::Done => Ok(app.go("/admin/files", words.get("ファイルを消しました。"))),
        Changed::Used(uses) => {
            let problem = Problem {
                code: "used",
                what: words
                    .get("使っている記事があるので、消せません。")
                    .to_owned(),
                advice: words
                    .get("下の記事からこのファイルを外してから、もう一度消してください。")
                    .to_owned(),
            };
            show(&app, &request, &staff, (file, uses), Some(problem)).await
        }
        Changed::Unknown | Changed::OtherType => Err(Error::NotFound),
    }
}

//! Actions of the log in words; one without words is shown as it is written.

use crate::admin::words::Language;

/// Areas of actions, as the filter offers them.
pub(super) const AREAS: [&str; 9] = [
    "document.",
    "edition.",
    "release.",
    "notice.",
    "file.",
    "site.",
    "citizen.",
    "staff.",
    "audit.",
];

pub(super) fn area<'a>(words: &'a Language, area: &'a str) -> &'a str {
    match area {
        "document." => words.get("記事"),
        "edition." => words.get("記事の版"),
        "release." => words.get("公開"),
        "notice." => words.get("お知らせ"),
        "file." => words.get("ファイル"),
        "site." => words.get("分類と設定"),
        "citizen." => words.get("住民の登録"),
        "staff." => words.get("職員"),
        "audit." => words.get("監査記録"),
        other => other,
    }
}

pub(crate) fn action<'a>(words: &'a Language, action: &'a str) -> &'a str {
    match action {
        "staff.login" => words.get("ログインした"),
        "staff.login-failed" => words.get("ログインに失敗した"),
        "staff.logout" => words.get("ログアウトした"),
        "staff.recovery-code" => words.get("回復コードを使った"),
        "staff.add" => words.get("職員を招待した"),
        "staff.invite" => words.get("招待をもう一度送った"),
        "staff.join" => words.get("最初のパスワードを決めた"),
        "staff.password" => words.get("パスワードを変えた"),
        "staff.reset-asked" => words.get("パスワードの再設定を頼んだ"),
        "staff.reset" => words.get("パスワードを再設定した"),
        "staff.totp" => words.get("認証アプリを登録した"),
        "staff.codes" => words.get("回復コードを作り直した"),
        "staff.reset-totp" => words.get("認証アプリの登録を消した"),
        "staff.end-sessions" => words.get("ログインを終わらせた"),
        "staff.roles" => words.get("役割を変えた"),
        "staff.rename" => words.get("氏名を変えた"),
        "staff.suspend" => words.get("停止した"),
        "staff.reinstate" => words.get("再開した"),
        "staff.end" => words.get("離任にした"),
        "file.upload" => words.get("ファイルを置いた"),
        "file.replace" => words.get("ファイルを差し替えた"),
        "file.remove" => words.get("ファイルを消した"),
        "audit.export" => words.get("監査記録を書き出した"),
        "citizen.leave" => words.get("登録を消した"),
        "citizen.export" => words.get("登録者の情報を書き出した"),
        "citizen.erase" => words.get("登録者の情報を消した"),
        "document.submit" => words.get("承認を依頼した"),
        "document.retract" => words.get("承認の依頼を取り下げた"),
        "document.comment" => words.get("コメントした"),
        "document.resolve" => words.get("コメントを解決済みにした"),
        "document.return" => words.get("差し戻した"),
        "document.approve" => words.get("承認した"),
        "document.approve-afterwards" => words.get("公開のあとで承認した"),
        "document.reassign" => words.get("承認者を変えた"),
        "document.reopen" => words.get("下書きに戻した"),
        "document.confirm" => words.get("知らせる人数を確かめた"),
        "document.tell-again" => words.get("もう一度知らせることにした"),
        "document.publish" => words.get("公開した"),
        "document.force-publish" => words.get("緊急公開した"),
        "document.schedule" => words.get("公開を予約した"),
        "document.unschedule" => words.get("公開の予約を取り消した"),
        "document.withdraw" => words.get("取り下げた"),
        "document.archive" => words.get("保管した"),
        "document.restore" => words.get("戻した"),
        "document.delete" => words.get("削除した"),
        "notice.trial" => words.get("自分に試しに送った"),
        "notice.pause" => words.get("お知らせを止めた"),
        "notice.resume" => words.get("お知らせを続けた"),
        "notice.cancel" => words.get("お知らせを取りやめた"),
        "notice.correct" => words.get("訂正を送った"),
        other => other,
    }
}

//! Passwords as they are chosen: twice the same, long enough, not one that anybody would try.

use kairan_db::staff::{self, Account, Weakness};
use kairan_pipeline::letters::Letter;

use super::Posted;
use crate::app::App;
use crate::error::Result;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The two fields differ.
    Different,
    /// Too easy.
    Weak(Weakness),
}

impl Problem {
    /// In words of the screens.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Different => "2回の入力が違います。同じパスワードを2回入力してください。",
            Self::Weak(Weakness::Short) => {
                "短すぎます。{minimum}文字以上にしてください。好きなことばをいくつか並べると、覚えやすく破られにくくなります。"
            }
            Self::Weak(Weakness::Long) => "長すぎます。もう少し短くしてください。",
            Self::Weak(Weakness::Common) => {
                "よく使われるパスワードなので、破られやすくなっています。別のものにしてください。"
            }
            Self::Weak(Weakness::Personal) => {
                "氏名やメールアドレス、市の名前の入ったパスワードは推測されやすいため、使えません。"
            }
            Self::Weak(Weakness::Repeated) => "同じ文字のくり返しは破られやすいため、使えません。",
        }
    }

    /// What is put into the words.
    pub(crate) fn values(self) -> [(&'static str, &'static str); 1] {
        const _: () = assert!(staff::MIN_LENGTH == 12);
        [("minimum", "12")]
    }
}

/// The chosen password of a form (`password`, `again`).
pub(crate) fn read<'a>(posted: &'a Posted, own: &[String]) -> Result<&'a str, Problem> {
    let password = posted.one("password");
    if password != posted.one("again") {
        return Err(Problem::Different);
    }
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    match staff::password_weakness(password, &own) {
        None => Ok(password),
        Some(weakness) => Err(Problem::Weak(weakness)),
    }
}

/// What a password must not hold: name, address, the city's name.
pub(crate) async fn own_names(app: &App, account: &Account) -> Result<Vec<String>> {
    let site = app.site().await?;
    Ok(vec![
        account.name.clone(),
        account.mail.clone(),
        site.settings.title.clone(),
    ])
}

/// Tells somebody that their password was changed: they know whether it was by them.
pub(crate) fn changed_letter(app: &App, account: &Account, city: &str) -> Letter {
    let words = app.words(Some(account));
    Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】職員用パスワードが変わりました", &[("city", city)]),
        paragraphs: vec![
            words.say("{name} さん", &[("name", &account.name)]),
            words.get("あなたのアカウントのパスワードが新しくなり、ほかの場所でのログインはすべて終わりました。").to_owned(),
            words.get("心当たりがないときは、すぐに管理者に知らせてください。").to_owned(),
        ],
        link: None,
    }
}

/// Tells somebody that another authenticator app was set up.
pub(crate) fn app_letter(app: &App, account: &Account, city: &str) -> Letter {
    let words = app.words(Some(account));
    Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】認証アプリが登録し直されました", &[("city", city)]),
        paragraphs: vec![
            words.say("{name} さん", &[("name", &account.name)]),
            words.get("あなたのアカウントに新しい認証アプリが登録され、回復コードも新しくなりました。前のアプリは使えません。").to_owned(),
            words.get("心当たりがないときは、すぐに管理者に知らせてください。").to_owned(),
        ],
        link: None,
    }
}

/// Tells somebody that an account of the city's provider opens theirs from now on.
pub(crate) fn linked_letter(app: &App, account: &Account, city: &str) -> Letter {
    let words = app.words(Some(account));
    Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】庁内アカウントと結びつきました", &[("city", city)]),
        paragraphs: vec![
            words.say("{name} さん", &[("name", &account.name)]),
            words.get("これからは、庁内アカウントでログインすると、Kairan のあなたのアカウントに入れます。「自分の設定」でいつでも外せます。").to_owned(),
            words.get("心当たりがないときは、すぐに管理者に知らせてください。").to_owned(),
        ],
        link: None,
    }
}

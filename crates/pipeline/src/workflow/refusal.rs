/// Why a step is not taken, in words for staff. Every sentence is also a key of the screens' words, with `{…}` for values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No role for it in this department.
    NotPermitted,
    /// The text or its state changed since it was looked at.
    Stale,
    /// The state does not allow it: what staff call the state.
    State(&'static str),
    /// The reviewer may not review this department, or is no longer there.
    NotAReviewer,
    /// One's own text.
    OwnText,
    /// Errors in the text: how many.
    HasErrors(usize),
    /// A time that is over.
    PastTime,
    /// The day on which the text ends is over, or comes before its publication.
    Ends,
    /// A comment without a word.
    EmptyComment,
    /// Sent back without a word.
    NeedsWord,
    /// Forced or withdrawn without a reason.
    NeedsReason,
    /// Longer than is kept: characters at most.
    TooLong(usize),
    /// Too many would be told: how many; the number must be confirmed by whoever publishes.
    NotConfirmed(i64),
    /// The number was confirmed, but by one pair of eyes.
    SecondPerson(i64),
    /// Another number than would be told.
    WrongNumber,
    /// Nothing to confirm.
    TellsNobody,
    /// Other documents point at it: how many.
    ReferredTo(usize),
    /// The menu of the site leads to it.
    InMenu,
    /// It was published once.
    WasPublished,
    /// It is not published.
    NotPublished,
    /// No text of it is on its way.
    NothingOpen,
    /// The way leads nowhere: not published, or the document itself.
    NoTarget,
}

impl Refusal {
    /// The sentence with its places, and what stands in them.
    #[must_use]
    pub fn sentence(&self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Self::NotPermitted => (
                "この操作に必要な役割がありません。担当の部署と役割は、アカウントの画面で確かめられます。",
                vec![],
            ),
            Self::Stale => (
                "画面を開いたあとに、この文書が変わりました。いまの内容を確かめてから、もう一度操作してください。",
                vec![],
            ),
            Self::State(state) => (
                "この文書はいま「{state}」なので、この操作はできません。",
                vec![("state", (*state).to_owned())],
            ),
            Self::NotAReviewer => (
                "選んだ職員は、この部署の文書を承認できません。承認者の役割がある人を選んでください。",
                vec![],
            ),
            Self::OwnText => (
                "自分で書いた文書、自分で承認を依頼した文書は、自分では承認できません。ほかの承認者に頼んでください。",
                vec![],
            ),
            Self::HasErrors(n) => (
                "直すところが{n}件残っています。編集の画面の「点検」で確かめてください。",
                vec![("n", n.to_string())],
            ),
            Self::PastTime => (
                "公開する日時が過ぎています。これからの日時を選ぶか、「いま公開する」を使ってください。",
                vec![],
            ),
            Self::Ends => (
                "公開を終える日時が、公開する日時より前になっています。編集の画面で「公開終了日時」を直してください。",
                vec![],
            ),
            Self::NeedsWord => (
                "差し戻すときは、どこを直してほしいかを書いてください。項目へのコメントだけでもかまいません。",
                vec![],
            ),
            Self::EmptyComment => (
                "コメントが空です。ことばを入れてから送ってください。",
                vec![],
            ),
            Self::NeedsReason => ("理由を書いてください。記録に残ります。", vec![]),
            Self::TooLong(n) => (
                "長すぎます。{n}文字までで書いてください。",
                vec![("n", n.to_string())],
            ),
            Self::NotConfirmed(n) => (
                "{n}人に知らせるので、公開する人が人数を確かめて入力する必要があります。",
                vec![("n", n.to_string())],
            ),
            Self::SecondPerson(n) => (
                "{n}人に知らせるので、2人で確かめる必要があります。書いた人のほかに、もう1人の公開担当がこの画面で人数を入力してください。",
                vec![("n", n.to_string())],
            ),
            Self::WrongNumber => (
                "人数がちがいます。「だれに知らせるか」の数字をもう一度見てください。",
                vec![],
            ),
            Self::TellsNobody => (
                "この公開ではだれにも知らせないので、人数の確認は要りません。",
                vec![],
            ),
            Self::ReferredTo(n) => (
                "ほかの文書{n}件がこの文書を指しています。先にそちらのリンクを外してください。",
                vec![("n", n.to_string())],
            ),
            Self::InMenu => (
                "サイトのメニューがこの文書を指しています。先に管理者に、メニューから外してもらってください。",
                vec![],
            ),
            Self::WasPublished => (
                "一度公開した文書は削除できません。「取り下げる」か「保管する」を使ってください。",
                vec![],
            ),
            Self::NotPublished => ("この文書は公開されていません。", vec![]),
            Self::NothingOpen => (
                "この文書には、書きかけの版も承認された版もありません。",
                vec![],
            ),
            Self::NoTarget => (
                "案内先の文書が見つかりません。公開中のほかの文書を選んでください。",
                vec![],
            ),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sentence, values) = self.sentence();
        let mut text = sentence.to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        f.write_str(&text)
    }
}

impl std::error::Error for Refusal {}

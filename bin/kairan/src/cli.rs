//! The commands and their arguments.

use std::{net::SocketAddr, path::PathBuf};

use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};

use crate::output::Format;

/// 回覧: 市のサイトを確かめ、公開し、対象の人にだけ知らせます。
///
/// 終了コード: 0 = 問題なし、1 = 直すところがある、2 = 使い方か設定の誤り。
#[derive(Debug, Parser)]
#[command(name = "kairan", version, propagate_version = true)]
pub(crate) struct Cli {
    /// 設定ファイル kairan.toml の場所
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        default_value = "kairan.toml"
    )]
    pub(crate) config: PathBuf,
    /// 結果の書き方
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 新しいサイトのフォルダーを作る
    Init {
        /// 作る場所
        dir: PathBuf,
    },
    /// サイトのフォルダー、またはその中のファイルを確かめる
    Check {
        /// サイトのフォルダー、またはその中のファイルやフォルダー
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// データベースを使わずに、サイト全体をフォルダーへ書き出す
    Build(BuildArgs),
    /// 公開された検索インデックスだけを使って探す
    Search(SearchArgs),
    /// データベースを新しい版の形にする
    Migrate,
    /// 対象者の条件を調べる
    #[command(subcommand)]
    Audience(Audience),
    /// サイトのフォルダーをデータベースに取り込む（公開はまだしない）
    Import {
        /// サイトのフォルダー
        dir: PathBuf,
        /// 職員が画面で書いた文や設定も、フォルダーの内容で置きかえる
        #[arg(long)]
        replace: bool,
    },
    /// データベースの内容をサイトのフォルダーに書き出す
    Export {
        /// 書き出す場所
        dir: PathBuf,
    },
    /// 公開する
    Publish(PublishArgs),
    /// サイト、マイページ、API を見せる
    Serve(ServeArgs),
    /// 公開とお知らせの仕事をする
    Work {
        /// いまある仕事が終わったら終わる
        #[arg(long)]
        drain: bool,
    },
    /// お知らせを見る、止める、訂正する
    #[command(subcommand)]
    Notice(Notice),
    /// 登録している人
    #[command(subcommand)]
    Citizen(Citizen),
    /// 連絡先を守る鍵
    #[command(subcommand)]
    Keys(Keys),
    /// 記事を書く職員
    #[command(subcommand)]
    Staff(Staff),
    /// 設定と接続先を確かめる
    Doctor,
    /// 架空の市で、公開からお知らせまでを試す
    Demo(DemoArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    /// サイトのフォルダー
    #[arg(long, value_name = "DIR")]
    pub(crate) site: PathBuf,
    /// 書き出し先のフォルダー（空か、前に build で作ったもの）
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// 作らないもの
    #[arg(long, value_enum)]
    pub(crate) without: Vec<Part>,
    /// 件数と時間を JSON で書くファイル
    #[arg(long, value_name = "FILE")]
    pub(crate) stats: Option<PathBuf>,
}

/// A part of a build that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// 検索インデックス
    Search,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// 探すことば
    pub(crate) query: String,
    /// サイトのフォルダーまたは URL（search-index/ の上）
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) index: String,
    /// 結果の最大件数
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audience {
    /// 標準入力の 1 行ごとに {"rule", "profile", "on"} を読み、判定を 1 行の JSON で返す
    Eval,
    /// 条件に当てはまる人の数
    Count {
        /// 条件（JSON）
        #[arg(long, value_name = "JSON", required_unless_present = "document")]
        rule: Option<String>,
        /// 文書の id またはスラッグ
        #[arg(long, value_name = "ID", conflicts_with = "rule")]
        document: Option<String>,
        /// いつの時点か（既定は今日）
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// ある人に、ある文書が届いたか、なぜか
    Explain {
        /// 登録者のキー
        #[arg(long, value_name = "ID")]
        citizen: String,
        /// 文書の id またはスラッグ
        #[arg(long, value_name = "ID")]
        document: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    /// 変更のあるすべての文書
    #[arg(
        long,
        conflicts_with = "documents",
        required_unless_present = "documents"
    )]
    pub(crate) all: bool,
    /// 文書の id またはスラッグ
    #[arg(value_name = "ID|SLUG")]
    pub(crate) documents: Vec<String>,
    /// 公開が確かめられるまで待つ
    #[arg(long)]
    pub(crate) wait: bool,
    /// だれにも知らせない
    #[arg(long)]
    pub(crate) no_notice: bool,
    /// 緊急: 公開を確かめる前に知らせる（理由は記録に残る）
    #[arg(long, value_name = "理由", conflicts_with_all = ["all", "no_notice"])]
    pub(crate) emergency_without_verify: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// 待ち受けるアドレス
    #[arg(long, value_name = "ADDR")]
    pub(crate) bind: Option<SocketAddr>,
    /// これだけをする（くり返し指定できる）
    #[arg(long, value_enum)]
    pub(crate) only: Vec<Role>,
}

/// A part of `serve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// 職員の画面
    Admin,
    /// サイト、マイページ、API
    Public,
    /// 公開とお知らせの仕事
    Work,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Notice {
    /// 公開したら何人に届くか
    Plan {
        /// 文書の id またはスラッグ
        id: String,
    },
    /// だれに届き、だれに届いていないか
    Status {
        /// お知らせの id、または文書の id かスラッグ
        id: String,
    },
    /// 止める
    Pause {
        /// お知らせの id
        id: String,
    },
    /// 止めたものを続ける
    Resume {
        /// お知らせの id
        id: String,
    },
    /// まだ送っていない分を取りやめる
    Cancel {
        /// お知らせの id
        id: String,
        /// 理由
        #[arg(long, default_value = "職員による取りやめ")]
        reason: String,
    },
    /// 届いた人に訂正を送る
    Correct {
        /// お知らせの id
        id: String,
        /// 何をどう訂正するか
        #[arg(long)]
        text: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Citizen {
    /// CSV または JSON Lines から登録する
    Import {
        /// .csv か .jsonl のファイル
        file: PathBuf,
        /// 確かめるだけで登録しない
        #[arg(long)]
        dry_run: bool,
    },
    /// 送るのを止めている連絡先の数（理由ごと）
    Stopped,
    /// 持っている情報をすべて書き出す（開示）
    Export {
        /// 登録者のキー
        id: String,
    },
    /// 個人の情報を消す（退会）
    Erase {
        /// 登録者のキー
        id: String,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Keys {
    /// 新しい鍵に替える
    Rotate,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// 職員を加え、最初のログインのためのリンクを表示する
    Add {
        /// ログインに使うメールアドレス
        mail: String,
        /// 氏名
        #[arg(long, value_name = "N")]
        name: String,
        /// 役割
        #[arg(long, value_enum)]
        role: StaffRole,
        /// 部署のキー（既定はすべての部署）
        #[arg(long, value_name = "KEY")]
        department: Option<String>,
        /// 画面のことば
        #[arg(long, default_value = "ja", value_parser = ["ja", "en"])]
        lang: String,
        /// 標準入力の 1 行目をパスワードにする（リンクは作らない）
        #[arg(long)]
        password_stdin: bool,
    },
    /// パスワードを新しくするためのリンクを表示する
    Reset {
        /// メールアドレス
        mail: String,
        /// 認証アプリの登録と回復コードも消す
        #[arg(long)]
        app: bool,
    },
    /// 職員の一覧
    List,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StaffRole {
    /// 作成者
    Author,
    /// 承認者
    Reviewer,
    /// 公開担当
    Publisher,
    /// 管理者（すべての部署）
    Administrator,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// すべてを置くフォルダー
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub(crate) dir: PathBuf,
    /// ポート（0 = 空いているもの）
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
}

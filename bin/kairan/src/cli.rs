//! The commands and their arguments.

use std::path::PathBuf;

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
    /// 設定と接続先を確かめる
    Doctor,
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
}

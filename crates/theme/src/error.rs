use handlebars::{RenderError, TemplateError};

/// What can go wrong with a theme. Every message names the file, and the line where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A template does not parse.
    #[error(
        "テーマの templates/{template}.hbs の{line}行目が読めません：{message}。かっこや終わりのタグを確かめてください。"
    )]
    Template {
        /// Name without folder and extension.
        template: String,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A template asks for something the page does not have, or calls a helper wrongly.
    #[error("テーマの templates/{template}.hbs の{line}行目で表示できません：{message}")]
    Render {
        /// Name without folder and extension.
        template: String,
        /// Counted from 1; 0 where the engine does not say.
        line: usize,
        /// What the engine says.
        message: String,
    },
    /// A file of the theme folder is not UTF-8.
    #[error("テーマの {file} はUTF-8の文字として読めません。UTF-8で保存し直してください。")]
    NotText {
        /// Path inside the theme folder.
        file: String,
    },
    /// A file of the theme folder cannot be read.
    #[error("テーマの {file} を開けません：{source}")]
    Read {
        /// Path inside the theme folder.
        file: String,
        /// What the reader said.
        source: std::io::Error,
    },
    /// A table of words is no YAML.
    #[error(
        "テーマの {file} が読めません：{reason}。1行に「日本語: \"ことば\"」の形で書いてください。"
    )]
    Words {
        /// Path inside the theme folder.
        file: String,
        /// What the reader said.
        reason: String,
    },
    /// A file lies where a theme has no use for it.
    #[error(
        "テーマに {file} という置き場所はありません。templates/ に .hbs、assets/ に画像やCSS、words/ に .yaml を置いてください。"
    )]
    Misplaced {
        /// Path inside the theme folder.
        file: String,
    },
}

/// The result of loading or rendering.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn template(name: &str, error: &TemplateError) -> Self {
        let (line, _) = error.pos().unwrap_or((1, 1));
        Self::Template {
            template: name.to_owned(),
            line,
            message: error.reason().to_string(),
        }
    }

    pub(crate) fn render(name: &str, error: &RenderError) -> Self {
        Self::Render {
            template: error
                .template_name
                .clone()
                .unwrap_or_else(|| name.to_owned()),
            line: error.line_no.unwrap_or(0),
            message: error.reason().to_string(),
        }
    }
}

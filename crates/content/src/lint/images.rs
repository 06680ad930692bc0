//! What is said of images to those who cannot see them.

use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// The longest alternative text, in characters.
const LONGEST: usize = 150;

/// Looks at the alternative text of an image.
pub(super) fn alt(target: &str, alt: &str, span: Span, report: &mut Report) {
    let name = target.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let length = alt.chars().count();
    if alt.is_empty() {
        report.add(
            codes::ALT_MISSING,
            span,
            "画像の説明（代替テキスト）がありません。",
            format!("![何の画像か]({target}) のように、見えない人に伝わる説明を書いてください。"),
        );
    } else if alt == name || alt == stem || is_file_name(alt) {
        report.add(
            codes::ALT_IS_FILE_NAME,
            span,
            format!("画像の説明がファイル名（{alt}）です。"),
            "何の画像かが伝わる説明にしてください。",
        );
    } else if length > LONGEST {
        report.add(
            codes::ALT_TOO_LONG,
            span,
            format!("画像の説明が{length}文字あります。"),
            format!("{LONGEST}文字までにし、くわしいことは本文に書いてください。"),
        );
    }
}

/// Whether a text is the name of an image file.
fn is_file_name(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.contains(['。', '、'])
            && ["jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "heic"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

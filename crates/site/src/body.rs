//! A body as HTML and text, its files linked by their hashes.

use kairan_content::markdown::{
    self, FileInfo as FileNote, ImageTarget, LinkTarget, Rendered, Resolver,
};

use crate::catalogue::{Catalogue, FileInfo};

/// Renders a body. Links to other documents stay as they were written: a slug that changes leaves a redirect.
pub(crate) fn render(body: &str, catalogue: &dyn Catalogue) -> Rendered {
    markdown::render(body, &mut FileLinks { catalogue })
}

struct FileLinks<'a> {
    catalogue: &'a dyn Catalogue,
}

impl FileLinks<'_> {
    fn file(&self, target: &str) -> Option<FileInfo> {
        let path = target.trim_start_matches('/');
        // A file that cannot be read now is left as written; the checks of the content report it.
        path.starts_with("files/")
            .then(|| self.catalogue.file(path).ok().flatten())
            .flatten()
    }
}

impl Resolver for FileLinks<'_> {
    fn link(&mut self, target: &str) -> Option<LinkTarget> {
        let file = self.file(target)?;
        Some(LinkTarget {
            url: file.path(),
            file: Some(FileNote::of(&file.name, file.size)),
        })
    }

    fn image(&mut self, target: &str) -> Option<ImageTarget> {
        let file = self.file(target)?;
        Some(ImageTarget {
            url: file.path(),
            size: None,
        })
    }
}

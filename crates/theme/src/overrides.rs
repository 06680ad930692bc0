use std::io;

/// Reads one file of the theme folder by its path inside it.
type Read<'a> = dyn Fn(&str) -> io::Result<Vec<u8>> + 'a;

/// The files of a site's `theme/` folder: their paths inside it, and how to read one.
pub struct Overrides<'a> {
    pub(crate) files: Vec<String>,
    pub(crate) read: Box<Read<'a>>,
}

impl<'a> Overrides<'a> {
    /// `files` are paths with `/`, such as `templates/card.hbs` or `assets/custom.css`.
    pub fn new(
        files: impl IntoIterator<Item = String>,
        read: impl Fn(&str) -> io::Result<Vec<u8>> + 'a,
    ) -> Self {
        Self {
            files: files.into_iter().collect(),
            read: Box::new(read),
        }
    }

    /// A site without a theme folder.
    #[must_use]
    pub fn none() -> Self {
        Self {
            files: Vec::new(),
            read: Box::new(|_| Err(io::ErrorKind::NotFound.into())),
        }
    }
}

impl std::fmt::Debug for Overrides<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overrides")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

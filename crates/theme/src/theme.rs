use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::Handlebars;
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::helpers::{AssetPath, DateWords, Icon, Say, Tel, Word};
use crate::sentences::Sentences;
use crate::{Asset, Error, Overrides, Result, escape};

#[derive(RustEmbed)]
#[folder = "../../themes/default/"]
#[include = "templates/*.hbs"]
#[include = "assets/*"]
#[include = "words/*.yaml"]
struct Embedded;

/// The screens of staff (`themes/admin/`): no city overrides them.
#[derive(RustEmbed)]
#[folder = "../../themes/admin/"]
#[include = "templates/*.hbs"]
#[include = "assets/*"]
struct EmbeddedAdmin;

/// Words of the screens in another language: the Japanese text, and what stands for it.
pub type Words = BTreeMap<String, String>;

/// Templates, compiled, and static files, hashed. Built once and shared by every thread that renders.
pub struct Theme {
    registry: Handlebars<'static>,
    /// The same templates with the words of other languages, from `words/{lang}.yaml`.
    languages: BTreeMap<String, Handlebars<'static>>,
    assets: Vec<Asset>,
    fingerprint: String,
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Theme {
    /// The default theme alone.
    ///
    /// # Errors
    /// Never in a released binary: the tests load it.
    pub fn embedded() -> Result<Self> {
        Self::load(&Overrides::none())
    }

    /// The default theme with the files of `overrides` in place of, or beside, its own.
    ///
    /// # Errors
    /// A template that does not parse, a file that cannot be read, or one outside `templates/` and `assets/`.
    pub fn load(overrides: &Overrides<'_>) -> Result<Self> {
        let mut files: BTreeMap<String, Cow<'static, [u8]>> = BTreeMap::new();
        for name in Embedded::iter() {
            if let Some(file) = Embedded::get(&name) {
                files.insert(name.into_owned(), file.data);
            }
        }
        // What editors and file managers leave behind is no part of a theme.
        let visible = |name: &&String| !name.split('/').any(|part| part.starts_with('.'));
        for name in overrides.files.iter().filter(visible) {
            let bytes = (overrides.read)(name).map_err(|source| Error::Read {
                file: name.clone(),
                source,
            })?;
            files.insert(name.clone(), bytes.into());
        }
        Self::from_files(files, Words::new())
    }

    /// The screens of staff, speaking `words` and, for what other crates say, `sentences`; in Japanese where they say nothing.
    ///
    /// # Errors
    /// Never in a released binary: the tests load it.
    pub fn admin(words: Words, sentences: Arc<Sentences>) -> Result<Self> {
        let files = EmbeddedAdmin::iter()
            .filter_map(|name| Some((name.to_string(), EmbeddedAdmin::get(&name)?.data)))
            .collect();
        let mut theme = Self::from_files(files, words)?;
        theme
            .registry
            .register_helper("say", Box::new(Say(sentences)));
        Ok(theme)
    }

    fn from_files(files: BTreeMap<String, Cow<'static, [u8]>>, words: Words) -> Result<Self> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        // Indenting a partial would cost a pass over it and would change preformatted text.
        registry.set_prevent_indent(true);
        registry.register_escape_fn(escape);
        let mut digest = Sha256::new();
        let mut assets = Vec::new();
        let mut others: BTreeMap<String, Words> = BTreeMap::new();
        for (file, bytes) in files {
            digest.update(file.as_bytes());
            digest.update([0]);
            digest.update(&bytes);
            digest.update([0]);
            let template = file
                .strip_prefix("templates/")
                .and_then(|name| name.strip_suffix(".hbs"));
            if let Some(name) = template {
                let source = std::str::from_utf8(&bytes)
                    .map_err(|_| Error::NotText { file: file.clone() })?;
                registry
                    .register_template_string(name, source)
                    .map_err(|error| Error::template(name, &error))?;
            } else if let Some(name) = file.strip_prefix("assets/") {
                assets.push(Asset::new(name.to_owned(), bytes));
            } else if let Some(lang) = file
                .strip_prefix("words/")
                .and_then(|name| name.strip_suffix(".yaml"))
            {
                let read = serde_yaml::from_slice(&bytes).map_err(|error| Error::Words {
                    file: file.clone(),
                    reason: error.to_string(),
                })?;
                others.insert(lang.to_owned(), read);
            } else {
                return Err(Error::Misplaced { file });
            }
        }
        let paths: BTreeMap<_, _> = assets
            .iter()
            .map(|asset| (asset.name.clone(), asset.path()))
            .collect();
        let icons = paths.get("icons.svg").cloned().unwrap_or_default();
        registry.register_helper("asset", Box::new(AssetPath(Arc::new(paths))));
        registry.register_helper("icon", Box::new(Icon(icons)));
        registry.register_helper("tel", Box::new(Tel));
        speak(&mut registry, words);
        let mut languages = BTreeMap::new();
        for (lang, words) in others {
            let mut registry = registry.clone();
            speak(&mut registry, words);
            languages.insert(lang, registry);
        }
        let fingerprint = hex::encode(digest.finalize().get(..16).unwrap_or_default());
        Ok(Self {
            registry,
            languages,
            assets,
            fingerprint,
        })
    }

    /// Renders a template. Cost grows with what `data` serialises and what the template writes.
    ///
    /// # Errors
    /// A name that `data` does not have, a missing partial, a helper called wrongly: with template and line.
    pub fn render<T: Serialize>(&self, template: &str, data: &T) -> Result<String> {
        self.registry
            .render(template, data)
            .map_err(|error| Error::render(template, &error))
    }

    /// Renders a template whose `data` holds [`Part`](crate::Part)s, and puts those in.
    ///
    /// # Errors
    /// As [`Theme::render`].
    pub fn render_parts<T: Serialize>(
        &self,
        template: &str,
        data: &T,
        parts: &[&str],
    ) -> Result<String> {
        Ok(crate::part::put_in(&self.render(template, data)?, parts))
    }

    /// As [`Theme::render_parts`], with the words of a language (`words/{lang}.yaml`) where the theme has them.
    ///
    /// # Errors
    /// As [`Theme::render`].
    pub fn render_parts_in<T: Serialize>(
        &self,
        lang: &str,
        template: &str,
        data: &T,
        parts: &[&str],
    ) -> Result<String> {
        let registry = self.languages.get(lang).unwrap_or(&self.registry);
        let page = registry
            .render(template, data)
            .map_err(|error| Error::render(template, &error))?;
        Ok(crate::part::put_in(&page, parts))
    }

    /// Whether a template of this name exists.
    #[must_use]
    pub fn has(&self, template: &str) -> bool {
        self.registry.has_template(template)
    }

    /// Every static file, by name.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The static file with this name below `assets/`.
    #[must_use]
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.name == name)
    }

    /// Changes when any file of the theme changes: then every page has to be rendered anew.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Gives the templates their words.
fn speak(registry: &mut Handlebars<'static>, words: Words) {
    let words = Arc::new(words);
    registry.register_helper("dated", Box::new(DateWords(words.contains_key("{date}"))));
    let plain = Word {
        words: Arc::clone(&words),
        plain: true,
    };
    registry.register_helper("wt", Box::new(plain));
    registry.register_helper(
        "w",
        Box::new(Word {
            words,
            plain: false,
        }),
    );
}

//! The files a site has beside its documents.

use chrono::NaiveDate;
use kairan_audience::ProfileSchema;

use super::{menu, profile, settings, taxonomy, unreadable};
use crate::context::{Context, Terms, category_paths, tag_index};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::front::MAX_SITE_FILE_BYTES;
use crate::menu::Menu;
use crate::read::{not_utf8, too_large};
use crate::site::{Area, Category, Department, Facet, LifeEvent, Settings, SiteData, area_pairs};
use crate::source::{EntryKind, Source, SourceError};
use crate::yaml::{self, Limits, Node};

/// What could be read of a site; `None` where a file is missing or broken.
#[derive(Default)]
pub(super) struct SiteParts {
    settings: Option<Settings>,
    profile: Option<ProfileSchema>,
    categories: Option<Vec<Category>>,
    facets: Option<Vec<Facet>>,
    areas: Option<Vec<Area>>,
    departments: Option<Vec<Department>>,
    synonyms: Option<Vec<Vec<String>>>,
    life_events: Option<Vec<LifeEvent>>,
    menu: Option<Menu>,
}

impl SiteParts {
    pub(super) fn context(&self, today: Option<NaiveDate>) -> Context<'_> {
        let areas = self.areas.as_deref().map(area_pairs);
        Context {
            terms: Terms {
                categories: self.categories.as_deref().map(category_paths),
                tags: self.facets.as_deref().map(tag_index),
                departments: self.departments.as_deref().map(|all| {
                    all.iter()
                        .map(|department| department.key.as_str())
                        .collect()
                }),
                life_events: self
                    .life_events
                    .as_deref()
                    .map(|all| all.iter().map(|event| event.key.as_str()).collect()),
            },
            audience: self.profile.as_ref().zip(areas),
            today,
            lang: Some(self.lang()),
        }
    }

    pub(super) fn lang(&self) -> &str {
        self.settings
            .as_ref()
            .map_or("ja", |settings| &settings.lang)
    }

    /// Whether the menu names documents.
    pub(super) fn menu_names_documents(&self) -> bool {
        let mut menu = self.menu.iter();
        menu.any(|menu| menu.documents().next().is_some())
    }

    pub(super) fn into_site(self) -> Option<SiteData> {
        Some(SiteData {
            settings: self.settings?,
            profile: self.profile?,
            categories: self.categories?,
            facets: self.facets?,
            areas: self.areas.unwrap_or_default(),
            departments: self.departments?,
            synonyms: self.synonyms.unwrap_or_default(),
            life_events: self.life_events.unwrap_or_default(),
            menu: self.menu.unwrap_or_default(),
        })
    }
}

/// Reads every file of the site; the rest of the check goes on with what could be read.
pub(super) fn read(source: &dyn Source, diagnostics: &mut Vec<Diagnostic>) -> SiteParts {
    let mut files = Files {
        source,
        diagnostics,
    };
    let mut parts = SiteParts {
        settings: files
            .text("kairan.toml", true, settings::settings)
            .flatten(),
        profile: files.yaml("profile.yaml", true, profile::profile).flatten(),
        categories: files.yaml("taxonomy/categories.yaml", true, taxonomy::categories),
        areas: files.optional("taxonomy/areas.yaml", taxonomy::areas),
        departments: files.yaml("taxonomy/departments.yaml", true, taxonomy::departments),
        synonyms: files.optional("taxonomy/synonyms.yaml", taxonomy::synonyms),
        life_events: files.optional("taxonomy/life-events.yaml", taxonomy::life_events),
        facets: None,
        menu: None,
    };
    // Rules of tags are read against profile and areas, the menu against categories.
    let (facets, menu) = {
        let cx = parts.context(None);
        let facets = files.yaml("taxonomy/tags.yaml", true, |root, report| {
            taxonomy::facets(root, &cx, report)
        });
        let menu = files.optional(menu::PATH, |root, report| menu::menu(root, &cx, report));
        (facets, menu)
    };
    parts.facets = facets;
    parts.menu = menu;
    parts
}

struct Files<'a> {
    source: &'a dyn Source,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Files<'_> {
    /// A YAML file that may be absent, and is empty then.
    fn optional<T: Default>(
        &mut self,
        path: &str,
        read: impl FnOnce(&Node<'_>, &mut Report) -> T,
    ) -> Option<T> {
        let mut absent = false;
        let found = self.file(path, false, &mut absent, |text, report| {
            yaml_in(text, report, read)
        });
        if absent {
            Some(T::default())
        } else {
            found.flatten()
        }
    }

    fn yaml<T>(
        &mut self,
        path: &str,
        required: bool,
        read: impl FnOnce(&Node<'_>, &mut Report) -> T,
    ) -> Option<T> {
        self.text(path, required, |text, report| yaml_in(text, report, read))
            .flatten()
    }

    fn text<T>(
        &mut self,
        path: &str,
        required: bool,
        read: impl FnOnce(&str, &mut Report) -> T,
    ) -> Option<T> {
        self.file(path, required, &mut false, read)
    }

    fn file<T>(
        &mut self,
        path: &str,
        required: bool,
        absent: &mut bool,
        read: impl FnOnce(&str, &mut Report) -> T,
    ) -> Option<T> {
        let mut report = Report::default();
        let (bytes, value) = match self.bytes(path, &mut report) {
            Ok(bytes) => {
                let value = match std::str::from_utf8(&bytes) {
                    Ok(_) if !report.is_empty() => None,
                    Ok(text) => Some(read(text, &mut report)),
                    Err(error) => {
                        not_utf8(error.valid_up_to(), &mut report);
                        None
                    }
                };
                (bytes, value)
            }
            Err(SourceError::Missing(_)) => {
                *absent = true;
                if required {
                    self.diagnostics.push(Diagnostic::of_file(
                        codes::MISSING_SITE_FILE,
                        path,
                        format!("{path} がありません。"),
                        format!("サイトのフォルダーに {path} を置いてください。"),
                    ));
                }
                return None;
            }
            Err(error) => {
                self.diagnostics.push(unreadable(path, &error));
                return None;
            }
        };
        self.diagnostics
            .extend(report.finish(path, &bytes, |_| None));
        value
    }

    fn bytes(&self, path: &str, report: &mut Report) -> Result<Vec<u8>, SourceError> {
        match self.source.entry(path)? {
            None => Err(SourceError::Missing(path.to_owned())),
            Some(entry) if entry.kind == EntryKind::Outside => {
                // Said once already where the folder was listed; the root is not listed as a whole.
                Err(SourceError::Unreadable {
                    path: path.to_owned(),
                    reason: "フォルダーの外を指すリンク".to_owned(),
                })
            }
            Some(entry) if entry.size > MAX_SITE_FILE_BYTES => {
                too_large(entry.size, MAX_SITE_FILE_BYTES, report);
                Ok(Vec::new())
            }
            Some(_) => self.source.read(path),
        }
    }
}

fn yaml_in<T>(
    text: &str,
    report: &mut Report,
    read: impl FnOnce(&Node<'_>, &mut Report) -> T,
) -> Option<T> {
    let (text, base) = text
        .strip_prefix('\u{feff}')
        .map_or((text, 0), |rest| (rest, 3));
    let root = yaml::read(text, base, Limits::SITE, report)?;
    Some(read(&root, report))
}

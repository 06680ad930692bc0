//! What templates can call beside the built-in blocks: `{{asset}}`, `{{icon}}`, `{{tel}}`, `{{w}}`, `{{wt}}`, `{{dated}}`.

use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender as _, Output, RenderContext,
    RenderErrorReason,
};

use crate::escape;
use crate::sentences::Sentences;
use crate::theme::Words;

/// `{{asset "style.css"}}`: the address of a static file.
pub(crate) struct AssetPath(pub(crate) Arc<BTreeMap<String, String>>);

impl HelperDef for AssetPath {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = text(helper, "asset")?;
        let path = self.0.get(name).ok_or_else(|| {
            RenderErrorReason::Other(format!("assets/{name} というファイルがテーマにありません"))
        })?;
        out.write(path)?;
        Ok(())
    }
}

/// `{{icon "search"}}`: a symbol of `assets/icons.svg`, hidden from screen readers because words stand beside it.
pub(crate) struct Icon(pub(crate) String);

impl HelperDef for Icon {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = text(helper, "icon")?;
        out.write("<svg aria-hidden=\"true\"><use href=\"")?;
        out.write(&self.0)?;
        out.write("#i-")?;
        out.write(&escape(name))?;
        out.write("\"/></svg>")?;
        Ok(())
    }
}

/// `{{tel phone}}`: a telephone number for `href="tel:…"`, digits and a leading plus alone.
pub(crate) struct Tel;

impl HelperDef for Tel {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let number: String = text(helper, "tel")?
            .chars()
            .enumerate()
            .filter(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '+'))
            .map(|(_, c)| c)
            .collect();
        out.write(&number)?;
        Ok(())
    }
}

/// `{{w "{n}人" n=count}}`: words of the page in its language. The Japanese text is the key; what stands in braces is put in from the named values, and
/// `{漢字|かんじ}` becomes ruby. `{{wt …}}` is the same for attributes, without ruby.
pub(crate) struct Word {
    pub(crate) words: Arc<Words>,
    pub(crate) plain: bool,
}

impl HelperDef for Word {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let japanese = text(helper, "w")?;
        let words = self.words.get(japanese).map_or(japanese, String::as_str);
        let mut words = with_ruby(&escape(words), self.plain);
        for (name, value) in helper.hash() {
            words = words.replace(&format!("{{{name}}}"), &escape(&value.value().render()));
        }
        out.write(&words)?;
        Ok(())
    }
}

/// `{{say message}}`: a sentence that was made in Japanese elsewhere, in the language of the page.
pub(crate) struct Say(pub(crate) Arc<Sentences>);

impl HelperDef for Say {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&escape(&self.0.say(text(helper, "say")?)))?;
        Ok(())
    }
}

/// Puts readings over words, or leaves them out.
fn with_ruby(text: &str, plain: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let inner = after.split_once('}');
        match inner.and_then(|(inner, tail)| Some((inner.split_once('|')?, tail))) {
            Some(((word, reading), tail)) => {
                out.push_str(&if plain {
                    word.to_owned()
                } else {
                    format!("<ruby>{word}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>")
                });
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `{{dated text datetime}}`: the date in Japanese words, or, in a language without the era, as numbers.
pub(crate) struct DateWords(pub(crate) bool);

impl HelperDef for DateWords {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let machine = helper.param(1).and_then(|param| param.value().as_str());
        match machine.filter(|_| self.0) {
            Some(machine) => out.write(&escape(&machine.replace('T', " ")))?,
            None => out.write(&escape(text(helper, "dated")?))?,
        }
        Ok(())
    }
}

fn text<'a>(helper: &'a Helper<'_>, name: &'static str) -> Result<&'a str, RenderErrorReason> {
    helper
        .param(0)
        .and_then(|param| param.value().as_str())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))
}

//! The yardstick: a scan of the whole text, which finds every page that has both words. What it cannot rank first, the
//! query did not name.

use memchr::memmem::Finder;

use super::queries::Query;
use crate::corpus::Article;

/// 1 / the rank of the page asked for: ten points for a word in the title, one for each of the first five in the body;
/// the middle of its rank among equals; 0 beyond the tenth.
pub(super) fn reciprocal_rank(articles: &[Article], query: &Query) -> f64 {
    let finders = query
        .words
        .each_ref()
        .map(|word| Finder::new(word.as_bytes()));
    let score = |article: &Article| -> Option<usize> {
        finders.iter().try_fold(0, |sum, finder| {
            let title = usize::from(finder.find(article.title.as_bytes()).is_some());
            let body = finder.find_iter(article.body.as_bytes()).take(5).count();
            (title + body > 0).then_some(sum + 10 * title + body)
        })
    };
    let wanted = articles
        .iter()
        .find(|article| article.number == query.number)
        .and_then(score);
    let Some(wanted) = wanted else { return 0.0 };
    let (mut better, mut equal) = (0, 0);
    for score in articles.iter().filter_map(score) {
        better += usize::from(score > wanted);
        equal += usize::from(score == wanted);
    }
    let rank = better as f64 + (equal as f64 + 1.0) / 2.0;
    if rank <= super::SHOWN as f64 {
        1.0 / rank
    } else {
        0.0
    }
}

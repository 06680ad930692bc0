use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::connection::on;
use crate::words::words;
use crate::{AnyConnection, Result};

words! {
    /// Where a document is on its way, as staff see it: its open edition, else what became of the last one.
    Stage {
        /// 下書き
        Draft = "draft",
        /// 差し戻し: a draft that a reviewer sent back.
        Returned = "returned",
        /// 承認待ち
        InReview = "in_review",
        /// 承認済み
        Approved = "approved",
        /// 公開予定
        Scheduled = "scheduled",
        /// 公開中, and nothing else under way.
        Published = "published",
        /// 取り下げ
        Withdrawn = "withdrawn",
        /// 保管
        Archived = "archived",
    }
}

impl Stage {
    /// What staff call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "下書き",
            Self::Returned => "差し戻し",
            Self::InReview => "承認待ち",
            Self::Approved => "承認済み",
            Self::Scheduled => "公開予定",
            Self::Published => "公開中",
            Self::Withdrawn => "取り下げ",
            Self::Archived => "保管",
        }
    }
}

/// Writes the stage of a document after its editions, reviews or its live row changed: that of its open edition, else of the
/// published one, else of the last. All its editions are looked at by its id: asked for by state, PostgreSQL would read through
/// those of every document while thousands go live in one transaction.
pub(crate) fn restage(c: &mut AnyConnection, document_id: &str) -> Result<()> {
    const RESTAGE: &str = "UPDATE documents SET
        live = EXISTS (SELECT 1 FROM live WHERE live.document_id = documents.id),
        publish_at = (SELECT CASE e.state WHEN 'scheduled' THEN e.publish_at END FROM editions e
            WHERE e.document_id = documents.id
            ORDER BY CASE e.state WHEN 'scheduled' THEN 0 ELSE 1 END, e.number DESC LIMIT 1),
        stage = COALESCE(
            (SELECT CASE
                WHEN e.state = 'draft' AND (SELECT r.outcome FROM reviews r
                    WHERE r.edition_id = e.id ORDER BY r.id DESC LIMIT 1) = 'returned' THEN 'returned'
                WHEN e.state = 'superseded' THEN 'withdrawn'
                ELSE e.state END
             FROM editions e WHERE e.document_id = documents.id
             ORDER BY CASE WHEN e.state IN ('draft', 'in_review', 'approved', 'scheduled') THEN 0
                WHEN e.state = 'published' THEN 1 ELSE 2 END, e.number DESC LIMIT 1),
            'draft')
        WHERE id = $1";
    on!(
        c,
        diesel::sql_query(RESTAGE)
            .bind::<Text, _>(document_id)
            .execute(c)?
    );
    Ok(())
}

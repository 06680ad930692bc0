//! Tables of uploads; the migrations `00000000000007_uploads` make them.

use super::{draft_links, files, live_links};

diesel::table! {
    uploads (path) {
        path -> Text,
        original_name -> Text,
        pages -> Nullable<BigInt>,
        uploaded_by -> Text,
        uploaded_at -> Timestamp,
    }
}

diesel::joinable!(uploads -> files (path));
diesel::allow_tables_to_appear_in_same_query!(uploads, files);
diesel::allow_tables_to_appear_in_same_query!(uploads, live_links);
diesel::allow_tables_to_appear_in_same_query!(uploads, draft_links);
diesel::allow_tables_to_appear_in_same_query!(draft_links, files);

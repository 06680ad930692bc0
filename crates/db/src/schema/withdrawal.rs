diesel::table! {
    withdrawals (document_id) {
        document_id -> Text,
        kind -> Text,
        slug -> Text,
        lang -> Text,
        title -> Text,
        way -> Text,
        reason -> Text,
        target -> Nullable<Text>,
        staff -> Text,
        withdrawn_at -> Timestamp,
    }
}

//! Redirects entered by hand; the migrations `00000000000010_forwards` make the table.

diesel::table! {
    forwards (path) {
        path -> Text,
        document_id -> Nullable<Text>,
        url -> Nullable<Text>,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

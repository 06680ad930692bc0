//! Tables of staff; the migrations `00000000000004_staff` and `00000000000009_single_sign_on` make them.

diesel::table! {
    staff (id) {
        id -> Text,
        mail -> Text,
        name -> Text,
        lang -> Text,
        state -> Text,
        password -> Nullable<Text>,
        totp -> Nullable<Text>,
        totp_pending -> Nullable<Text>,
        totp_step -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        password_at -> Nullable<Timestamp>,
        last_login_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    staff_grants (staff_id, role, department) {
        staff_id -> Text,
        role -> Text,
        department -> Text,
    }
}

diesel::table! {
    staff_sessions (hash) {
        hash -> Text,
        id -> Text,
        staff_id -> Text,
        stage -> Text,
        origin -> Text,
        agent -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    staff_tokens (hash) {
        hash -> Text,
        staff_id -> Text,
        purpose -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    staff_recovery_codes (staff_id, hash) {
        staff_id -> Text,
        hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    staff_failures (place) {
        place -> Text,
        count -> BigInt,
        last_at -> Timestamp,
        until -> Timestamp,
    }
}

diesel::table! {
    staff_identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        staff_id -> Text,
        linked_at -> Timestamp,
    }
}

diesel::table! {
    staff_sign_ons (state) {
        state -> Text,
        browser -> Text,
        flow -> Text,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(staff_sessions -> staff (staff_id));
diesel::allow_tables_to_appear_in_same_query!(
    staff,
    staff_grants,
    staff_sessions,
    staff_tokens,
    staff_recovery_codes,
    staff_failures,
    staff_identities,
    staff_sign_ons,
);

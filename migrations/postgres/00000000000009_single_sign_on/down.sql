DROP TABLE staff_sign_ons;
DROP TABLE staff_identities;

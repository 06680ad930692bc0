DROP TABLE match_runs;
DROP TABLE channel_holds;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE messages;
DROP TABLE notice_addresses;
DROP TABLE told;
DROP TABLE notices;

DROP INDEX files_listed;
DROP TABLE uploads;

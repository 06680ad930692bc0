DROP INDEX messages_of_line;
DROP INDEX messages_in_doubt;

-- Everybody in an order is read as the four phases, each in that order, so that these are of no more use.
drop index standings_by_name, standings_by_department, standings_by_sent, standings_by_expires, standings_by_sign_in;

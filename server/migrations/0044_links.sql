-- A message is as old as its row, not as the transaction that waited for its employee: a password that was set in between would count as
-- set since, and its link as used.
alter table sends alter column created_at set default clock_timestamp();

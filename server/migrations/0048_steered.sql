-- Who did to a batch what was done to it last, and when: the same moment as that of its pause, stop or undoing.
-- In the order in which everybody else takes them.
lock table employees in share row exclusive mode;
alter table batches
    add column steered_by bigint,
    add column steered_at timestamptz,
    add foreign key (organisation_id, steered_by) references employees (organisation_id, id);

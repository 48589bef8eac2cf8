-- A batch that was made of what another one left behind names it, and is found from there.
alter table batches
    add column source_batch_id bigint,                                          -- the other one
    add column source_part     text check (source_part in ('failed', 'stopped')), -- what of it: what failed, or what it had not sent when it was stopped
    add check ((source_batch_id is null) = (source_part is null)),
    -- Whoever steers the other one waits while this one is accepted.
    add foreign key (organisation_id, source_batch_id) references batches (organisation_id, id);
create index batches_by_source on batches (organisation_id, source_batch_id) where source_batch_id is not null;

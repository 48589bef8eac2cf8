-- How the messages of a batch that has ended were, kept so that a list of many batches need not read all of them. They are immutable by
-- then: whoever changes what has ended changes these as well.
alter table batches
    add column final_sent integer,
    add column final_failed integer,
    add column final_dropped integer,
    add column final_kept boolean;
update batches b
set final_sent = m.sent, final_failed = m.failed, final_dropped = m.dropped, final_kept = m.kept
from (
    select batch_id, count(*) filter (where state = 'sent') as sent, count(*) filter (where state in ('failed', 'bounced')) as failed,
           count(*) filter (where state = 'dropped') as dropped, coalesce(bool_or(kept), false) as kept
    from sends where batch_id is not null group by batch_id) m
where m.batch_id = b.id and b.ended_at is not null;

-- Ends the batches of which nothing waits any more, and tells whoever started a large one, as 0026_outbox.sql has it. What was on its way
-- when one was stopped or undone, and came back and was dropped since, leaves nothing behind either: an invitation of which nothing can have
-- left counts as never made.
create or replace function end_batches() returns bigint
language plpgsql security definer set search_path = public, pg_temp set jit = off as $$
declare
    batch record;
    people bigint[];
    free bigint;
    ended bigint := 0;
begin
    for batch in
        select * from batches b
        where b.ended_at is null and coalesce(b.hold_until <= clock_timestamp(), true)
          and (select o.send_id from outbox o where o.batch_id = b.id order by o.not_before limit 1) is null
        for no key update skip locked
    loop
        -- Somebody who is busy with one of its rows holds up this batch until the next round, and no other.
        begin
            if batch.stopped_at is not null or batch.undone_at is not null then
                select coalesce(array_agg(s.employee_id), '{}') into people from sends s
                where s.organisation_id = batch.organisation_id and s.batch_id = batch.id and s.kind = 'invitation' and s.state = 'dropped'
                  and s.reason in ('stopped', 'undone') and not s.uncertain
                  and not exists (select from invitations i where i.organisation_id = s.organisation_id and i.id = s.invitation_id
                                  and num_nonnulls(i.accepted_at, i.cancelled_at, i.withdrawn_at) > 0);
                select count(*) into free from (
                    select from standings t where t.organisation_id = batch.organisation_id and t.employee_id = any(people)
                    order by t.employee_id for no key update skip locked) l;
                continue when free < (select count(*) from standings t
                                      where t.organisation_id = batch.organisation_id and t.employee_id = any(people));
                -- Whoever was sent another message of this invitation meanwhile keeps it.
                with withdrawn as (
                    update invitations i set withdrawn_at = clock_timestamp()
                    where i.organisation_id = batch.organisation_id and i.batch_id = batch.id and i.employee_id = any(people)
                      and num_nonnulls(i.accepted_at, i.cancelled_at, i.withdrawn_at) = 0
                      and not exists (select from sends n where n.organisation_id = i.organisation_id and n.invitation_id = i.id
                                      and n.state <> 'dropped')
                    returning i.organisation_id, i.employee_id, i.id
                )
                insert into events (organisation_id, kind, employee_id, invitation_id, batch_id)
                select organisation_id, 'withdrawn', employee_id, id, batch.id from withdrawn;
                perform refresh_standings(batch.organisation_id, people);
            end if;
            update batches b
            set ended_at = clock_timestamp(), final_sent = m.sent, final_failed = m.failed, final_dropped = m.dropped, final_kept = m.kept
            from (
                select count(*) filter (where state = 'sent') as sent, count(*) filter (where state in ('failed', 'bounced')) as failed,
                       count(*) filter (where state = 'dropped') as dropped, coalesce(bool_or(kept), false) as kept
                from sends where batch_id = batch.id) m
            where b.organisation_id = batch.organisation_id and b.id = batch.id;
            insert into sends (organisation_id, employee_id, kind, notice, about_batch_id, address, language, priority)
            select e.organisation_id, e.id, 'notice', 'batch_ended', batch.id, e.email, coalesce(e.language, o.language), 1
            from employees e
            join organisations o on o.id = e.organisation_id
            where e.organisation_id = batch.organisation_id and e.id = batch.created_by and batch.people > 1 and batch.undone_at is null
              and e.email is not null and e.removed_at is null and e.suspended_at is null;
            perform pg_notify('latchkey_standings', batch.organisation_id::text);
            ended := ended + 1;
        exception when lock_not_available then
            null;
        end;
    end loop;
    return ended;
end $$;

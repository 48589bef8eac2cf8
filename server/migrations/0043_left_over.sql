-- What is left of a batch that was stopped or undone waits for nobody's turn and no pace, and counts towards none.

-- Whether nothing of a batch leaves: a person holds it back, or it was stopped or undone and `end_batches` drops what comes back.
create or replace function is_paused(of_organisation bigint, of_batch bigint) returns boolean
language sql stable as $$
    select exists (select from batches b where b.organisation_id = of_organisation and b.id = of_batch
                   and num_nonnulls(b.paused_at, b.stopped_at, b.undone_at) > 0)
$$;

-- Ends batches as 0037_stopped.sql has it. What came back of one that was stopped or undone is dropped here; what a worker still has comes
-- back later.
create or replace function end_batches() returns bigint
language plpgsql security definer set search_path = public, pg_temp set jit = off set lock_timeout = '100ms' as $$
declare
    batch record;
    people bigint[];
    free bigint;
    ended bigint := 0;
begin
    for batch in
        select * from batches b
        where b.ended_at is null and num_nonnulls(b.stopped_at, b.undone_at) > 0
          and (select o.send_id from outbox o where o.batch_id = b.id and not o.held limit 1) is not null
        for no key update skip locked
    loop
        begin
            with dropped as (
                update sends s
                set state = 'dropped', reason = case when batch.undone_at is null then 'stopped' else 'undone' end, finished_at = clock_timestamp()
                from (select l.id from outbox o join sends l on l.organisation_id = o.organisation_id and l.id = o.send_id
                      where o.batch_id = batch.id and not o.held and l.state in ('queued', 'deferred') for no key update skip locked) l
                where s.organisation_id = batch.organisation_id and s.id = l.id
                returning s.organisation_id, s.employee_id, s.invitation_id, s.id, s.batch_id
            )
            insert into events (organisation_id, kind, employee_id, invitation_id, send_id, batch_id)
            select organisation_id, 'dropped', employee_id, invitation_id, id, batch_id from dropped;
            perform pg_notify('latchkey_standings', batch.organisation_id::text);
        exception when lock_not_available then
            null;
        end;
    end loop;
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

-- Tells of batches that have waited for an hour as 0039_long_waits.sql has it: an hour since it was seen first, also of one that a person
-- steered earlier than that.
create or replace function tell_of_waiting_batches() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off set lock_timeout = '100ms' as $$
    with looked_at as (
        select b.organisation_id, b.id, own.allowed > 0 and relay.allowed > 0 and not exists (
                   select from sends s where s.batch_id = b.id
                   and s.finished_at > coalesce(b.watched_at, clock_timestamp()) - interval '1 second') as is_stuck
        from batches b
        join settings t on t.organisation_id = b.organisation_id
        left join relay_pace r on true
        cross join lateral pace_state(b.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) own
        cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) relay
        where b.ended_at is null and b.paused_at is null and b.wait_told_at is null and b.people > 1
          and greatest(b.hold_until, b.created_at, b.moved_at) < clock_timestamp()
          and coalesce(b.watched_at < clock_timestamp() - interval '1 minute', true)
        for no key update of b skip locked
    ), noted as (
        update batches b
        set watched_at = clock_timestamp(), stuck_since = case when l.is_stuck then coalesce(b.stuck_since, clock_timestamp()) end,
            wait_told_at = case when l.is_stuck and b.stuck_since < clock_timestamp() - interval '1 hour'
                                     and coalesce(b.moved_at < clock_timestamp() - interval '1 hour', true)
                                then clock_timestamp() end
        from looked_at l where b.organisation_id = l.organisation_id and b.id = l.id
        returning b.organisation_id, b.id, b.created_by, b.wait_told_at
    ), told as (
        insert into sends (organisation_id, employee_id, kind, notice, about_batch_id, address, language, priority)
        select e.organisation_id, e.id, 'notice', 'batch_waits', b.id, e.email, coalesce(e.language, o.language), 1
        from noted b
        join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
        join organisations o on o.id = b.organisation_id
        where b.wait_told_at is not null and e.email is not null and e.removed_at is null and e.suspended_at is null
    )
    select count(*) from noted where wait_told_at is not null
$$;

-- Whoever started a batch is told that it has waited for an hour: for an hour nothing of it has left, though its pace would have allowed it
-- all the time. Looked at once a minute.
alter table batches
    add column watched_at timestamptz,     -- when it was looked at last
    add column stuck_since timestamptz;    -- since then nothing has left that could have

create or replace function tell_of_waiting_batches() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
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
            wait_told_at = case when l.is_stuck and greatest(b.stuck_since, b.moved_at) < clock_timestamp() - interval '1 hour'
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

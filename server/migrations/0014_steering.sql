-- Batches that are paused, resumed, stopped and ended, and what whoever started them is told.

alter table batches
    add column paused_at timestamptz,      -- by a person; nothing of it is claimed meanwhile
    add column stopped_at timestamptz,     -- what had not left by then was dropped
    add column ended_at timestamptz,       -- nothing of it waits to leave any more
    add column moved_at timestamptz,       -- it was resumed last
    add column wait_told_at timestamptz;   -- whoever started it was told that it has waited for long
update batches b set ended_at = now()
where not exists (select from sends s where s.batch_id = b.id and s.state in ('queued', 'sending', 'deferred'));
create index batches_open on batches (organisation_id, id) where ended_at is null;

-- A notice about a batch, to whoever started it.
alter table sends
    add column about_batch_id bigint,
    add foreign key (organisation_id, about_batch_id) references batches,
    drop constraint sends_notice_check,
    add constraint sends_notice_check check (notice in ('password_changed', 'address_changed', 'batch_ended', 'batch_waits')),
    add check ((about_batch_id is not null) = coalesce(notice in ('batch_ended', 'batch_waits'), false));

-- What a notice about a batch tells.
create function batch_facts(of_organisation bigint, of_batch bigint) returns jsonb
language sql stable set search_path = public, pg_temp as $$
    select jsonb_build_object('id', b.id, 'action', b.action, 'people', b.people, 'receiving', b.receiving,
                              'created_at', (extract(epoch from b.created_at) * 1000000)::bigint, 'stopped', b.stopped_at is not null,
                              'sent', m.sent, 'kept', m.kept, 'failed', m.failed, 'dropped', m.dropped, 'open', m.open)
    from batches b cross join lateral (
        select count(*) filter (where state = 'sent') as sent, coalesce(bool_or(kept), false) as kept, count(*) filter (where state in ('failed', 'bounced')) as failed,
               count(*) filter (where state = 'dropped') as dropped,
               count(*) filter (where state in ('queued', 'sending', 'deferred')) as open
        from sends where batch_id = b.id) m
    where b.organisation_id = of_organisation and b.id = of_batch
$$;

-- Ends the batches of which nothing waits any more, and tells whoever started a large one.
create function end_batches() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with over as (
        select organisation_id, id from batches b
        where ended_at is null and coalesce(hold_until <= clock_timestamp(), true)
          and not exists (select from sends s where s.batch_id = b.id and s.state in ('queued', 'sending', 'deferred') and s.batch_id is not null)
        for no key update skip locked
    ), ended as (
        update batches b set ended_at = clock_timestamp() from over o
        where b.organisation_id = o.organisation_id and b.id = o.id
        returning b.organisation_id, b.id, b.created_by, b.people, b.undone_at
    ), told as (
        insert into sends (organisation_id, employee_id, kind, notice, about_batch_id, address, language, priority)
        select e.organisation_id, e.id, 'notice', 'batch_ended', b.id, e.email, coalesce(e.language, o.language), 1
        from ended b
        join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
        join organisations o on o.id = b.organisation_id
        where b.people > 1 and b.undone_at is null and e.email is not null and e.removed_at is null and e.suspended_at is null
    )
    select count(*) from ended, lateral (select pg_notify('latchkey_standings', ended.organisation_id::text)) n
$$;

-- Tells whoever started a batch that it has waited for an hour: nothing of it has left, though its pace would have allowed it.
create function tell_of_waiting_batches() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with waiting as (
        select b.organisation_id, b.id, b.created_by from batches b
        join settings t on t.organisation_id = b.organisation_id
        left join relay_pace r on true
        cross join lateral pace_state(b.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) own
        cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) relay
        where b.ended_at is null and b.paused_at is null and b.wait_told_at is null and b.people > 1
          and greatest(b.hold_until, b.created_at, b.moved_at) < clock_timestamp() - interval '1 hour'
          and own.allowed > 0 and relay.allowed > 0
          and not exists (select from sends s where s.batch_id = b.id and s.finished_at > clock_timestamp() - interval '1 hour')
        for no key update of b skip locked
    ), noted as (
        update batches b set wait_told_at = clock_timestamp() from waiting w
        where b.organisation_id = w.organisation_id and b.id = w.id returning b.organisation_id, b.id, b.created_by
    ), told as (
        insert into sends (organisation_id, employee_id, kind, notice, about_batch_id, address, language, priority)
        select e.organisation_id, e.id, 'notice', 'batch_waits', b.id, e.email, coalesce(e.language, o.language), 1
        from noted b
        join employees e on e.organisation_id = b.organisation_id and e.id = b.created_by
        join organisations o on o.id = b.organisation_id
        where e.email is not null and e.removed_at is null and e.suspended_at is null
    )
    select count(*) from noted
$$;

revoke execute on function batch_facts, end_batches, tell_of_waiting_batches from public;
grant execute on function end_batches, tell_of_waiting_batches to latchkey_app;

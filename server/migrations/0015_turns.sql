-- Whose turn it is. The functions here replace those of 0005_outbox.sql and keep their arguments, so that workers of the version
-- before obey too.

-- Where this database lives. A restored copy lives elsewhere, and must not send a second time what the original has sent since.
alter table installation
    add column cluster text,               -- PostgreSQL's system identifier; unset: not to be known
    add column database oid,
    add column outbox_held_at timestamptz; -- nothing leaves until a person confirms

-- Whose turn it is goes by organisation and batch.
drop index sends_due;
create index sends_urgent on sends (organisation_id, priority, not_before, id)
    where state in ('queued', 'deferred') and (batch_id is null or priority < 5);
create index sends_open on sends (batch_id, not_before, id) where state in ('queued', 'sending', 'deferred') and batch_id is not null;

-- Picks and locks the sends whose turn it is. Those that a person waits for come first, and leave whatever the organisation's
-- own pace; then each organisation gets its share of what is left, and each of its batches its share of that.
-- Nothing waits for a lock, so that any number of workers pick at once.
create function pick_sends(wanted integer, passed_over integer, version integer)
returns table (organisation_id bigint, id bigint, batch_id bigint)
language plpgsql set search_path = public, pg_temp set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    at timestamptz := clock_timestamp();
    relay relay_pace;
    tenant record;
    room integer;
    share integer;
    parts integer;
    part integer;
    found_here integer;
    scopes bigint[] := '{}';
    taken integer[] := '{}';
begin
    if exists (select from installation where outbox_held_at is not null) then
        return;
    end if;
    select * into relay from relay_pace;
    room := least(wanted, pace_lock(0, relay.per_second, relay.per_hour, relay.per_day));
    for tenant in
        select o.id, t.pace_per_second, t.pace_per_hour, t.pace_per_day from organisations o join settings t on t.organisation_id = o.id
        where exists (select from sends s where s.organisation_id = o.id and s.not_before <= at
                      and s.state in ('queued', 'deferred') and (s.batch_id is null or s.priority < 5))
        order by random()
    loop
        exit when room <= 0;
        perform pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day);
        return query
        select s.organisation_id, s.id, s.batch_id from generate_series(0, 9) as p(priority)
        cross join lateral (
            select organisation_id, id, batch_id from sends
            where organisation_id = tenant.id and priority = p.priority and not_before <= at
              and state in ('queued', 'deferred') and (batch_id is null or priority < 5)
              -- Versions before the second have no words for these.
              and (about_batch_id is null or version >= 2)
            order by not_before, id limit room offset passed_over for no key update skip locked) s
        limit room;
        get diagnostics found_here = row_count;
        room := room - found_here;
        scopes := scopes || tenant.id;
        taken := taken || found_here;
    end loop;
    -- Whose share comes first is left to chance, so that nobody is always last.
    for tenant in
        with due as (
            select b.organisation_id, array_agg(b.id order by random()) as batches from batches b
            where b.ended_at is null and b.undone_at is null and b.paused_at is null and b.stopped_at is null
              and exists (select from sends s where s.batch_id = b.id and s.not_before <= at
                          and s.state in ('queued', 'deferred') and s.priority >= 5)
            group by b.organisation_id)
        select due.organisation_id as id, due.batches, count(*) over ()::integer as tenants, t.pace_per_second, t.pace_per_hour, t.pace_per_day
        from due join settings t on t.organisation_id = due.organisation_id order by random()
    loop
        exit when room <= 0;
        parts := coalesce(parts, tenant.tenants);
        share := least((room + parts - 1) / parts, pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day));
        parts := parts - 1;
        for place in 1..cardinality(tenant.batches) loop
            exit when share <= 0;
            part := (share + cardinality(tenant.batches) - place) / (cardinality(tenant.batches) - place + 1);
            return query
            select s.organisation_id, s.id, s.batch_id from sends s
            where s.batch_id = tenant.batches[place] and s.not_before <= at and s.state in ('queued', 'deferred') and s.priority >= 5
            order by s.not_before, s.id limit part offset passed_over for no key update skip locked;
            get diagnostics found_here = row_count;
            share := share - found_here;
            room := room - found_here;
            scopes := scopes || tenant.id;
            taken := taken || found_here;
        end loop;
    end loop;
    -- In one order, the relay last, as those who give back do, so that nobody waits in a ring.
    perform pace_take(p.organisation_id, p.pace_per_second, p.pace_per_hour, p.pace_per_day, p.taken) from (
        select t.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, sum(u.n)::integer as taken
        from unnest(scopes, taken) as u(scope, n) join settings t on t.organisation_id = u.scope
        group by t.organisation_id order by t.organisation_id) p;
    perform pace_take(0, relay.per_second, relay.per_hour, relay.per_day, (select sum(n)::integer from unnest(taken) n));
end $$;

-- Claims the sends whose turn it is, and gives all that their messages are made of.
-- A send that has lost its reason to leave is dropped instead. A batch that somebody undoes, pauses or stops at this moment
-- (`for update`) is passed over.
-- `passed_over` skips the first ones, for trying a relay with another message than the one it refused.
create or replace function claim_sends(wanted integer, passed_over integer, lease interval, default_sender text, version integer)
returns table (organisation_id bigint, send_id bigint, employee_id bigint, lease_number bigint, seed bytea, attempts integer,
               tried_for double precision, template_values text)
language plpgsql security definer set search_path = public, pg_temp
set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 as $$
#variable_conflict use_column
declare
    organisations bigint[];
    picked bigint[];
    batches_picked bigint[];
    reasons text[];
    at timestamptz;
begin
    -- Again where all that was picked had to be dropped; not for ever, since this is one transaction.
    for round in 1..50 loop
        select array_agg(due.organisation_id), array_agg(due.id), array_agg(distinct due.batch_id)
        into organisations, picked, batches_picked from pick_sends(wanted, passed_over, version) due;
        exit when picked is null;
        at := clock_timestamp();

        select array_agg(b.id) into batches_picked from (
            select id from batches
            where organisation_id = any(organisations) and id = any(batches_picked)
              and undone_at is null and paused_at is null and stopped_at is null for share skip locked) b;

        select array_agg(s.organisation_id), array_agg(s.id), array_agg(
            case when e.removed_at is not null then 'removed'
                 when s.notice = 'batch_waits' and d.ended_at is not null then 'superseded'
                 when s.kind = 'notice' then null
                 when e.suspended_at is not null then 'suspended'
                 when e.email is distinct from s.address then 'address_changed'
                 when s.kind = 'reset' then null
                 when e.activated_at is not null or i.accepted_at is not null then 'activated'
                 when i.cancelled_at is not null then 'cancelled'
                 when i.withdrawn_at is not null then 'undone' end)
        into organisations, picked, reasons
        from unnest(organisations, picked) as p(organisation_id, id)
        join sends s on s.organisation_id = p.organisation_id and s.id = p.id
        join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
        left join invitations i on i.organisation_id = s.organisation_id and i.id = s.invitation_id
        left join batches d on d.organisation_id = s.organisation_id and d.id = s.about_batch_id
        where s.batch_id is null or s.batch_id = any(batches_picked);
        exit when picked is null;

        if num_nonnulls(variadic reasons) > 0 then
            with dropped as (
                update sends s set state = 'dropped', reason = p.reason, finished_at = at
                from unnest(organisations, picked, reasons) as p(organisation_id, id, reason)
                where p.reason is not null and s.organisation_id = p.organisation_id and s.id = p.id
                returning s.organisation_id, s.employee_id, s.invitation_id, s.id, s.batch_id)
            insert into events (organisation_id, kind, employee_id, invitation_id, send_id, batch_id)
            select organisation_id, 'dropped', employee_id, invitation_id, id, batch_id from dropped;
        end if;

        return query
        with tenants as materialized (
            select o.id, o.name, o.short_name, o.time_zone, t.sender_name, coalesce(t.sender_address, default_sender) as sender_address,
                   t.reply_to, t.contact, local_day_end(o.time_zone, t.validity_days) as ends_at
            from organisations o join settings t on t.organisation_id = o.id
            where o.id = any(organisations)
        ), claimed as (
            update sends s
            set state = 'sending', lease_number = s.lease_number + 1, lease_until = at + lease,
                taken_up_at = coalesce(s.taken_up_at, at),
                -- A message whose last copy may have arrived keeps its dates, so that both copies are the same.
                dated_at = case when s.uncertain then s.dated_at else at end,
                expires_at = case when s.uncertain then s.expires_at
                                  when s.kind in ('invitation', 'resend') then o.ends_at
                                  when s.kind = 'reset' then at + interval '1 hour' end
            from unnest(organisations, picked, reasons) as p(organisation_id, id, reason)
            join tenants o on o.id = p.organisation_id
            where p.reason is null and s.organisation_id = p.organisation_id and s.id = p.id
            returning s.organisation_id, s.id, s.employee_id, s.kind, s.notice, s.language, s.address, s.lease_number, s.seed,
                      s.attempts, s.taken_up_at, s.dated_at, s.expires_at, s.uncertain, s.priority, s.not_before, s.about_batch_id
        ), made as (
            select c.*, coalesce(v.template_version, version) as template_version, coalesce(v.template_values, jsonb_build_object(
                       'kind', c.kind, 'notice', c.notice, 'language', c.language, 'organisation', o.name, 'time_zone', o.time_zone,
                       'sender_name', o.sender_name, 'sender_address', o.sender_address, 'reply_to', o.reply_to, 'contact', o.contact,
                       'first_name', e.first_name, 'last_name', e.last_name, 'address', c.address,
                       -- Who shares an address is told apart by the number, and that by the organisation where it is not the only one.
                       'identifier', case when e.employee_number is null or not e.shares_address then e.email
                                          when e.shares_number then e.employee_number || '@' || o.short_name
                                          else e.employee_number end,
                       'dated_at', (extract(epoch from c.dated_at) * 1000000)::bigint,
                       'expires_at', (extract(epoch from c.expires_at) * 1000000)::bigint,
                       'batch', case when c.about_batch_id is not null then batch_facts(c.organisation_id, c.about_batch_id) end)) as template_values
            from claimed c
            join tenants o on o.id = c.organisation_id
            join lateral (
                select m.first_name, m.last_name, coalesce(m.email, m.employee_number, '') as email, m.employee_number,
                       exists (select from employees n where n.email_normalised = m.email_normalised and n.removed_at is null
                               and (n.organisation_id, n.id) <> (m.organisation_id, m.id)) as shares_address,
                       exists (select from employees n where n.employee_number = m.employee_number and n.removed_at is null
                               and n.organisation_id <> m.organisation_id) as shares_number
                from employees m where m.organisation_id = c.organisation_id and m.id = c.employee_id) e on true
            left join send_values v on c.uncertain and v.organisation_id = c.organisation_id and v.send_id = c.id
        ), stored as (
            insert into send_values (organisation_id, send_id, template_version, template_values)
            select m.organisation_id, m.id, m.template_version, m.template_values from made m
            on conflict (organisation_id, send_id) do update
            set template_version = excluded.template_version, template_values = excluded.template_values
        )
        select m.organisation_id, m.id, m.employee_id, m.lease_number, m.seed, m.attempts,
               extract(epoch from at - m.taken_up_at)::double precision, m.template_values::text
        from made m order by m.priority, m.not_before, m.id;
        exit when found;
    end loop;
end $$;

-- Seconds until the next send may leave; negative where one may, nothing where none waits. Paused batches, and all of it
-- while the outbox is held, wait for a person.
create or replace function next_send_due() returns double precision
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with waiting as (
        select s.not_before as due from organisations o
        cross join generate_series(0, 9) as p(priority)
        cross join lateral (
            select not_before from sends
            where organisation_id = o.id and priority = p.priority and state in ('queued', 'deferred') and (batch_id is null or priority < 5)
            order by not_before limit 1) s
        union all
        select greatest(s.not_before, p.until) from batches b
        join settings t on t.organisation_id = b.organisation_id
        cross join lateral (
            select not_before from sends
            where batch_id = b.id and state in ('queued', 'deferred') and priority >= 5 order by not_before limit 1) s
        cross join lateral pace_state(b.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) p
        where b.ended_at is null and b.undone_at is null and b.paused_at is null and b.stopped_at is null)
    select extract(epoch from greatest(min(w.due), min(p.until)) - clock_timestamp())::double precision from waiting w
    left join relay_pace r on true
    cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) p
    where not exists (select from installation where outbox_held_at is not null)
$$;

-- Writes what became of claimed sends, as one: states, attempts, events, the expiry of invitations, where the employees stand.
-- Only of sends that nobody else has claimed since (the lease's number); says how many those were.
-- `outcomes`: what the relay said to a try; unset where none was made. `keeps`: messages stay in the built-in mailbox.
-- What was given back untouched does not count towards a pace.
create or replace function finish_sends(organisations bigint[], ids bigint[], concerned bigint[], numbers bigint[], states text[], outcomes text[],
                             delays double precision[], reasons text[], replies text[], keeps boolean) returns bigint
language plpgsql security definer set search_path = public, pg_temp
set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 as $$
declare
    finished bigint := 0;
    given_back integer := 0;
    tenant record;
begin
    -- The order of locks: employees (their standings) before invitations and sends.
    perform from unnest(organisations, concerned) as e(organisation_id, employee_id)
    join standings t on t.organisation_id = e.organisation_id and t.employee_id = e.employee_id
    order by t.organisation_id, t.employee_id for no key update of t;

    for tenant in
        with held as (
            update sends s
            set state = g.state, lease_until = null, reason = g.reason,
                not_before = case when g.delay is null then s.not_before else clock_timestamp() + make_interval(secs => g.delay) end,
                attempts = s.attempts + (g.outcome is not null)::integer,
                uncertain = s.uncertain or coalesce(g.outcome = 'unknown', false),
                -- What was given back untouched was never taken up.
                taken_up_at = case when g.state = 'queued' and g.delay is null and s.attempts = 0 and not s.uncertain then null
                                   else s.taken_up_at end,
                finished_at = case when g.state in ('sent', 'failed') then clock_timestamp() end,
                kept = keeps and g.state = 'sent',
                reply = coalesce(g.reply, s.reply)
            from unnest(organisations, ids, numbers, states, outcomes, delays, reasons, replies)
                as g(organisation_id, id, number, state, outcome, delay, reason, reply)
            -- Queued with the number unchanged: its lease ran out, and nobody has claimed it since.
            where s.organisation_id = g.organisation_id and s.id = g.id and s.lease_number = g.number and s.state in ('sending', 'queued')
            returning s.organisation_id, s.id, s.employee_id, s.kind, s.invitation_id, s.batch_id, s.address, s.state, s.expires_at,
                      s.finished_at, g.outcome, g.reply as said
        ), facts as materialized (
            select h.*, coalesce(e.email = h.address, false) as to_present_address,
                   num_nonnulls(i.accepted_at, i.cancelled_at, i.withdrawn_at) = 0 as is_live,
                   case when h.state <> 'queued' then nextval('events_id_seq') end as event_id
            from held h
            join employees e on e.organisation_id = h.organisation_id and e.id = h.employee_id
            left join invitations i on i.organisation_id = h.organisation_id and i.id = h.invitation_id
        ), tried as (
            insert into attempts (organisation_id, send_id, outcome, reply)
            select organisation_id, id, outcome, said from facts where outcome is not null
        ), told as (
            insert into events (organisation_id, id, kind, employee_id, invitation_id, send_id, batch_id) overriding system value
            select organisation_id, event_id, state, employee_id, invitation_id, id, batch_id from facts where event_id is not null
        ), quoted as (
            -- An accepted message's reply stands on the send; that to a refusal here as well, since another one may follow.
            insert into event_values (organisation_id, event_id, name, value)
            select organisation_id, event_id, 'reply', said from facts where event_id is not null and state <> 'sent' and said is not null
        ), moved as (
            update invitations i set expires_at = f.expires_at, expiry_noted_at = null
            from facts f
            where f.state = 'sent' and f.to_present_address and f.is_live and i.organisation_id = f.organisation_id and i.id = f.invitation_id
        ), stood as (
            update standings t
            set last_sent_at = f.finished_at,
                delivery_problem = t.delivery_problem and not f.to_present_address,
                expires_at = case when f.to_present_address and f.is_live and f.invitation_id is not null then f.expires_at else t.expires_at end
            from facts f
            where f.state = 'sent' and f.kind <> 'notice' and t.organisation_id = f.organisation_id and t.employee_id = f.employee_id
        )
        select organisation_id as id, count(*) as sends,
               array_agg(employee_id) filter (where state = 'failed' and kind <> 'notice') as troubled,
               bool_or(state = 'deferred') as waiting,
               (count(*) filter (where state = 'queued' and outcome is null))::integer as returned
        from facts group by organisation_id order by organisation_id
    loop
        if tenant.returned > 0 then
            perform pace_take(tenant.id, pace_per_second, pace_per_hour, pace_per_day, -tenant.returned)
            from settings where organisation_id = tenant.id;
            given_back := given_back + tenant.returned;
        end if;
        finished := finished + tenant.sends;
        if tenant.troubled is not null then
            perform refresh_standings(tenant.id, tenant.troubled);
        elsif tenant.waiting then
            -- No standing changed; the screens of batches did.
            perform pg_notify('latchkey_standings', tenant.id::text);
        end if;
    end loop;
    perform pace_take(0, per_second, per_hour, per_day, -given_back) from relay_pace;
    return finished;
end $$;

revoke execute on function pick_sends from public;

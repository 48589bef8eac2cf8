-- Delivery. Workers serve all organisations at once, so that everything here looks through row-level security, each function
-- for the one step of delivery that it is named after. Times are the database's: `clock_timestamp()`, since a statement may
-- have waited for a lock. None of it is worth compiling, which takes longer than the statement, nor planning anew each time;
-- the workers discard their plans every few seconds, so that they follow tables that grow.

-- What a try's message is dated: its Date header, and what `expires_at` is counted from.
alter table sends add column dated_at timestamptz;

-- The outbox grows from nothing to hundreds of thousands of rows within a second, faster than statistics follow. For a small
-- table every index that begins like the key looks as good as the key, and what is planned then (each foreign key's check too)
-- reads the whole organisation once the table is large. So these begin with what tells rows apart; ids are unique by themselves.
drop index sends_by_employee, sends_by_invitation, sends_by_batch, attempts_by_send, invitations_by_employee;
create index sends_by_employee on sends (employee_id, id);
create index sends_by_invitation on sends (invitation_id, id) where invitation_id is not null;
create index sends_by_batch on sends (batch_id, id) where batch_id is not null;
create index attempts_by_send on attempts (send_id, id);
create index invitations_by_employee on invitations (employee_id, id);

-- The end of a local day some days ahead: its last second, so that it shows the day that it ends. A zone that this server
-- does not know counts as UTC; one organisation's mistake must not hold up the others.
create function local_day_end(zone text, days integer) returns timestamptz
language plpgsql stable set search_path = public, pg_temp as $$
begin
    return ((clock_timestamp() at time zone zone)::date + days + 1)::timestamp at time zone zone - interval '1 second';
exception when invalid_parameter_value then
    return ((clock_timestamp() at time zone 'UTC')::date + days + 1)::timestamp at time zone 'UTC' - interval '1 second';
end $$;

-- Claims the sends whose turn it is, the most urgent first, and gives all that their messages are made of.
-- A send that has lost its reason to leave is dropped instead. Nothing waits for a lock, so that any number of workers claim at
-- once; a batch that somebody undoes at this moment (`for update`) is passed over.
-- `passed_over` skips the first ones of each priority, for trying a relay with another message than the one it refused.
create function claim_sends(wanted integer, passed_over integer, lease interval, default_sender text, version integer)
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
        at := clock_timestamp();
        select array_agg(due.organisation_id), array_agg(due.id), array_agg(distinct due.batch_id)
        into organisations, picked, batches_picked from (
            select s.organisation_id, s.id, s.batch_id from generate_series(0, 9) as p(priority)
            cross join lateral (
                select organisation_id, id, batch_id from sends
                where state in ('queued', 'deferred') and priority = p.priority and not_before <= at
                order by not_before, id limit wanted offset passed_over for no key update skip locked) s
            limit wanted) due;
        exit when picked is null;

        select array_agg(b.id) into batches_picked from (
            select id from batches
            where organisation_id = any(organisations) and id = any(batches_picked) and undone_at is null for share skip locked) b;

        select array_agg(s.organisation_id), array_agg(s.id), array_agg(
            case when e.removed_at is not null then 'removed'
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
                      s.attempts, s.taken_up_at, s.dated_at, s.expires_at, s.uncertain, s.priority, s.not_before
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
                       'expires_at', (extract(epoch from c.expires_at) * 1000000)::bigint)) as template_values
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

-- Renews leases that are still held; gives the sends whose lease goes on.
create function renew_sends(organisations bigint[], ids bigint[], numbers bigint[], lease interval) returns setof bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    update sends s set lease_until = clock_timestamp() + lease
    from unnest(organisations, ids, numbers) as held(organisation_id, id, number)
    where s.organisation_id = held.organisation_id and s.id = held.id and s.lease_number = held.number and s.state = 'sending'
    returning s.id
$$;

-- Takes up what a dead worker held. Nobody knows whether it left, so that its next copy is an identical one.
-- After a restart of this server, workers that outlived it have a moment to renew what they hold.
create function release_expired_sends() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with expired as (
        select organisation_id, id from sends
        where state = 'sending' and lease_until < clock_timestamp() and pg_postmaster_start_time() < clock_timestamp() - interval '5 seconds'
        for no key update skip locked),
    released as (
        update sends s set state = 'queued', lease_until = null, uncertain = true
        from expired e where s.organisation_id = e.organisation_id and s.id = e.id returning s.id)
    select count(*) from released
$$;

-- Seconds until the next send is due; negative where one is, nothing where none waits.
create function next_send_due() returns double precision
language sql security definer set search_path = public, pg_temp set jit = off as $$
    select extract(epoch from min(s.not_before) - clock_timestamp())::double precision from generate_series(0, 9) as p(priority)
    cross join lateral (
        select not_before from sends where state in ('queued', 'deferred') and priority = p.priority order by not_before limit 1) s
$$;

-- Writes what became of claimed sends, as one: states, attempts, events, the expiry of invitations, where the employees stand.
-- Only of sends that nobody else has claimed since (the lease's number); says how many those were.
-- `outcomes`: what the relay said to a try; unset where none was made. `keeps`: messages stay in the built-in mailbox.
create function finish_sends(organisations bigint[], ids bigint[], concerned bigint[], numbers bigint[], states text[], outcomes text[],
                             delays double precision[], reasons text[], replies text[], keeps boolean) returns bigint
language plpgsql security definer set search_path = public, pg_temp
set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 as $$
declare
    finished bigint := 0;
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
               bool_or(state = 'deferred') as waiting
        from facts group by organisation_id
    loop
        finished := finished + tenant.sends;
        if tenant.troubled is not null then
            perform refresh_standings(tenant.id, tenant.troubled);
        elsif tenant.waiting then
            -- No standing changed; the screens of batches did.
            perform pg_notify('latchkey_standings', tenant.id::text);
        end if;
    end loop;
    return finished;
end $$;

-- Records once that invitations have expired. Their status changes without a write, so that the screens are told.
create function note_expired_invitations() returns bigint
language plpgsql security definer set search_path = public, pg_temp set jit = off as $$
declare
    noted bigint := 0;
    concerned record;
begin
    for concerned in
        with expired as (
            select organisation_id, id from invitations
            where expires_at <= clock_timestamp() and expiry_noted_at is null
              and accepted_at is null and cancelled_at is null and withdrawn_at is null
            order by expires_at limit 1000 for no key update skip locked
        ), noting as (
            update invitations i set expiry_noted_at = clock_timestamp()
            from expired e where i.organisation_id = e.organisation_id and i.id = e.id
            returning i.organisation_id, i.employee_id, i.id
        ), told as (
            insert into events (organisation_id, kind, employee_id, invitation_id)
            select organisation_id, 'expired', employee_id, id from noting
        )
        select organisation_id, count(*) as people from noting group by organisation_id
    loop
        noted := noted + concerned.people;
        perform pg_notify('latchkey_standings', concerned.organisation_id::text);
    end loop;
    return noted;
end $$;

revoke execute on function local_day_end, claim_sends, renew_sends, release_expired_sends, next_send_due, finish_sends,
    note_expired_invitations from public;
grant execute on function claim_sends, renew_sends, release_expired_sends, next_send_due, finish_sends, note_expired_invitations
    to latchkey_app;

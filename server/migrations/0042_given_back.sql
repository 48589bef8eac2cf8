alter table leases add column claimed_at timestamptz not null default clock_timestamp();   -- when what it holds was claimed

-- What a worker gives back untouched counts no more, in the minute in which it was claimed: subtracted later, that minute would leave the
-- window before its remainder does, and more than the limit could leave.
create function pace_give_back(pace_scope bigint, claimed timestamptz[]) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    perform from pace_counts
    where scope = pace_scope and minute in (select date_trunc('minute', u) from unnest(claimed) u) order by minute for no key update;
    update pace_counts c set messages = greatest(0, c.messages - u.messages)
    from (select date_trunc('minute', u) as minute, count(*)::integer as messages from unnest(claimed) u group by 1) u
    where c.scope = pace_scope and c.minute = u.minute;
end $$;

-- As 0026_outbox.sql has it. What was refused for now and comes back untouched stays so, with its reason: its turn does not wait for its
-- whole batch. What comes back and has lost its reason to leave is dropped at once: it would be in the way of what is sent in its place.
create or replace function finish_sends(organisations bigint[], ids bigint[], concerned bigint[], numbers bigint[], states text[], outcomes text[],
                             delays double precision[], reasons text[], replies text[], keeps boolean) returns bigint
language plpgsql security definer set search_path = public, pg_temp
set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 as $$
declare
    finished bigint := 0;
    given_back timestamptz[] := '{}';
    tenant record;
begin
    -- The order of locks: employees (their standings) before invitations and sends.
    perform from unnest(organisations, concerned) as e(organisation_id, employee_id)
    join standings t on t.organisation_id = e.organisation_id and t.employee_id = e.employee_id
    order by t.organisation_id, t.employee_id for no key update of t;

    for tenant in
        with given as materialized (
            select * from unnest(organisations, ids, numbers, states, outcomes, delays, reasons, replies)
                as g(organisation_id, id, number, state, outcome, delay, reason, reply)
        ), over as (
            delete from outbox o using given g
            where g.state in ('sent', 'failed') and o.send_id = g.id and o.lease_number = g.number
            returning o.send_id, o.taken_up_at, o.dated_at, o.expires_at, null::timestamptz as claimed_at
        ), back as (
            update outbox o
            -- Without a number, so that what is written twice counts once.
            set held = false, lease_number = 0,
                -- What was given back untouched was never taken up.
                taken_up_at = case when g.state = 'queued' and g.delay is null and s.attempts = 0 and not s.uncertain then null
                                   else o.taken_up_at end
            from given g join sends s on s.organisation_id = g.organisation_id and s.id = g.id
            left join leases l on l.number = g.number
            where g.state in ('queued', 'deferred') and o.send_id = g.id and o.lease_number = g.number
            returning o.send_id, o.taken_up_at, o.dated_at, o.expires_at, l.claimed_at
        ), held as (
            update sends s
            set state = case when g.state = 'queued' and g.delay is null and s.state = 'deferred' then s.state else g.state end,
                reason = case when g.state = 'queued' and g.delay is null and s.state = 'deferred' then s.reason else g.reason end,
                not_before = case when g.delay is null then s.not_before else clock_timestamp() + make_interval(secs => g.delay) end,
                attempts = s.attempts + (g.outcome is not null)::integer,
                uncertain = s.uncertain or coalesce(g.outcome = 'unknown', false),
                taken_up_at = h.taken_up_at, dated_at = h.dated_at, expires_at = h.expires_at,
                finished_at = case when g.state in ('sent', 'failed') then clock_timestamp() end,
                kept = keeps and g.state = 'sent',
                reply = coalesce(g.reply, s.reply)
            from (select * from over union all select * from back) h join given g on g.id = h.send_id
            where s.organisation_id = g.organisation_id and s.id = g.id
            returning s.organisation_id, s.id, s.employee_id, s.kind, s.invitation_id, s.batch_id, s.address, g.state, s.expires_at,
                      s.finished_at, g.outcome, g.reply as said,
                      case when g.state = 'queued' and g.outcome is null then h.claimed_at end as claimed_in_vain
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
                expires_at = case when f.to_present_address and f.is_live and f.invitation_id is not null then f.expires_at else t.expires_at end,
                dates_written = t.dates_written + 1
            from facts f
            where f.state = 'sent' and f.kind <> 'notice' and t.organisation_id = f.organisation_id and t.employee_id = f.employee_id
            returning t.organisation_id, t.employee_id, t.ends_at, t.sent_rank
        ), dated as (
            update standing_dates d set ends_at = t.ends_at, sent_rank = t.sent_rank
            from stood t where d.employee_id = t.employee_id
        )
        select organisation_id as id, count(*) as sends,
               array_agg(employee_id) filter (where state = 'failed' and kind <> 'notice') as troubled,
               array_agg(claimed_in_vain) filter (where claimed_in_vain is not null) as given_back,
               array_agg(id) filter (where state in ('queued', 'deferred') and kind <> 'notice' and not (to_present_address and is_live)) as over
        from facts group by organisation_id order by organisation_id
    loop
        if tenant.given_back is not null then
            perform pace_give_back(tenant.id, tenant.given_back);
            given_back := given_back || tenant.given_back;
        end if;
        finished := finished + tenant.sends;
        if tenant.over is not null then
            with dropped as (
                update sends s
                set state = 'dropped', finished_at = clock_timestamp(),
                    reason = case when e.removed_at is not null then 'removed'
                                  when e.email is distinct from s.address then 'address_changed'
                                  when i.accepted_at is not null then 'activated'
                                  when i.cancelled_at is not null then 'cancelled'
                                  else 'undone' end
                from employees e, sends l left join invitations i on i.organisation_id = l.organisation_id and i.id = l.invitation_id
                where s.organisation_id = tenant.id and s.id = any(tenant.over) and s.state in ('queued', 'deferred')
                  and l.organisation_id = tenant.id and l.id = s.id and e.organisation_id = tenant.id and e.id = s.employee_id
                returning s.organisation_id, s.employee_id, s.invitation_id, s.id, s.batch_id
            )
            insert into events (organisation_id, kind, employee_id, invitation_id, send_id, batch_id)
            select organisation_id, 'dropped', employee_id, invitation_id, id, batch_id from dropped;
        end if;
        if tenant.troubled is not null then
            perform refresh_standings(tenant.id, tenant.troubled);
        end if;
    end loop;
    if cardinality(given_back) > 0 then
        perform pace_give_back(0, given_back);
    end if;
    return finished;
end $$;

revoke execute on function pace_give_back from public;

-- What a message was made of before is looked up for those messages alone that may have left with it. Joined, it was planned for
-- the few that were stored when the plan was made, and read all of them again and again while a batch filled the table.

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
            select c.*,
                   coalesce(case when c.uncertain then (
                       select v.template_version from send_values v
                       where v.organisation_id = c.organisation_id and v.send_id = c.id) end, version) as template_version,
                   coalesce(case when c.uncertain then (
                       select v.template_values from send_values v
                       where v.organisation_id = c.organisation_id and v.send_id = c.id) end, jsonb_build_object(
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

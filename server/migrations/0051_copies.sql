-- Takes up the sends whose turn it is, as 0026_outbox.sql has it. A copy that would be dead on arrival, or come from a sender that the
-- organisation has changed since, is no copy: it is dated and made anew, with the same link.
create or replace function take_up_sends(wanted integer, passed_over integer, lease interval, default_sender text, version integer)
returns table (organisation_id bigint, send_id bigint, employee_id bigint, lease_number bigint, seed bytea, attempts integer,
               tried_for double precision, made_before text, letterhead text, kind text, notice text, language text, address text,
               first_name text, last_name text, identifier text, dated_at bigint, expires_at bigint, batch text)
language plpgsql security definer set search_path = public, pg_temp
set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 as $$
#variable_conflict use_column
declare
    organisations bigint[];
    picked bigint[];
    of_batches bigint[];
    leaving bigint[];
    papers bigint[];
    this_lease bigint;
    at timestamptz;
    at_micros bigint;
begin
    -- Again where all that was picked had to be dropped; not for ever, since this is one transaction.
    for round in 1..50 loop
        select array_agg(distinct due.organisation_id), array_agg(due.id), array_agg(due.batch_id)
        into organisations, picked, of_batches from pick_sends(wanted, passed_over, version) due;
        exit when picked is null;
        at := clock_timestamp();
        at_micros := extract(epoch from at) * 1000000;

        select array_agg(b.id) into leaving from (
            select id from batches
            where organisation_id = any(organisations) and id in (select distinct u from unnest(of_batches) u)
              and (paused_at is null or stopped_at is not null or undone_at is not null) for share skip locked) b;
        select array_agg(p.id) into picked from unnest(picked, of_batches) as p(id, batch)
        where p.batch is null or p.batch = any(leaving);
        exit when picked is null;

        select array_agg(letterhead(u, default_sender)) into papers from unnest(organisations) u;
        insert into leases (until, sends) values (at + lease, picked) returning number into this_lease;

        return query
        with tenants as materialized (
            select o.*, (extract(epoch from o.ends_at) * 1000000)::bigint as ends_at_micros from (
                select o.id, o.short_name, l.id as letterhead_id, l.common_values, local_day_end(o.time_zone, t.validity_days) as ends_at
                from organisations o
                join settings t on t.organisation_id = o.id
                join letterheads l on l.organisation_id = o.id and l.id = any(papers)
                where o.id = any(organisations)
                offset 0) o
        ), facts as materialized (
            select w.priority, w.not_before, coalesce(s.taken_up_at, w.taken_up_at, at) as taken_up_at,
                   s.organisation_id, s.id, s.employee_id, s.about_batch_id, s.kind, s.notice, s.language, s.address,
                   s.seed, s.attempts, k.uncertain, coalesce(s.dated_at, w.dated_at) is not null as made_before, e.first_name, e.last_name,
                   -- Who shares an address is told apart by the number, and that by the organisation where it is not the only one.
                   case when e.employee_number is null or not exists (
                            select from employees n where n.email_normalised = e.email_normalised and n.removed_at is null
                            and (n.organisation_id, n.id) <> (e.organisation_id, e.id)) then coalesce(e.email, e.employee_number, '')
                        when exists (
                            select from employees n where n.employee_number = e.employee_number and n.removed_at is null
                            and n.organisation_id <> e.organisation_id) then e.employee_number || '@' || o.short_name
                        else e.employee_number end as identifier,
                   -- A message whose last copy may have arrived keeps its dates, so that both copies are the same.
                   case when k.uncertain then s.dated_at else at end as dated_at,
                   case when k.uncertain then s.expires_at
                        when s.kind in ('invitation', 'resend') then o.ends_at
                        when s.kind = 'reset' then at + interval '1 hour' end as expires_at,
                   case when s.about_batch_id is not null then batch_facts(s.organisation_id, s.about_batch_id) end as batch,
                   o.letterhead_id, o.common_values, o.ends_at, o.ends_at_micros,
                   case when s.state not in ('queued', 'deferred') then 'over'
                        when e.removed_at is not null then 'removed'
                        when s.notice = 'batch_waits' and d.ended_at is not null then 'superseded'
                        when s.kind = 'notice' then null
                        when b.undone_at is not null then 'undone'
                        when b.stopped_at is not null then 'stopped'
                        when e.suspended_at is not null then 'suspended'
                        when e.email is distinct from s.address then 'address_changed'
                        when s.kind = 'reset' then null
                        when e.activated_at is not null or i.accepted_at is not null then 'activated'
                        when i.cancelled_at is not null then 'cancelled'
                        when i.withdrawn_at is not null then 'undone' end as reason
            from unnest(picked) as p(id)
            join outbox w on w.send_id = p.id
            join sends s on s.organisation_id = w.organisation_id and s.id = w.send_id
            join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
            join tenants o on o.id = s.organisation_id
            left join invitations i on i.organisation_id = s.organisation_id and i.id = s.invitation_id
            left join batches b on b.organisation_id = s.organisation_id and b.id = s.batch_id
            left join batches d on d.organisation_id = s.organisation_id and d.id = s.about_batch_id
            cross join lateral (
                select s.uncertain and coalesce(s.expires_at > at, true) and not coalesce((
                    select l.common_values ->> 'sender_address' <> o.common_values ->> 'sender_address' from send_values v
                    join letterheads l on l.organisation_id = v.organisation_id and l.id = v.letterhead_id
                    where v.organisation_id = s.organisation_id and v.send_id = s.id), false) as uncertain) k
        ), dropped as (
            update sends s set state = 'dropped', reason = f.reason, finished_at = at
            from (select l.organisation_id, l.id, f.reason from facts f
                  join sends l on l.organisation_id = f.organisation_id and l.id = f.id
                  where f.reason <> 'over' for no key update of l skip locked) f
            where s.organisation_id = f.organisation_id and s.id = f.id
            returning s.organisation_id, s.employee_id, s.invitation_id, s.id, s.batch_id
        ), told as (
            insert into events (organisation_id, kind, employee_id, invitation_id, send_id, batch_id)
            select organisation_id, 'dropped', employee_id, invitation_id, id, batch_id from dropped
        ), over as (
            delete from outbox w using facts f where f.reason = 'over' and w.send_id = f.id
        ), held as (
            update outbox w
            set held = true, lease_number = this_lease, taken_up_at = f.taken_up_at, dated_at = f.dated_at, expires_at = f.expires_at
            from facts f where f.reason is null and w.send_id = f.id
        ), stored as (
            insert into send_values (organisation_id, send_id, template_version, letterhead_id, first_name, last_name, identifier,
                                     dated_at, expires_at, about_batch)
            select f.organisation_id, f.id, version, f.letterhead_id, f.first_name, f.last_name, f.identifier, f.dated_at, f.expires_at, f.batch
            from facts f where f.reason is null and not f.made_before
        ), stored_again as (
            insert into send_values as v (organisation_id, send_id, template_version, letterhead_id, first_name, last_name, identifier,
                                          dated_at, expires_at, about_batch)
            select f.organisation_id, f.id, version, f.letterhead_id, f.first_name, f.last_name, f.identifier, f.dated_at, f.expires_at, f.batch
            from facts f where f.reason is null and f.made_before
            on conflict (organisation_id, send_id) do update
            set template_version = excluded.template_version, letterhead_id = excluded.letterhead_id, template_values = null,
                first_name = excluded.first_name, last_name = excluded.last_name, identifier = excluded.identifier,
                dated_at = excluded.dated_at, expires_at = excluded.expires_at, about_batch = excluded.about_batch
            where not exists (select from sends u where u.organisation_id = v.organisation_id and u.id = v.send_id and u.uncertain
                              and u.dated_at is not distinct from excluded.dated_at)
        )
        select f.organisation_id, f.id, f.employee_id, this_lease, f.seed, f.attempts,
               extract(epoch from at - f.taken_up_at)::double precision,
               case when f.uncertain then message_values(f.organisation_id, f.id)::text end,
               case when f.letterhead_id is distinct from lag(f.letterhead_id) over (order by f.priority, f.not_before, f.id)
                    then f.common_values::text end,
               f.kind, f.notice, f.language, f.address, f.first_name, f.last_name, f.identifier,
               case when f.dated_at = at then at_micros else (extract(epoch from f.dated_at) * 1000000)::bigint end,
               case when f.expires_at = f.ends_at then f.ends_at_micros else (extract(epoch from f.expires_at) * 1000000)::bigint end,
               f.batch::text
        from facts f where f.reason is null order by f.priority, f.not_before, f.id;
        exit when found;
    end loop;
end $$;

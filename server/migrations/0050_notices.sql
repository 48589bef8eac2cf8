-- Picks and locks the sends whose turn it is, as 0036_paused.sql has it. Notices that are made by the thousand take turns with batches also
-- where one message leaves at a time.
create or replace function pick_sends(wanted integer, passed_over integer, version integer)
returns table (organisation_id bigint, id bigint, batch_id bigint)
language plpgsql set search_path = public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
#variable_conflict use_column
declare
    at timestamptz := clock_timestamp();
    relay relay_pace;
    tenant record;
    relay_takes integer;
    room integer;
    share integer;
    parts integer;
    part integer;
    retries integer;
    again integer;
    found_here integer;
    tried record;
    scopes bigint[] := '{}';
    taken integer[] := '{}';
begin
    if outbox_is_held() then
        return;
    end if;
    select * into relay from relay_pace;
    relay_takes := pace_lock(0, relay.per_second, relay.per_hour, relay.per_day);
    room := least(wanted, relay_takes);
    -- Where the relay has said anything to a message that was tried, it has taken its sender.
    with settled as (
        select r.organisation_id from refused_senders r
        where exists (select from attempts a where a.send_id = any(r.probes) and a.at >= r.probed_at) for update skip locked
    ), gone as (
        delete from refused_senders r using settled where r.organisation_id = settled.organisation_id returning r.organisation_id
    )
    select count(pg_notify('latchkey_standings', gone.organisation_id::text)) into found_here from gone;
    for tenant in
        select o.id, t.pace_per_second, t.pace_per_hour, t.pace_per_day from organisations o join settings t on t.organisation_id = o.id
        cross join lateral (
            select from outbox w where w.organisation_id = o.id and w.priority < 5 and w.not_before <= at and not w.held
            and (w.batch_id is null or not is_paused(o.id, w.batch_id)) limit 1) due
        where not exists (select from refused_senders r where r.organisation_id = o.id)
        order by random()
    loop
        exit when room <= 0;
        perform pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day);
        return query
        select s.organisation_id, s.send_id, s.batch_id from generate_series(0, 4) as p(priority)
        cross join lateral (
            select organisation_id, send_id, batch_id from outbox
            where organisation_id = tenant.id and priority = p.priority and priority < 5 and not_before <= at and not held
              and (batch_id is null or not is_paused(tenant.id, batch_id))
            order by not_before, send_id limit room for no key update skip locked) s
        limit room;
        get diagnostics found_here = row_count;
        room := room - found_here;
        scopes := scopes || tenant.id;
        taken := taken || found_here;
    end loop;
    -- Whoever's sender is refused tries it with one message now and then, and leaves a relay of a low pace to others as well.
    for tenant in
        select r.organisation_id as id, t.pace_per_second, t.pace_per_hour, t.pace_per_day from refused_senders r
        join settings t on t.organisation_id = r.organisation_id
        where r.next_try <= at order by r.next_try for no key update of r skip locked
    loop
        exit when room <= 0 or relay_takes = 1 and random() < 0.5;
        select s.* into tried from (
            (select o.send_id, o.batch_id from generate_series(0, 9) as p(priority)
             cross join lateral (
                select send_id, batch_id from outbox
                where organisation_id = tenant.id and priority = p.priority and not_before <= at and not held
                  and (batch_id is null or priority < 5 and not is_paused(tenant.id, batch_id))
                order by not_before, send_id limit 1 for no key update skip locked) o
             limit 1)
            union all
            (select w.send_id, w.batch_id from batches b
             cross join lateral (
                select send_id, batch_id from outbox
                where outbox.batch_id = b.id and not_before <= at and not held and priority >= 5
                order by not_before, send_id limit 1 for no key update skip locked) w
             where b.organisation_id = tenant.id and b.ended_at is null and coalesce(b.hold_until <= at, true)
               and not is_paused(b.organisation_id, b.id)
               and pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day) > 0
             limit 1)) s
        limit 1;
        continue when tried.send_id is null;
        -- Should nobody hear for long what becomes of it, another one is tried.
        update refused_senders r
        set next_try = at + interval '20 seconds', probes = r.probes || tried.send_id,
            probed_at = case when r.probes = '{}' then at else r.probed_at end
        where r.organisation_id = tenant.id;
        organisation_id := tenant.id;
        id := tried.send_id;
        batch_id := tried.batch_id;
        return next;
        room := room - 1;
        scopes := scopes || tenant.id;
        taken := taken || 1;
        exit;
    end loop;
    -- Whose share comes first is left to chance, so that nobody is always last.
    for tenant in
        with waiting as (
            select b.organisation_id, b.id from batches b
            cross join lateral (
                select from outbox w where w.batch_id = b.id and w.not_before <= at and not w.held and w.priority >= 5 limit 1) due
            where b.ended_at is null and coalesce(b.hold_until <= at, true)
            union all
            -- Notices made by the thousand count as one batch, which has no number.
            select o.id, null from organisations o
            cross join lateral (
                select from outbox w
                where w.organisation_id = o.id and w.batch_id is null and w.priority = 5 and w.not_before <= at and not w.held limit 1) due
        ), due as (
            -- Notices first, so that batches get what these leave.
            select w.organisation_id, array_agg(w.id order by w.id is not null, random()) as batches from waiting w
            where not is_paused(w.organisation_id, w.id)
              and not exists (select from refused_senders r where r.organisation_id = w.organisation_id)
            group by w.organisation_id)
        select due.organisation_id as id, due.batches, count(*) over ()::integer as tenants, t.pace_per_second, t.pace_per_hour, t.pace_per_day
        from due join settings t on t.organisation_id = due.organisation_id order by random()
    loop
        exit when room <= 0;
        parts := coalesce(parts, tenant.tenants);
        share := least((room + parts - 1) / parts, pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day));
        parts := parts - 1;
        -- Where there is not one for each, chance says who has none.
        if share < cardinality(tenant.batches) then
            tenant.batches := (select array_agg(u order by random()) from unnest(tenant.batches) u);
        end if;
        for place in 1..cardinality(tenant.batches) loop
            exit when share <= 0;
            part := (share + cardinality(tenant.batches) - place) / (cardinality(tenant.batches) - place + 1);
            again := 0;
            if tenant.batches[place] is null then
                return query
                select w.organisation_id, w.send_id, w.batch_id from outbox w
                where w.organisation_id = tenant.id and w.batch_id is null and w.priority = 5 and w.not_before <= at and not w.held
                order by w.not_before, w.send_id limit part offset passed_over for no key update skip locked;
            else
                -- Where somebody is steering it, nothing of it counts towards a pace.
                perform from batches b where b.organisation_id = tenant.id and b.id = tenant.batches[place] for share skip locked;
                continue when not found or is_paused(tenant.id, tenant.batches[place]);
                retries := case when passed_over = 0 then floor(part / 4.0 + random()) else 0 end;
                if retries > 0 then
                    return query
                    select w.organisation_id, w.send_id, w.batch_id from outbox w
                    where w.batch_id = tenant.batches[place] and w.deferred and w.not_before <= at and not w.held and w.priority >= 5
                    order by w.not_before, w.send_id limit retries for no key update skip locked;
                    get diagnostics again = row_count;
                end if;
                return query
                select w.organisation_id, w.send_id, w.batch_id from outbox w
                where w.batch_id = tenant.batches[place] and not (w.deferred and retries > 0) and w.not_before <= at and not w.held
                  and w.priority >= 5
                order by w.not_before, w.send_id limit part - again offset passed_over for no key update skip locked;
            end if;
            get diagnostics found_here = row_count;
            found_here := found_here + again;
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

-- An organisation whose sender the relay refuses waits alone: the sender is its own setting, and nobody else's messages wait for it.

create table refused_senders (
    organisation_id bigint primary key references organisations,
    since       timestamptz not null default clock_timestamp(),
    words       text not null,                    -- the relay's own words, without addresses
    failures    integer not null default 1,
    next_try    timestamptz not null,             -- one message is tried then
    probes      bigint[] not null default '{}',   -- those that were, and are not known to have been refused
    probed_at   timestamptz                       -- when the first of them was
);
alter table refused_senders enable row level security;
create policy own on refused_senders using (organisation_id = current_organisation());
grant select on refused_senders to latchkey_app;

-- The relay has refused the sender of this message. Whether that was news: what was under way when it began tells none, nor does a message
-- from another sender than the organisation's present one. The pauses grow from one second to twenty. Nobody waits here for long.
create function note_refused_sender(of_organisation bigint, of_send bigint, used text, default_sender text, reply text) returns boolean
language sql security definer set search_path = public, pg_temp set lock_timeout = '100ms' as $$
    with noted as (
        insert into refused_senders as r (organisation_id, words, next_try)
        select of_organisation, reply, clock_timestamp() + interval '1 second' from settings t
        where t.organisation_id = of_organisation and coalesce(t.sender_address, default_sender) = used
        on conflict (organisation_id) do update
        set words = excluded.words, failures = r.failures + 1, probes = array_remove(r.probes, of_send),
            next_try = clock_timestamp() + make_interval(secs => least(20, 2 ^ least(r.failures, 5)))
        where of_send = any(r.probes)
        returning failures)
    select exists (select from noted where failures = 1)
$$;

-- Where nothing waits any more, nothing is tried either.
create function sweep_refused_senders() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with over as (
        select organisation_id from refused_senders r
        where not exists (select from outbox o where o.organisation_id = r.organisation_id) for update skip locked
    ), swept as (
        delete from refused_senders r using over where r.organisation_id = over.organisation_id returning r.organisation_id)
    select count(*) from swept
$$;

-- Another sender is another matter.
create function forget_refused_sender() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from refused_senders where organisation_id = new.organisation_id;
    return null;
end $$;
create trigger sender_changed after update on settings for each row
    when (old.sender_address is distinct from new.sender_address) execute function forget_refused_sender();

-- How many organisations wait since their sender is refused.
create function refused_sender_count() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$ select count(*) from refused_senders $$;

-- As 0026_outbox.sql has it, and of an organisation whose sender is refused one message when it is time for a try, and no other. What a
-- person waits for is passed over by none.
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
    found_here integer;
    tried record;
    scopes bigint[] := '{}';
    taken integer[] := '{}';
begin
    if exists (select from installation where outbox_held_at is not null) then
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
            select from outbox w where w.organisation_id = o.id and w.not_before <= at and not w.held
            and (w.batch_id is null or w.priority < 5) limit 1) due
        where not exists (select from refused_senders r where r.organisation_id = o.id)
        order by random()
    loop
        exit when room <= 0;
        perform pace_lock(tenant.id, tenant.pace_per_second, tenant.pace_per_hour, tenant.pace_per_day);
        return query
        select s.organisation_id, s.send_id, s.batch_id from generate_series(0, 9) as p(priority)
        cross join lateral (
            select organisation_id, send_id, batch_id from outbox
            where organisation_id = tenant.id and priority = p.priority and not_before <= at and not held
              and (batch_id is null or priority < 5)
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
                  and (batch_id is null or priority < 5)
                order by not_before, send_id limit 1 for no key update skip locked) o
             limit 1)
            union all
            (select w.send_id, w.batch_id from batches b
             cross join lateral (
                select send_id, batch_id from outbox
                where outbox.batch_id = b.id and not_before <= at and not held and priority >= 5
                order by not_before, send_id limit 1 for no key update skip locked) w
             where b.organisation_id = tenant.id and b.ended_at is null and coalesce(b.hold_until <= at, true)
               and (b.paused_at is null or b.stopped_at is not null or b.undone_at is not null)
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
        with due as (
            select b.organisation_id, array_agg(b.id order by random()) as batches from batches b
            cross join lateral (
                select from outbox w where w.batch_id = b.id and w.not_before <= at and not w.held and w.priority >= 5 limit 1) waiting
            -- What comes back of one that was stopped or undone is taken up to be dropped.
            where b.ended_at is null and coalesce(b.hold_until <= at, true)
              and (b.paused_at is null or b.stopped_at is not null or b.undone_at is not null)
              and not exists (select from refused_senders r where r.organisation_id = b.organisation_id)
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
            select w.organisation_id, w.send_id, w.batch_id from outbox w
            where w.batch_id = tenant.batches[place] and w.not_before <= at and not w.held and w.priority >= 5
            order by w.not_before, w.send_id limit part offset passed_over for no key update skip locked;
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

-- As 0026_outbox.sql has it, and no sooner than a refused sender is tried again.
create or replace function next_send_due() returns double precision
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with waiting as (
        select greatest(s.not_before, r.next_try) as due from organisations o
        left join refused_senders r on r.organisation_id = o.id
        cross join generate_series(0, 9) as p(priority)
        cross join lateral (
            select not_before from outbox
            where organisation_id = o.id and priority = p.priority and not held and (batch_id is null or priority < 5)
            order by not_before limit 1) s
        union all
        select greatest(s.not_before, b.hold_until, p.until, r.next_try) from batches b
        join settings t on t.organisation_id = b.organisation_id
        left join refused_senders r on r.organisation_id = b.organisation_id
        cross join lateral (
            select not_before from outbox
            where batch_id = b.id and not held and priority >= 5 order by not_before limit 1) s
        cross join lateral pace_state(b.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) p
        where b.ended_at is null and (b.paused_at is null or b.stopped_at is not null or b.undone_at is not null))
    select extract(epoch from greatest(min(w.due), min(p.until)) - clock_timestamp())::double precision from waiting w
    left join relay_pace r on true
    cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) p
    where not exists (select from installation where outbox_held_at is not null)
$$;

revoke execute on function note_refused_sender, sweep_refused_senders, forget_refused_sender, refused_sender_count from public;
grant execute on function note_refused_sender, sweep_refused_senders, refused_sender_count to latchkey_app;

-- Which workers there are, and what delivery waits for.

-- Who delivers, and how the relay fares with them. A worker that has not been seen for a while is gone.
create table workers (
    id          uuid primary key,
    host        text not null,
    process     integer not null,
    version     text not null,
    started_at  timestamptz not null default clock_timestamp(),
    seen_at     timestamptz not null default clock_timestamp(),
    connections integer not null,          -- to the relay at most
    keeps       boolean not null,          -- it keeps messages in the built-in mailbox
    concern     text,                      -- a `domain::delivery::Concern`; unset: nothing is known against the relay
    words       text,                      -- the error, or the relay's own words, without addresses
    concern_at  timestamptz                -- since then
);

-- A worker tells that it is there, and how the relay fares with it.
create function report_worker(this uuid, at_host text, as_process integer, of_version text, with_connections integer, it_keeps boolean,
                              new_concern text, new_words text) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from workers where seen_at < clock_timestamp() - interval '1 hour' and id <> this;
    insert into workers as w (id, host, process, version, connections, keeps, concern, words, concern_at)
    values (this, at_host, as_process, of_version, with_connections, it_keeps, new_concern, new_words,
            case when new_concern is not null then clock_timestamp() end)
    on conflict (id) do update
    set seen_at = clock_timestamp(), concern = excluded.concern, words = excluded.words,
        concern_at = case when excluded.concern is null then null else coalesce(w.concern_at, excluded.concern_at) end
$$;
create function retire_worker(this uuid) returns void
language sql security definer set search_path = public, pg_temp as $$ delete from workers where id = this $$;

-- What everybody's delivery waits for, as far as the organisation of the transaction may know: the relay's trouble, where all
-- workers that are there have it, and from when on its own and the relay's pace let messages leave.
create function delivery_outlook()
returns table (workers integer, held boolean, concern text, words text, concern_at timestamptz, own_until timestamptz, relay_until timestamptz,
               relay_per_second integer, relay_per_hour integer, relay_per_day integer)
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    select w.there, exists (select from installation where outbox_held_at is not null), w.concern, w.words, w.concern_at, own.until, relay.until, r.per_second, r.per_hour, r.per_day
    from (
        select count(*)::integer as there,
               case when bool_and(concern is not null) then min(concern) end as concern,
               case when bool_and(concern is not null) then min(words) end as words,
               case when bool_and(concern is not null) then min(concern_at) end as concern_at
        from workers where seen_at > clock_timestamp() - interval '15 seconds') w
    left join settings t on t.organisation_id = current_organisation()
    left join relay_pace r on true
    cross join lateral pace_state(t.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) own
    cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) relay
$$;

revoke execute on function report_worker, retire_worker, delivery_outlook from public;
grant execute on function report_worker, retire_worker, delivery_outlook to latchkey_app;

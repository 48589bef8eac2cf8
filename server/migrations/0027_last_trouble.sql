-- The last trouble with the relay is remembered after it is over, for owners who look in the morning.
create table last_trouble (
    only_row        boolean primary key default true check (only_row),
    concern         text not null,
    words           text,
    at              timestamptz not null                                  -- when it was last there
);

-- A worker tells that it is there, and how the relay fares with it.
create or replace function report_worker(this uuid, at_host text, as_process integer, of_version text, with_connections integer, it_keeps boolean,
                                         new_concern text, new_words text) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from workers where seen_at < clock_timestamp() - interval '1 hour' and id <> this;
    insert into workers as w (id, host, process, version, connections, keeps, concern, words, concern_at)
    values (this, at_host, as_process, of_version, with_connections, it_keeps, new_concern, new_words,
            case when new_concern is not null then clock_timestamp() end)
    on conflict (id) do update
    set seen_at = clock_timestamp(), concern = excluded.concern, words = excluded.words,
        concern_at = case when excluded.concern is null then null else coalesce(w.concern_at, excluded.concern_at) end;
    insert into last_trouble (concern, words, at) select new_concern, new_words, clock_timestamp() where new_concern is not null
    on conflict (only_row) do update set concern = excluded.concern, words = excluded.words, at = excluded.at
$$;

-- Of everybody's relay, as each organisation may know it.
create function last_relay_trouble() returns table (concern text, words text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$ select concern, words, at from last_trouble $$;

revoke execute on function last_relay_trouble from public;
grant execute on function last_relay_trouble to latchkey_app;

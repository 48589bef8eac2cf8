-- The pace of the relay is that of the strictest worker that is there, so that one that was told of no limit lifts none.
alter table workers
    add column per_second integer check (per_second > 0),
    add column per_hour   integer check (per_hour > 0),
    add column per_day    integer check (per_day > 0);

-- A worker tells how much the relay takes, again and again while it is there.
create function note_relay_pace(this uuid, new_per_second integer, new_per_hour integer, new_per_day integer) returns void
language sql security definer set search_path = public, pg_temp as $$
    update workers set per_second = new_per_second, per_hour = new_per_hour, per_day = new_per_day
    where id = this and (per_second, per_hour, per_day) is distinct from (new_per_second, new_per_hour, new_per_day);
    insert into relay_pace as r (per_second, per_hour, per_day)
    select min(per_second), min(per_hour), min(per_day) from workers where id = this or seen_at > clock_timestamp() - interval '15 seconds'
    on conflict (only_row) do update
    set per_second = excluded.per_second, per_hour = excluded.per_hour, per_day = excluded.per_day
    where (r.per_second, r.per_hour, r.per_day) is distinct from (excluded.per_second, excluded.per_hour, excluded.per_day)
$$;
revoke execute on function note_relay_pace from public;
grant execute on function note_relay_pace to latchkey_app;

-- What delivery waits for, as 0016_workers.sql has it, and from when on the limit by the day alone would let messages leave, so that a
-- person can be told which limit it is.
drop function delivery_outlook();
create function delivery_outlook()
returns table (workers integer, held boolean, concern text, words text, concern_at timestamptz,
               own_until timestamptz, own_day_until timestamptz, own_per_second integer, own_per_hour integer, own_per_day integer,
               relay_until timestamptz, relay_day_until timestamptz, relay_per_second integer, relay_per_hour integer, relay_per_day integer)
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    select w.there, exists (select from installation where outbox_held_at is not null), w.concern, w.words, w.concern_at,
           own.until, own_day.until, t.pace_per_second, t.pace_per_hour, t.pace_per_day,
           relay.until, relay_day.until, r.per_second, r.per_hour, r.per_day
    from (
        select count(*)::integer as there,
               case when bool_and(concern is not null) then min(concern) end as concern,
               case when bool_and(concern is not null) then min(words) end as words,
               case when bool_and(concern is not null) then min(concern_at) end as concern_at
        from workers where seen_at > clock_timestamp() - interval '15 seconds') w
    left join settings t on t.organisation_id = current_organisation()
    left join relay_pace r on true
    cross join lateral pace_state(t.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) own
    cross join lateral pace_state(t.organisation_id, null, null, t.pace_per_day, clock_timestamp()) own_day
    cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) relay
    cross join lateral pace_state(0, null, null, r.per_day, clock_timestamp()) relay_day
$$;
revoke execute on function delivery_outlook from public;
grant execute on function delivery_outlook to latchkey_app;

-- The organisation's pace, and from when on the limits by the day alone would let messages leave, so that a person can be told which limit
-- it is. Beside `delivery_outlook` (0016_workers.sql), which servers of the version before go on asking as it is.
create function delivery_limits()
returns table (own_day_until timestamptz, own_per_second integer, own_per_hour integer, own_per_day integer, relay_day_until timestamptz)
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    select own_day.until, t.pace_per_second, t.pace_per_hour, t.pace_per_day, relay_day.until
    from (select 1) one
    left join settings t on t.organisation_id = current_organisation()
    left join relay_pace r on true
    cross join lateral pace_state(t.organisation_id, null, null, t.pace_per_day, clock_timestamp()) own_day
    cross join lateral pace_state(0, null, null, r.per_day, clock_timestamp()) relay_day
$$;
revoke execute on function delivery_limits from public;
grant execute on function delivery_limits to latchkey_app;

-- The minute in which the message stands that so many of a pace's counts include; none where there are fewer.
create function counted_until(pace_scope bigint, since timestamptz, messages bigint) returns timestamptz
language sql stable set search_path = public, pg_temp set jit = off as $$
    select min(c.minute) from (
        select p.minute, sum(p.messages) over (order by p.minute) as so_far from pace_counts p
        where p.scope = pace_scope and p.minute > since) c
    where c.so_far >= counted_until.messages
$$;

-- As 0013_pace.sql has it; where more has left than the limit, since that was lowered or a person waited for it, it goes on when the window has
-- room, not when the first of them leave it.
create or replace function pace_state(pace_scope bigint, per_second integer, per_hour integer, per_day integer, at timestamptz,
                                      out allowed integer, out since timestamptz, out until timestamptz)
language plpgsql stable set search_path = public, pg_temp set jit = off as $$
declare
    counted record;
begin
    allowed := 1000000;
    until := at;
    if per_second is not null then
        select next_at into since from pace_marks where scope = pace_scope;
        since := greatest(since, at - interval '100 milliseconds');
        allowed := greatest(0, floor(extract(epoch from at - since) * per_second) + 1);
        until := greatest(until, since);
    end if;
    if per_hour is not null or per_day is not null then
        select coalesce(sum(messages) filter (where minute > at - interval '61 minutes'), 0) as hour, coalesce(sum(messages), 0) as day
        into counted from pace_counts where scope = pace_scope and minute > at - interval '1441 minutes';
        if counted.hour >= per_hour then
            until := greatest(until, counted_until(pace_scope, at - interval '61 minutes', counted.hour - per_hour + 1) + interval '61 minutes');
        end if;
        if counted.day >= per_day then
            until := greatest(until, counted_until(pace_scope, at - interval '1441 minutes', counted.day - per_day + 1) + interval '1441 minutes');
        end if;
        allowed := greatest(0, least(allowed, coalesce(per_hour - counted.hour, allowed), coalesce(per_day - counted.day, allowed)));
    end if;
end $$;

-- When the last of so many messages may leave, were there one limit alone: so many within a window, of which some have left already.
create function last_leaves(pace_scope bigint, most integer, minutes integer, messages bigint) returns timestamptz
language plpgsql stable set search_path = public, pg_temp set jit = off as $$
declare
    at timestamptz := clock_timestamp();
    -- To the minute, so that no relay ever counts more (pace_state).
    whole interval := make_interval(mins => minutes + 1);
    left_before bigint;
    windows bigint := (messages - 1) / most;
    before_it bigint;
begin
    if most is null or messages <= 0 then
        return at;
    end if;
    select coalesce(sum(c.messages), 0) into left_before from pace_counts c where c.scope = pace_scope and c.minute > at - whole;
    -- As many as this must have left the window before the first window's share of them can: those of whole windows leave one window later each.
    before_it := left_before + messages - windows * most - most;
    return whole * windows + case when before_it > 0 then coalesce(counted_until(pace_scope, at - whole, before_it) + whole, at) else at end;
end $$;

-- The same by all limits of the organisation and the relay, by the hour and by the day.
create function last_leaves(messages bigint) returns timestamptz
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    select greatest(last_leaves(t.organisation_id, t.pace_per_hour, 60, messages), last_leaves(t.organisation_id, t.pace_per_day, 1440, messages),
                    last_leaves(0, r.per_hour, 60, messages), last_leaves(0, r.per_day, 1440, messages))
    from (select 1) one
    left join settings t on t.organisation_id = current_organisation()
    left join relay_pace r on true
$$;

revoke execute on function counted_until, last_leaves(bigint, integer, integer, bigint), last_leaves(bigint) from public;
grant execute on function last_leaves(bigint) to latchkey_app;

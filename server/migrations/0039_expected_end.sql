-- When the last of so many messages may leave, were there one limit alone: so many within a window, of which some have left already.
create function last_leaves(pace_scope bigint, most integer, minutes integer, messages bigint) returns timestamptz
language plpgsql stable set search_path = public, pg_temp set jit = off as $$
declare
    -- To the minute, so that no relay ever counts more (pace_state).
    whole interval := make_interval(mins => minutes + 1);
    left_before bigint;
    beyond bigint;
    frees timestamptz;
begin
    if most is null or messages <= 0 then
        return clock_timestamp();
    end if;
    select coalesce(sum(c.messages), 0) into left_before from pace_counts c
    where c.scope = pace_scope and c.minute > clock_timestamp() - whole;
    beyond := messages - greatest(0, most - left_before);
    if beyond <= 0 then
        return clock_timestamp();
    end if;
    -- What is beyond leaves when as many that left before it leave the window: those of before, then those that leave from now on.
    select min(c.minute) into frees from (
        select minute, sum(p.messages) over (order by minute) as so_far from pace_counts p
        where p.scope = pace_scope and p.minute > clock_timestamp() - whole) c
    where c.so_far > (beyond - 1) % most;
    return coalesce(frees, clock_timestamp()) + whole * (1 + (beyond - 1) / most);
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

revoke execute on function last_leaves(bigint, integer, integer, bigint), last_leaves(bigint) from public;
grant execute on function last_leaves(bigint) to latchkey_app;

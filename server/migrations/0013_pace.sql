-- How fast messages may leave: the pace of organisations and of the relay, counted for all processes together.

alter table settings
    add column pace_per_second integer check (pace_per_second between 1 and 1000),     -- messages at most; unset: as fast as the relay takes them
    add column pace_per_hour integer check (pace_per_hour between 1 and 10000000),
    add column pace_per_day integer check (pace_per_day between 1 and 10000000);

-- The pace of the relay, as the worker that started last was told; one row. Scope 0 of the counts.
create table relay_pace (
    only_row    boolean primary key default true check (only_row),
    per_second  integer check (per_second > 0),
    per_hour    integer check (per_hour > 0),
    per_day     integer check (per_day > 0)
);
-- What counts towards a pace, where there is one. The scope is an organisation's id, or 0 for the relay.
create table pace_marks (
    scope       bigint primary key,
    next_at     timestamptz not null       -- when the next message may leave, by the pace per second
);
create table pace_counts (
    scope       bigint not null,
    minute      timestamptz not null,
    messages    integer not null,          -- claimed in this minute; less where some were given back that were claimed before it
    primary key (scope, minute)
);

-- How many messages a pace lets leave at this moment, and else from when on. By the second it is a bucket that holds a tenth of
-- one; by the hour and by the day it is what left in the last hour and day, to the minute, so that no relay ever counts more.
create function pace_state(pace_scope bigint, per_second integer, per_hour integer, per_day integer, at timestamptz,
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
        select coalesce(sum(messages) filter (where minute > at - interval '61 minutes'), 0) as hour, coalesce(sum(messages), 0) as day,
               min(minute) filter (where minute > at - interval '61 minutes' and messages > 0) + interval '61 minutes' as hour_frees,
               min(minute) filter (where messages > 0) + interval '1441 minutes' as day_frees
        into counted from pace_counts where scope = pace_scope and minute > at - interval '1441 minutes';
        if counted.hour >= per_hour then until := greatest(until, counted.hour_frees); end if;
        if counted.day >= per_day then until := greatest(until, counted.day_frees); end if;
        allowed := greatest(0, least(allowed, coalesce(per_hour - counted.hour, allowed), coalesce(per_day - counted.day, allowed)));
    end if;
end $$;

-- The same for a worker that is about to claim; nothing while another one is. Nobody waits here, so that nobody can wait in a ring.
create function pace_lock(pace_scope bigint, per_second integer, per_hour integer, per_day integer) returns integer
language plpgsql set search_path = public, pg_temp as $$
begin
    if num_nonnulls(per_second, per_hour, per_day) = 0 then
        return 1000000;
    end if;
    insert into pace_marks (scope, next_at) values (pace_scope, '-infinity') on conflict do nothing;
    perform from pace_marks where scope = pace_scope for update skip locked;
    return case when found then (select allowed from pace_state(pace_scope, per_second, per_hour, per_day, clock_timestamp())) else 0 end;
end $$;

-- Counts messages that were claimed; negative: given back.
create function pace_take(pace_scope bigint, per_second integer, per_hour integer, per_day integer, taken integer) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    at timestamptz := clock_timestamp();
begin
    if coalesce(taken, 0) = 0 or num_nonnulls(per_second, per_hour, per_day) = 0 then
        return;
    end if;
    if per_second is not null and taken > 0 then
        update pace_marks
        set next_at = greatest(next_at, at - interval '100 milliseconds') + make_interval(secs => taken::double precision / per_second)
        where scope in (select scope from pace_marks where scope = pace_scope for update skip locked);
    end if;
    insert into pace_counts as c (scope, minute, messages) values (pace_scope, date_trunc('minute', at), taken)
    on conflict (scope, minute) do update set messages = c.messages + excluded.messages;
end $$;

-- A worker tells how much the relay takes.
create function set_relay_pace(new_per_second integer, new_per_hour integer, new_per_day integer) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into relay_pace (per_second, per_hour, per_day) values (new_per_second, new_per_hour, new_per_day)
    on conflict (only_row) do update
    set per_second = excluded.per_second, per_hour = excluded.per_hour, per_day = excluded.per_day
$$;

-- Counts of a pace that are over.
create function sweep_pace_counts() returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from pace_counts where minute < clock_timestamp() - interval '25 hours'
$$;

revoke execute on function pace_state, pace_lock, pace_take, set_relay_pace, sweep_pace_counts from public;
grant execute on function set_relay_pace, sweep_pace_counts to latchkey_app;

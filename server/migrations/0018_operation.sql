-- What operators watch.

-- The outbox by state: how many wait, and for how many seconds the oldest of them has been due. Each part is read by an index of
-- what is open alone.
create function outbox_gauges() returns table (state text, sends bigint, oldest double precision)
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    with open as (
        select state, not_before from sends where state in ('queued', 'sending', 'deferred') and batch_id is not null
        union all
        select state, not_before from sends where state in ('queued', 'deferred') and batch_id is null
        union all
        select state, not_before from sends where state = 'sending' and batch_id is null)
    select s.state, count(o.state), greatest(0, coalesce(extract(epoch from clock_timestamp() - min(o.not_before)), 0))::double precision
    from unnest(array['queued', 'sending', 'deferred']) as s(state) left join open o on o.state = s.state
    group by s.state
$$;
revoke execute on function outbox_gauges from public;
grant execute on function outbox_gauges to latchkey_app;

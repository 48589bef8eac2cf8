-- Somebody else may hold rows of the outbox for long: an administrator of the database, a report, a stuck program. Delivery waits
-- for the rows that it needs, and for no others. And the whole server may stand still.

-- Renews leases that are still held; gives the sends whose lease goes on. One whose row somebody else holds at this moment
-- is renewed the next time.
create or replace function renew_sends(organisations bigint[], ids bigint[], numbers bigint[], lease interval) returns setof bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with free as (
        select s.organisation_id, s.id from unnest(organisations, ids, numbers) as held(organisation_id, id, number)
        join sends s on s.organisation_id = held.organisation_id and s.id = held.id
        where s.lease_number = held.number and s.state = 'sending'
        for no key update of s skip locked)
    update sends s set lease_until = clock_timestamp() + lease
    from free where s.organisation_id = free.organisation_id and s.id = free.id
    returning s.id
$$;

-- Of some sends, those that could be finished now: nobody else holds them, nor their employees and invitations.
create function sends_nobody_holds(organisations bigint[], ids bigint[]) returns setof bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    select s.id from unnest(organisations, ids) as wanted(organisation_id, id)
    join sends s on s.organisation_id = wanted.organisation_id and s.id = wanted.id
    join standings t on t.organisation_id = s.organisation_id and t.employee_id = s.employee_id
    join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
    where s.invitation_id is null
       or exists (select from invitations i where i.organisation_id = s.organisation_id and i.id = s.invitation_id
                  for no key update skip locked)
    for no key update of s, t skip locked for key share of e skip locked
$$;

revoke execute on function sends_nobody_holds from public;
grant execute on function sends_nobody_holds to latchkey_app;

-- Takes up what a dead worker held. Nobody knows whether it left, so that its next copy is an identical one.
-- After a restart of this server, or where it stood still for all of them, workers that outlived it have a moment to renew what they hold.
create or replace function release_expired_sends() returns bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    with expired as (
        select organisation_id, id from sends
        where state = 'sending' and lease_until < clock_timestamp() and pg_postmaster_start_time() < clock_timestamp() - interval '5 seconds'
          and (not exists (select from workers) or exists (select from workers where seen_at > clock_timestamp() - interval '5 seconds'))
        for no key update skip locked),
    released as (
        update sends s set state = 'queued', lease_until = null, uncertain = true
        from expired e where s.organisation_id = e.organisation_id and s.id = e.id returning s.id)
    select count(*) from released
$$;

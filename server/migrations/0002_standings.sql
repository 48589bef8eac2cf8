-- Status, and the upkeep of the narrow rows.

-- The one definition of the invitation status, in SQL. Its twin in Rust is `domain::invitation::status`; a test holds them together.
-- `is_pending` and `is_expired` say the same of the two statuses that the clock tells apart, in terms that an index can serve.
create view employee_statuses with (security_invoker = true) as
select s.*,
       s.phase = 'live' and s.ends_at > now() as is_pending,
       s.phase = 'live' and s.ends_at <= now() as is_expired,
       case when s.phase <> 'live' then s.phase
            when s.ends_at <= now() then 'expired'
            else 'pending' end as status
from standings s;

-- Roles from least to most, as `domain::role` orders them.
create function role_rank(role text) returns integer
language sql immutable as $$ select array_position(array['member', 'auditor', 'administrator', 'owner'], role) $$;

-- Brings the narrow rows of some employees up to date with the facts; for every change that is not one of the fast paths
-- (accepting a batch, acknowledging sends), which write the same facts themselves.
create function refresh_standings(organisation bigint, employees bigint[]) returns void
language sql as $$
    update standings s
    set has_email = e.email is not null,
        suspended = e.suspended_at is not null,
        activated_at = e.activated_at,
        invitation_id = i.id,
        cancelled_at = i.cancelled_at,
        expires_at = i.expires_at,
        last_sent_at = l.sent_at,
        delivery_problem = coalesce(p.problem, false)
    from employees e
    left join lateral (
        select id, cancelled_at, expires_at from invitations
        where organisation_id = e.organisation_id and employee_id = e.id and withdrawn_at is null
        order by id desc limit 1) i on true
    left join lateral (
        select finished_at as sent_at from sends
        where organisation_id = e.organisation_id and employee_id = e.id and state in ('sent', 'bounced') and kind <> 'notice'
        order by finished_at desc limit 1) l on true
    left join lateral (
        select state in ('failed', 'bounced') and e.activated_at is null as problem from sends
        where organisation_id = e.organisation_id and employee_id = e.id and address = e.email and kind <> 'notice'
          and state in ('sent', 'failed', 'bounced')
        order by id desc limit 1) p on true
    where e.organisation_id = organisation and e.id = any(employees)
      and s.organisation_id = e.organisation_id and s.employee_id = e.id
$$;

-- Tells screens that rows of an organisation changed: one notification per statement and organisation.
create function notify_standings() returns trigger
language plpgsql as $$
begin
    perform pg_notify('latchkey_standings', organisation_id::text) from (select distinct organisation_id from changed) c;
    return null;
end $$;
create trigger standings_inserted after insert on standings referencing new table as changed
    for each statement execute function notify_standings();
create trigger standings_updated after update on standings referencing new table as changed
    for each statement execute function notify_standings();
create trigger standings_deleted after delete on standings referencing old table as changed
    for each statement execute function notify_standings();

-- Wakes the workers.
create function notify_sends() returns trigger
language plpgsql as $$
begin
    perform pg_notify('latchkey_sends', '');
    return null;
end $$;
create trigger sends_inserted after insert on sends for each statement execute function notify_sends();

-- What has happened to invented people, written as if it had: $1 organisation, then by person
-- $2 employee, $3 fate, $4 invited so many minutes ago, $5 the next step so many minutes later, $6 last sign-in so many minutes ago,
-- $7 reason and $8 reply of a refusal.
with people as materialized (
    select g.*, e.email, coalesce(e.language, o.language) as language,
           now() - make_interval(mins => g.invited_ago) as invited_at,
           least(e.created_at, now() - make_interval(mins => g.invited_ago) - interval '2 days') as added_at,
           -- Mail leaves within a minute; a day's end in the organisation's zone is when it expires.
           now() - make_interval(mins => g.invited_ago) + interval '20 seconds' as sent_at,
           ((now() - make_interval(mins => g.invited_ago) + interval '20 seconds') at time zone o.time_zone)::date as sent_on,
           now() - make_interval(mins => g.invited_ago) + make_interval(mins => g.later) as next_at,
           o.time_zone, s.validity_days
    from unnest($2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::text[], $8::text[])
        as g (employee_id, fate, invited_ago, later, signed_in_ago, reason, reply)
    join employees e on e.organisation_id = $1 and e.id = g.employee_id
    join organisations o on o.id = $1
    join settings s on s.organisation_id = $1
    where g.fate <> 'not_invited'
), dated as materialized (
    select *, (sent_on + validity_days + 1)::timestamp at time zone time_zone - interval '1 second' as ends_at from people
), invited as (
    insert into invitations (organisation_id, employee_id, created_at, expires_at, accepted_at, cancelled_at, expiry_noted_at)
    select $1, employee_id, invited_at,
           case when fate not in ('waiting', 'refused') then ends_at end,
           case when fate in ('active', 'suspended') then next_at end,
           case when fate = 'cancelled' then next_at end,
           case when fate = 'expired' then ends_at end
    from dated order by employee_id
    returning id, employee_id
), sent as (
    insert into sends (organisation_id, employee_id, kind, invitation_id, address, language, priority, state, not_before, attempts, lease_number,
                       taken_up_at, expires_at, dated_at, finished_at, reason, reply, opened_at, created_at)
    select $1, d.employee_id, 'invitation', i.id,
           -- Whoever waits for a new message got the first one elsewhere.
           case when d.fate = 'waiting' then 'former.' || d.email else d.email end,
           d.language, 5, case when d.fate = 'refused' then 'failed' else 'sent' end, d.invited_at, 1, 1, d.sent_at, d.ends_at, d.sent_at, d.sent_at,
           case when d.fate = 'refused' then d.reason end, case when d.fate = 'refused' then d.reply else '250 2.0.0 Ok' end,
           case when d.fate in ('active', 'suspended') then d.next_at end, d.invited_at
    from dated d join invited i using (employee_id) order by d.employee_id
    returning id, employee_id, invitation_id, state, reply, finished_at
), tried as (
    insert into attempts (organisation_id, send_id, at, outcome, reply)
    select $1, id, finished_at, case state when 'sent' then 'accepted' else 'refused' end, reply from sent
), lines as (
    insert into events (organisation_id, at, kind, employee_id, invitation_id, send_id)
    select $1, line.at, line.kind, d.employee_id, case when line.of_invitation then s.invitation_id end, case when line.of_send then s.id end
    from dated d join sent s using (employee_id)
    cross join lateral (values
        (d.added_at, 'imported', true, false, false),
        (d.invited_at, 'invited', true, true, true),
        (d.sent_at, s.state, true, true, true),
        (d.next_at - interval '1 minute', 'link_opened', d.fate in ('active', 'suspended'), true, true),
        (d.next_at, 'activated', d.fate in ('active', 'suspended'), true, true),
        (d.next_at, 'cancelled', d.fate = 'cancelled', true, false),
        (d.next_at, 'address_changed', d.fate = 'waiting', false, false),
        (d.ends_at, 'expired', d.fate = 'expired', true, false),
        (now() - interval '1 hour', 'suspended', d.fate = 'suspended', false, false)
    ) as line (at, kind, happened, of_invitation, of_send)
    where line.happened order by line.at
    returning id, employee_id, kind
), shown as (
    insert into event_values (organisation_id, event_id, name, value)
    select $1, l.id, v.name, v.value
    from lines l join dated d using (employee_id) join sent s using (employee_id)
    cross join lateral (values
        ('reply', s.reply, l.kind in ('sent', 'failed')),
        ('from', 'former.' || d.email, l.kind = 'address_changed'),
        ('to', d.email, l.kind = 'address_changed')
    ) as v (name, value, there)
    where v.there
), known as (
    update employees e
    set activated_at = case when d.fate in ('active', 'suspended') then d.next_at end,
        suspended_at = case when d.fate = 'suspended' then now() - interval '1 hour' end,
        created_at = d.added_at
    from dated d where e.organisation_id = $1 and e.id = d.employee_id
)
update standings s
set invitation_id = i.id,
    suspended = d.fate = 'suspended',
    activated_at = case when d.fate in ('active', 'suspended') then d.next_at end,
    cancelled_at = case when d.fate = 'cancelled' then d.next_at end,
    expires_at = case when d.fate not in ('waiting', 'refused') then d.ends_at end,
    last_sent_at = case when d.fate <> 'refused' then d.sent_at end,
    delivery_problem = d.fate = 'refused',
    last_sign_in_at = case when d.fate in ('active', 'suspended')
                           then least(greatest(d.next_at, now() - make_interval(mins => d.signed_in_ago)),
                                      case when d.fate = 'suspended' then now() - interval '1 hour' end) end
from dated d join invited i using (employee_id)
where s.organisation_id = $1 and s.employee_id = d.employee_id

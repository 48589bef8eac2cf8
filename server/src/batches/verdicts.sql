-- Who gets what by a bulk action: the twin of `domain::eligibility::verdict`; a test holds them together.
-- $1 organisation, $2 employees, $3 action, $4 resend too, $5 reset too, $6 own role, $7 refused addresses too, $8 cool-down in
-- seconds, $9 the time from which it is looked back; unset: now
with candidates as (
    select s.employee_id, s.sort_name, s.status, s.invitation_id, s.suspended, s.has_email, s.delivery_problem,
           e.email, e.first_name, e.last_name, e.role, coalesce(e.language, o.language) as language,
           case when $3 = 'send_credentials' and s.status in ('not_invited', 'cancelled') then 'invite'
                when $3 = 'send_credentials' and s.status in ('pending', 'expired') then case when $4 then 'resend' else 'already_invited' end
                when $3 = 'send_credentials' and $5 then 'reset'
                when $3 <> 'send_password_reset' and s.status = 'active' then 'already_active'
                when $3 = 'resend_invitation' and s.status in ('pending', 'expired') then 'resend'
                when $3 = 'cancel_invitation' and s.status in ('pending', 'expired') then 'cancel'
                when $3 in ('resend_invitation', 'cancel_invitation') then 'no_invitation'
                when s.status = 'active' then 'reset'
                else 'not_yet_active' end as wanted
    from employee_statuses s
    join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
    join organisations o on o.id = s.organisation_id
    -- Said twice, so that of a large organisation no more is read than the audience, however the two are joined.
    where s.organisation_id = $1 and s.employee_id = any($2) and e.id = any($2)
),
facts as (
    select c.*, l.on_its_way, l.just_sent,
           wanted in ('invite', 'resend', 'reset') and delivery_problem and coalesce((
               -- `domain::delivery::Reason::lies_in_address`
               select m.state = 'bounced' or m.reason in ('mailbox_unknown', 'address_invalid') from sends m
               where m.organisation_id = $1 and m.employee_id = c.employee_id and m.address = c.email and m.kind <> 'notice'
                 and m.state in ('sent', 'failed', 'bounced')
               order by m.id desc limit 1), false) as refused
    from candidates c
    left join lateral (
        select bool_or(m.state in ('queued', 'sending', 'deferred')) as on_its_way,
               bool_or(m.address = c.email and m.state not in ('dropped', 'failed')
                       and coalesce(m.finished_at, m.created_at) > least(now(), $9::timestamptz) - make_interval(secs => $8)) as just_sent
        from sends m
        where m.organisation_id = $1 and m.employee_id = c.employee_id
          and (c.wanted = 'reset' and m.kind = 'reset' or c.wanted <> 'reset' and m.kind in ('invitation', 'resend'))
    ) l on c.wanted in ('invite', 'resend', 'reset')
),
verdicts as materialized (
    select f.*,
           case when wanted = 'reset' and role_rank(role) > role_rank($6) then 'role_above'
                when wanted not in ('invite', 'resend', 'reset') then wanted
                when suspended then 'suspended'
                when not has_email then 'no_email_address'
                when coalesce(on_its_way, false) then 'already_on_its_way'
                when wanted <> 'invite' and coalesce(just_sent, false) then 'just_sent'
                when refused and not $7 then 'address_refused'
                else wanted end as verdict
    from facts f
)

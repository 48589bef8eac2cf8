-- (after verdicts.sql) Everything that accepting a batch writes, in one statement. Also:
-- $10 batch, $11 who pressed, $12 priority
, invited as (
    insert into invitations (organisation_id, employee_id, batch_id)
    select $1, employee_id, $10 from verdicts where verdict = 'invite'
    returning id, employee_id
), queued as (
    insert into sends (organisation_id, employee_id, kind, invitation_id, batch_id, address, language, priority)
    select $1, v.employee_id,
           case v.verdict when 'invite' then 'invitation' else v.verdict end,
           case v.verdict when 'invite' then i.id when 'resend' then v.invitation_id end,
           $10, v.email, v.language, $12
    from verdicts v left join invited i using (employee_id)
    where v.verdict in ('invite', 'resend', 'reset')
    returning id, employee_id, invitation_id
), cancelled as (
    update invitations i set cancelled_at = now()
    from verdicts v
    where v.verdict = 'cancel' and i.organisation_id = $1 and i.id = v.invitation_id and i.employee_id = any($2)
    returning i.id, i.employee_id
), dropped as (
    update sends m set state = 'dropped', reason = 'cancelled', finished_at = now()
    from cancelled c
    where m.organisation_id = $1 and m.employee_id = c.employee_id and m.employee_id = any($2) and m.invitation_id = c.id
      and m.state in ('queued', 'deferred')
    returning m.id, m.employee_id, m.invitation_id
), outcome as (
    insert into outcomes (organisation_id, batch_id, employee_id, skipped, send_id)
    select $1, $10, v.employee_id, case when v.verdict not in ('invite', 'resend', 'reset', 'cancel') then v.verdict end, q.id
    from verdicts v left join queued q using (employee_id)
), event as (
    insert into events (organisation_id, kind, actor_id, employee_id, invitation_id, send_id, batch_id)
    select $1, case v.verdict when 'invite' then 'invited' when 'resend' then 'resent' when 'reset' then 'reset_queued' else 'cancelled' end,
           $11, v.employee_id, coalesce(q.invitation_id, v.invitation_id), q.id, $10
    from verdicts v left join queued q using (employee_id)
    where v.verdict in ('invite', 'resend', 'reset', 'cancel')
    union all
    select $1, 'dropped', $11, employee_id, invitation_id, id, $10 from dropped
), standing as (
    update standings s
    set invitation_id = coalesce(i.id, s.invitation_id),
        cancelled_at = case v.verdict when 'invite' then null when 'cancel' then now() else s.cancelled_at end,
        expires_at = case v.verdict when 'invite' then null else s.expires_at end,
        dates_written = s.dates_written + 1
    from verdicts v left join invited i using (employee_id)
    where v.verdict in ('invite', 'cancel') and s.organisation_id = $1 and s.employee_id = v.employee_id
      and s.employee_id = any($2)
    returning s.employee_id, s.phase, s.ends_at, s.sent_rank
), dated as (
    update standing_dates d set phase = s.phase, ends_at = s.ends_at, sent_rank = s.sent_rank
    from standing s where d.employee_id = s.employee_id and d.employee_id = any($2)
)
update batches b
set people = t.people, receiving = t.receiving,
    ended_at = case when $3 = 'cancel_invitation' then now() end
from (select count(*)::integer as people,
             (count(*) filter (where verdict in ('invite', 'resend', 'reset', 'cancel')))::integer as receiving from verdicts) t
where b.organisation_id = $1 and b.id = $10
returning b.people, b.receiving

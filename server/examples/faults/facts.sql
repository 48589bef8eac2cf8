-- Facts of a settled batch that do not agree; and the tries that nobody answered.
select
    (select count(*) from sends s
     join standings t on t.organisation_id = s.organisation_id and t.employee_id = s.employee_id
     left join invitations i on i.organisation_id = s.organisation_id and i.id = s.invitation_id
     where s.organisation_id = $1 and s.batch_id is not null and not (
         s.lease_until is null
         and s.attempts = (select count(*) from attempts a where a.send_id = s.id)
         -- What was sent has one acceptance and one line, and what follows from it; the rest has none.
         and (s.state = 'sent')::integer = (select count(*) from attempts a where a.send_id = s.id and a.outcome = 'accepted')
         and (s.state = 'sent')::integer = (select count(*) from events e where e.send_id = s.id and e.kind = 'sent')
         and (s.state = 'failed')::integer = (select count(*) from events e where e.send_id = s.id and e.kind = 'failed')
         and (s.state = 'dropped') <= (select count(*) = 1 from events e where e.send_id = s.id and e.kind in ('dropped', 'cancelled'))
         and (s.state <> 'failed' or s.reason is not null)
         and (s.state <> 'sent' or i.cancelled_at is not null or i.expires_at = s.expires_at)
         and (s.state <> 'sent' or t.last_sent_at = s.finished_at)
         and (s.state <> 'failed' or t.delivery_problem)))
    + (select count(*) from batches where organisation_id = $1 and ended_at is null and stopped_at is null and undone_at is null),
    (select count(*) from attempts a join sends s on s.id = a.send_id
     where s.organisation_id = $1 and s.batch_id is not null and a.outcome = 'unknown')

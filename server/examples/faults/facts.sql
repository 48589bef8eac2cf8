-- Facts of a settled batch that do not agree; and the tries that nobody answered.
with tried as (
    select send_id, count(*) as tries, count(*) filter (where outcome = 'accepted') as accepted,
           count(*) filter (where outcome = 'unknown') as unanswered
    from attempts where organisation_id = $1 group by send_id
), told as (
    select send_id, count(*) filter (where kind = 'sent') as sent, count(*) filter (where kind = 'failed') as failed,
           count(*) filter (where kind in ('dropped', 'cancelled')) as dropped
    from events where organisation_id = $1 and send_id is not null group by send_id
), facts as (
    select s.*, i.cancelled_at, i.expires_at as lives_until, t.last_sent_at, t.delivery_problem, coalesce(a.unanswered, 0) as unanswered,
           coalesce(a.tries, 0) as tries, coalesce(a.accepted, 0) as told_accepted,
           coalesce(e.sent, 0) as told_sent, coalesce(e.failed, 0) as told_failed, coalesce(e.dropped, 0) as told_dropped
    from sends s
    join standings t on t.organisation_id = s.organisation_id and t.employee_id = s.employee_id
    left join invitations i on i.organisation_id = s.organisation_id and i.id = s.invitation_id
    left join tried a on a.send_id = s.id
    left join told e on e.send_id = s.id
    where s.organisation_id = $1 and s.batch_id is not null
)
select
    (select count(*) from facts where not (
         attempts = tries
         -- What was sent has one acceptance and one line, and what follows from it; the rest has none.
         and told_accepted = (state = 'sent')::integer and told_sent = (state = 'sent')::integer
         and told_failed = (state = 'failed')::integer and told_dropped >= (state = 'dropped')::integer
         and (state <> 'sent' or last_sent_at = finished_at and (cancelled_at is not null or lives_until = expires_at))
         and (state <> 'failed' or reason is not null and delivery_problem)))
    + (select count(*) from batches where organisation_id = $1 and ended_at is null and stopped_at is null and undone_at is null),
    (select coalesce(sum(unanswered), 0)::bigint from facts)

-- How a batch stands, as 0029_reasons.sql has it, and why people got no message: the reasons with how many they were, most first.
create or replace function batch_facts(of_organisation bigint, of_batch bigint) returns jsonb
language sql stable set search_path = public, pg_temp as $$
    select jsonb_build_object('id', b.id, 'action', b.action, 'people', b.people, 'receiving', b.receiving,
                              'created_at', (extract(epoch from b.created_at) * 1000000)::bigint, 'stopped', b.stopped_at is not null,
                              'sent', m.sent, 'kept', m.kept, 'failed', m.failed, 'dropped', m.dropped, 'open', m.open, 'reasons', r.reasons,
                              'skips', k.skips)
    from batches b
    cross join lateral (
        select count(*) filter (where state = 'sent') as sent, coalesce(bool_or(kept), false) as kept, count(*) filter (where state in ('failed', 'bounced')) as failed,
               count(*) filter (where state = 'dropped') as dropped,
               count(*) filter (where state in ('queued', 'sending', 'deferred')) as open
        from sends where batch_id = b.id) m
    cross join lateral (
        select coalesce(jsonb_agg(jsonb_build_array(reason, messages) order by messages desc, reason), '[]') as reasons
        from (select reason, count(*) as messages from sends
              where batch_id = b.id and state in ('failed', 'bounced') and reason is not null group by reason) f) r
    cross join lateral (
        select coalesce(jsonb_agg(jsonb_build_array(skipped, people) order by people desc, skipped), '[]') as skips
        from (select skipped, count(*) as people from outcomes
              where organisation_id = b.organisation_id and batch_id = b.id and skipped is not null group by skipped) s) k
    where b.organisation_id = of_organisation and b.id = of_batch
$$;

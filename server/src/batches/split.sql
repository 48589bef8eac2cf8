-- (after verdicts.sql) The split, a line per verdict and language; each with the first few people of its verdict, by name.
, firsts as (
    select verdict, array_agg(employee_id order by place) as examples,
           array_agg(trim(first_name || ' ' || last_name) order by place) as names
    from (select *, row_number() over (partition by verdict order by sort_name, employee_id) as place from verdicts) placed
    where place <= 10 group by verdict
)
select v.verdict, v.language, count(*)::bigint as people, f.examples, f.names,
       count(*) filter (where v.status in ('pending', 'expired'))::bigint as invited,
       count(*) filter (where v.status = 'active')::bigint as active,
       count(*) filter (where v.refused and v.verdict in ('address_refused', 'invite', 'resend', 'reset'))::bigint as refused
from verdicts v join firsts f on f.verdict = v.verdict
group by v.verdict, v.language, f.examples, f.names
order by v.verdict, v.language

-- (after verdicts.sql) The split, a line per verdict and language.
select verdict, language, count(*)::bigint as people,
       (array_agg(employee_id order by employee_id))[1:5] as examples,
       (array_agg(trim(first_name || ' ' || last_name) order by employee_id))[1:5] as names,
       count(*) filter (where status in ('pending', 'expired'))::bigint as invited,
       count(*) filter (where status = 'active')::bigint as active
from verdicts group by verdict, language

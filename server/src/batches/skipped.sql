-- (after verdicts.sql) The people of one verdict, by name. $10 verdict, $11 after this employee, $12 at most
select v.employee_id, trim(v.first_name || ' ' || v.last_name) as name
from verdicts v
where v.verdict = $10
  and ($11::bigint is null or (v.sort_name, v.employee_id) > (
      select a.sort_name, a.employee_id from standings a where a.organisation_id = $1 and a.employee_id = $11))
order by v.sort_name, v.employee_id
limit $12

-- (after verdicts.sql) The people of one verdict, by name. $9 verdict, $10 after this employee, $11 at most
select v.employee_id, trim(v.first_name || ' ' || v.last_name) as name
from verdicts v
where v.verdict = $9
  and ($10::bigint is null or (v.sort_name, v.employee_id) > (
      select a.sort_name, a.employee_id from standings a where a.organisation_id = $1 and a.employee_id = $10))
order by v.sort_name, v.employee_id
limit $11

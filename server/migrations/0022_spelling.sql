-- What is typed with another apostrophe, hyphen or ligature is the same text: `domain::search::fold` says so from now on, and
-- what was folded before is brought up to date.
create function pg_temp.spelt_out(folded text) returns text
language sql immutable as $$
    select replace(replace(replace(replace(translate(folded, '‘’‛ʼʻ`‐‒–—−øđðłı', '''''''''''''-----oddli'), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th')
$$;
update employees set search_text = pg_temp.spelt_out(search_text) where search_text <> pg_temp.spelt_out(search_text);
update standings set sort_name = pg_temp.spelt_out(sort_name), sort_department = pg_temp.spelt_out(sort_department)
where (sort_name, sort_department) <> (pg_temp.spelt_out(sort_name), pg_temp.spelt_out(sort_department));
drop function pg_temp.spelt_out;

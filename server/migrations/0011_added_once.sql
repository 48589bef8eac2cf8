-- The key of the form that added an employee: a second press finds the first one's employee instead of adding another.
alter table employees add column form_key uuid;
create unique index employees_form_key on employees (organisation_id, form_key) where form_key is not null;

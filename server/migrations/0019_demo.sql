-- What `serve --demo` made, so that it is found again whatever was changed in it. No foreign key: the installation outlives it.
alter table installation
    add column demo_organisation_id bigint,
    add column demo_owner_id bigint;
grant update (demo_organisation_id, demo_owner_id) on installation to latchkey_app;

-- The demo of the version before has not been renamed, or is made anew.
update installation set demo_organisation_id = e.organisation_id, demo_owner_id = e.id
from employees e join organisations o on o.id = e.organisation_id
where o.short_name = 'alpine-rail' and e.employee_number = 'E000001' and e.role = 'owner' and e.removed_at is null;

-- Changes of settings, which a form that was made before them asks for: a few among millions.
create index events_of_settings on events (organisation_id, id) where kind = 'settings_changed';

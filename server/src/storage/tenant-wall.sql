-- The wall between creditors. Run after every migration and at every start, it changes nothing where it
-- stands already: whatever table has a creditor_id is behind it, also one that a later migration adds.
--
-- parley_creditor  works for one creditor, the one that the setting parley.creditor of the transaction names
-- parley_across    works across creditors
--
-- Roles belong to the cluster, so two databases that are made at once may both try to make them.
do $roles$
declare
  name text;
begin
  foreach name in array array['parley_creditor', 'parley_across'] loop
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I nologin', name);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
    -- The owner of the tables is held by the wall too, and passes it as whoever works across creditors.
    if not pg_has_role(current_user, name, 'usage') then
      execute format('grant %I to %I', name, current_user);
    end if;
  end loop;
end
$roles$;

do $wall$
declare
  item record;
  own constant text := '(creditor_id = (select nullif(current_setting(''parley.creditor'', true), '''')))';
begin
  if not has_schema_privilege('parley_creditor', current_schema(), 'usage') then
    execute format('grant usage on schema %I to parley_creditor, parley_across', current_schema());
  end if;
  for item in
    select c.oid::regclass as name, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'creditor_id'
    ) as has_creditor, c.relrowsecurity and c.relforcerowsecurity as is_walled
    from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
    order by c.relname
  loop
    if not has_table_privilege('parley_across', item.name, 'insert') then
      execute format('grant select, insert, update, delete on %s to parley_across', item.name);
    end if;
    if item.has_creditor and not item.is_walled then
      execute format('alter table %s enable row level security', item.name);
      execute format('alter table %s force row level security', item.name);
      execute format('create policy own_rows on %s to parley_creditor using %s with check %s',
        item.name, own, own);
      execute format('create policy every_row on %s to parley_across using (true) with check (true)',
        item.name);
      execute format('grant select, insert, update, delete on %s to parley_creditor', item.name);
    end if;
  end loop;
  -- What creditors share and may read.
  if not has_table_privilege('parley_creditor', 'journey_versions', 'select') then
    grant select on journey_versions to parley_creditor;
    grant select (kid, alg, public_jwk, created_at, signs_from, replaces, retired_at, revoked_at,
      revoked_reason) on signing_keys to parley_creditor;
  end if;
end
$wall$;

-- The job queue makes its own tables here.
do $queue$
begin
  if to_regnamespace('pgboss') is null then
    create schema pgboss;
    grant usage, create on schema pgboss to parley_across;
  end if;
end
$queue$;

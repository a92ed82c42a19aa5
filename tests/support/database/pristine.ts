/**
 * Prepares the template so that its clones can be used again: creating a database takes a hundred times as long as
 * emptying one. Copies the rows that the template has, and notes every change to the schema of a clone.
 */
export const preparePristine = `
  create schema pristine;

  create table pristine.ddl (command text);
  create function pristine.note_ddl() returns event_trigger language plpgsql as $$
    begin insert into pristine.ddl values (tg_tag); end $$;

  create table pristine.tables as
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname in ('public', 'pgboss', 'drizzle');
  create table pristine.sequences as
    select quote_ident(schemaname) || '.' || quote_ident(sequencename) as name, coalesce(last_value, start_value) as value,
      last_value is not null as used
    from pg_sequences where schemaname in ('public', 'pgboss', 'drizzle');
  create table pristine.rows (table_name text, content jsonb);
  do $$
    declare name text;
    begin
      for name in select t.name from pristine.tables t loop
        execute format('insert into pristine.rows select %L, to_jsonb(r) from only %s r', name, name);
      end loop;
    end $$;

  create function pristine.reset() returns void language plpgsql as $$
    declare t record;
    begin
      perform set_config('session_replication_role', 'replica', true);
      for t in select name from pristine.tables loop
        execute format('delete from only %s', t.name);
      end loop;
      for t in select table_name as name, jsonb_agg(content) as content from pristine.rows group by table_name loop
        execute format('insert into %1$s overriding system value select * from jsonb_populate_recordset(null::%1$s, %2$L)',
          t.name, t.content);
      end loop;
      perform setval(name::regclass, value, used) from pristine.sequences;
      perform set_config('session_replication_role', 'origin', true);
    end $$;

  -- Small as the template, and with the same schema.
  create function pristine.is_reusable() returns boolean language sql as $$
    select not exists (select from pristine.ddl) and pg_database_size(current_database()) < 20000000 $$;

  create event trigger note_ddl on ddl_command_end execute function pristine.note_ddl();`;

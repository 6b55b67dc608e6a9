import type { Migration } from './migration.ts'

export const inbox: Migration = {
  version: 2,
  about: 'inbox: which effects have happened',
  sql: (schema) => `
    -- A row without token is an effect that has happened; one with a token is leased.
    create table ${schema}.inbox (
      group_name text not null,
      handler text not null,
      id text not null,
      payload_hash bytea not null,
      token uuid,
      leased_until_ms bigint,
      claimed_at timestamptz not null default now(),
      primary key (group_name, handler, id)
    );
    create index inbox_claimed_at on ${schema}.inbox (claimed_at);

    create function ${schema}.claim(
      p_group text, p_topic text, p_partition integer, p_epoch bigint, p_handler text, p_id text, p_hash bytea
    ) returns text
    language plpgsql as $$
    begin
      if not ${schema}.owns(p_group, p_topic, p_partition, p_epoch) then return 'fenced'; end if;
      insert into ${schema}.inbox as i (group_name, handler, id, payload_hash)
      values (p_group, p_handler, p_id, p_hash)
      on conflict (group_name, handler, id) do update set
        payload_hash = excluded.payload_hash, token = null, leased_until_ms = null, claimed_at = now()
        where i.token is not null;
      if found then return 'claimed'; end if;
      return (
        select case when payload_hash = p_hash then 'duplicate' else 'changed' end
        from ${schema}.inbox where group_name = p_group and handler = p_handler and id = p_id);
    end $$;

    create function ${schema}.lease(
      p_group text, p_topic text, p_partition integer, p_epoch bigint, p_handler text, p_id text, p_hash bytea,
      p_token uuid, p_now_ms bigint, p_lease_ms bigint
    ) returns table (answer text, until_ms bigint)
    language plpgsql as $$
    begin
      if not ${schema}.owns(p_group, p_topic, p_partition, p_epoch) then
        return query select 'fenced'::text, 0::bigint;
        return;
      end if;
      insert into ${schema}.inbox as i (group_name, handler, id, payload_hash, token, leased_until_ms)
      values (p_group, p_handler, p_id, p_hash, p_token, p_now_ms + p_lease_ms)
      on conflict (group_name, handler, id) do update set
        payload_hash = excluded.payload_hash, token = excluded.token, leased_until_ms = excluded.leased_until_ms,
        claimed_at = now()
        where i.leased_until_ms <= p_now_ms;
      return query
        select case
            when i.token = p_token then 'granted'
            when i.token is not null then 'held'
            when i.payload_hash = p_hash then 'duplicate'
            else 'changed'
          end, coalesce(i.leased_until_ms, 0)
        from ${schema}.inbox i where i.group_name = p_group and i.handler = p_handler and i.id = p_id;
    end $$;`,
}

import type { Migration } from './migration.ts'

export const outbox: Migration = {
  version: 4,
  about: 'outbox: messages to publish once their effect is committed',
  sql: (schema) => `
    create table ${schema}.outbox (
      seq bigint generated always as identity primary key,
      -- Of topic and key: what has to keep its order. Without a key a random number.
      key_hash bigint not null,
      shard integer not null,
      topic text not null,
      exchange text,
      key bytea,
      value bytea,
      headers bytea not null,
      message_id text not null,
      due_at_ms bigint not null default 0,
      failures integer not null default 0,
      added_at timestamptz not null default now()
    );
    create index outbox_shard on ${schema}.outbox (shard, seq);
    create index outbox_waiting on ${schema}.outbox (key_hash, seq) where due_at_ms > 0;

    -- Writers of one key wait for each other's end, so that the order of seq is the order of commit.
    create function ${schema}.outbox_add(p_messages json, p_shards integer) returns void
    language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(lock_key) from (
        select distinct (m->>'keyHash')::bigint as lock_key
        from json_array_elements(p_messages) m where m->>'key' is not null order by 1) locks;
      insert into ${schema}.outbox (key_hash, shard, topic, exchange, key, value, headers, message_id)
      select (m->>'keyHash')::bigint, abs((m->>'keyHash')::bigint % p_shards)::integer, m->>'topic', m->>'exchange',
        decode(m->>'key', 'base64'), decode(m->>'value', 'base64'), decode(m->>'headers', 'base64'), m->>'id'
      from json_array_elements(p_messages) with ordinality as given (m, place) order by place;
    end $$;`,
}

import type { Migration } from './migration.ts'

export const windows: Migration = {
  version: 5,
  about: 'windows: events and results by key, and what was decided by a clock',
  sql: (schema) => `
    create table ${schema}.window_key (
      seq bigint generated always as identity unique,
      group_name text not null,
      name text not null,
      key text not null,
      topic text not null,
      partition integer not null,
      stamp text not null,
      stream_time_ms bigint,
      seen_at_ms bigint not null,
      last_id text,
      alert json,
      -- Null: nothing to do for the key while it is silent.
      due_at_ms bigint,
      updated_at timestamptz not null default now(),
      primary key (group_name, name, key)
    );
    create index window_key_due on ${schema}.window_key (group_name, name, due_at_ms);
    create index window_key_updated_at on ${schema}.window_key (updated_at);

    create table ${schema}.window_sample (
      key_seq bigint not null references ${schema}.window_key (seq) on delete cascade,
      time_ms bigint not null,
      id text not null,
      value double precision not null,
      primary key (key_seq, time_ms, id)
    );

    create table ${schema}.window_result (
      key_seq bigint not null references ${schema}.window_key (seq) on delete cascade,
      end_ms bigint not null,
      revision integer not null,
      primary key (key_seq, end_ms)
    );

    -- Of no group: what one has decided another repeats.
    create table ${schema}.window_decision (
      name text not null,
      key text not null,
      kind text not null,
      event_id text not null,
      ms bigint not null,
      decided_at timestamptz not null default now(),
      primary key (name, key, kind, event_id)
    );
    create index window_decision_decided_at on ${schema}.window_decision (decided_at);

    -- The key is locked in a statement of its own, so that what follows sees what was written while we waited.
    create function ${schema}.window_load(p_group text, p_name text, p_key text) returns table (
      stamp text, stream_time_ms bigint, seen_at_ms bigint, last_id text, alert json,
      samples json, windows json, decisions json
    )
    language plpgsql as $$
    declare of_key ${schema}.window_key;
    begin
      select * into of_key from ${schema}.window_key k
      where k.group_name = p_group and k.name = p_name and k.key = p_key for update;
      return query select of_key.stamp, of_key.stream_time_ms, coalesce(of_key.seen_at_ms, 0), of_key.last_id, of_key.alert,
        (select coalesce(json_agg(json_build_object('id', s.id, 'timeMs', s.time_ms, 'value', s.value) order by s.time_ms), '[]')
         from ${schema}.window_sample s where s.key_seq = of_key.seq),
        (select coalesce(json_agg(json_build_object('endMs', r.end_ms, 'revision', r.revision) order by r.end_ms), '[]')
         from ${schema}.window_result r where r.key_seq = of_key.seq),
        (select coalesce(json_agg(json_build_object('kind', d.kind, 'id', d.event_id, 'ms', d.ms)), '[]')
         from ${schema}.window_decision d where d.name = p_name and d.key = p_key);
    end $$;

    -- Whether the key was still as the change was made from; else nothing is written.
    create function ${schema}.window_write(
      p_group text, p_name text, p_key text, p_topic text, p_partition integer, p_change json
    ) returns boolean
    language plpgsql as $$
    declare of_key bigint;
    begin
      if p_change->>'from' is null then
        insert into ${schema}.window_key
          (group_name, name, key, topic, partition, stamp, stream_time_ms, seen_at_ms, last_id, alert, due_at_ms)
        values (p_group, p_name, p_key, p_topic, p_partition, p_change->>'stamp', (p_change->>'streamTimeMs')::bigint,
          (p_change->>'seenAtMs')::bigint, p_change->>'lastId', p_change->'alert', (p_change->>'dueAtMs')::bigint)
        on conflict do nothing returning seq into of_key;
      else
        update ${schema}.window_key set
          topic = p_topic, partition = p_partition, stamp = p_change->>'stamp',
          stream_time_ms = (p_change->>'streamTimeMs')::bigint, seen_at_ms = (p_change->>'seenAtMs')::bigint,
          last_id = p_change->>'lastId', alert = p_change->'alert', due_at_ms = (p_change->>'dueAtMs')::bigint,
          updated_at = now()
        where group_name = p_group and name = p_name and key = p_key and stamp = p_change->>'from'
        returning seq into of_key;
      end if;
      if of_key is null then return false; end if;
      insert into ${schema}.window_sample (key_seq, time_ms, id, value)
      select of_key, s."timeMs", s.id, s.value
      from json_to_recordset(p_change->'samples') as s (id text, "timeMs" bigint, value double precision)
      on conflict do nothing;
      insert into ${schema}.window_result (key_seq, end_ms, revision)
      select of_key, w."endMs", w.revision
      from json_to_recordset(p_change->'windows') as w ("endMs" bigint, revision integer)
      on conflict (key_seq, end_ms) do update set revision = excluded.revision;
      insert into ${schema}.window_decision as known (name, key, kind, event_id, ms)
      select p_name, p_key, d.kind, d.id, d.ms
      from json_to_recordset(p_change->'decisions') as d (kind text, id text, ms bigint)
      on conflict (name, key, kind, event_id) do update set ms = greatest(known.ms, excluded.ms);
      if p_change->>'forget' is not null then
        delete from ${schema}.window_sample
        where key_seq = of_key and time_ms < (p_change->'forget'->>'samplesBeforeMs')::bigint;
        delete from ${schema}.window_result
        where key_seq = of_key and end_ms <= (p_change->'forget'->>'windowsUpToMs')::bigint;
      end if;
      return true;
    end $$;`,
}

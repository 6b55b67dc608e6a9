/** The whole schema of the store, step by step. Long on purpose: it is SQL to be read in the order it was applied. */

/** One step of the schema. Once released it is never changed; a correction is a step of its own. */
export interface Migration {
  /** Rises by one, from 1. */
  readonly version: number
  readonly about: string
  /** Statements for the schema whose quoted name is given. */
  readonly sql: (schema: string) => string
}

/**
 * The schema, in order. Times are Unix milliseconds where the runtime's clock decides (leases, due times), `timestamptz` where only
 * retention does. Headers are JSON as bytes: Postgres' own json refuses some of the text they may hold. A lane or id that Postgres cannot index as text is hashed before it comes here.
 */
export const MIGRATIONS: readonly Migration[] = Object.freeze([
  {
    version: 1,
    about: 'fences: who owns a partition, and what was begun there',
    sql: (schema) => `
      create table ${schema}.fence (
        group_name text not null,
        topic text not null,
        partition integer not null,
        epoch bigint not null,
        released boolean not null default false,
        unclean_exits integer not null default 0,
        primary key (group_name, topic, partition)
      );

      create table ${schema}.begun (
        group_name text not null,
        topic text not null,
        partition integer not null,
        offset_no bigint not null,
        times integer not null default 1,
        begun_at timestamptz not null default now(),
        primary key (group_name, topic, partition, offset_no)
      );

      create function ${schema}.fence_lock(p_group text, p_topic text, p_partition integer) returns bigint
      language sql immutable as $$
        select hashtextextended(json_build_array('${schema}.fence', p_group, p_topic, p_partition)::text, 0)
      $$;

      -- Whether the epoch is current, and holds until the transaction ends. A statement of its own after the lock, so that it sees
      -- what a new owner wrote while we waited. No epoch: nobody owns the partition.
      create function ${schema}.owns(p_group text, p_topic text, p_partition integer, p_epoch bigint) returns boolean
      language plpgsql as $$
      begin
        if p_epoch is null then return true; end if;
        perform pg_advisory_xact_lock_shared(${schema}.fence_lock(p_group, p_topic, p_partition));
        return exists (
          select from ${schema}.fence
          where group_name = p_group and topic = p_topic and partition = p_partition and epoch = p_epoch);
      end $$;

      create function ${schema}.take(p_group text, p_topic text, p_partition integer) returns ${schema}.fence
      language plpgsql as $$
      declare taken ${schema}.fence;
      begin
        perform pg_advisory_xact_lock(${schema}.fence_lock(p_group, p_topic, p_partition));
        insert into ${schema}.fence as f (group_name, topic, partition, epoch)
        values (p_group, p_topic, p_partition, 1)
        on conflict (group_name, topic, partition) do update set
          epoch = f.epoch + 1,
          unclean_exits = case when f.released then 0 else f.unclean_exits + 1 end,
          released = false
        returning * into taken;
        return taken;
      end $$;`,
  },
  {
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
  },
  {
    version: 3,
    about: 'parking: lanes that wait, and their messages in source order',
    sql: (schema) => `
      create table ${schema}.parked_lane (
        group_name text not null,
        topic text not null,
        partition integer not null,
        lane text not null,
        -- Null: held for a dead letter.
        due_at_ms bigint,
        held_for text,
        token uuid,
        locked_until_ms bigint not null default 0,
        begun integer not null default 0,
        primary key (group_name, topic, partition, lane)
      );
      create index parked_lane_due on ${schema}.parked_lane (group_name, due_at_ms);

      create table ${schema}.parked_message (
        seq bigint generated always as identity primary key,
        group_name text not null,
        topic text not null,
        partition integer not null,
        lane text not null,
        offset_no bigint not null,
        key bytea,
        headers bytea not null,
        value bytea,
        timestamp_ms bigint not null,
        message_id text,
        attempts integer not null,
        first_failure_at_ms bigint,
        redrive_count integer not null,
        origin_topic text not null,
        origin_partition integer not null,
        origin_offset bigint not null,
        parked_at_ms bigint not null,
        unique (group_name, topic, partition, offset_no)
      );
      create index parked_message_lane on ${schema}.parked_message (group_name, topic, partition, lane, seq);

      -- With a due time: parks the lane. Without: queues behind a lane that waits, or answers 'empty'.
      create function ${schema}.park(
        p_group text, p_topic text, p_partition integer, p_epoch bigint, p_lane text, p_due_at_ms bigint, p_message json
      ) returns text
      language plpgsql as $$
      begin
        if not ${schema}.owns(p_group, p_topic, p_partition, p_epoch) then return 'fenced'; end if;
        if p_due_at_ms is null then
          perform from ${schema}.parked_lane
          where group_name = p_group and topic = p_topic and partition = p_partition and lane = p_lane for update;
          if not found then return 'empty'; end if;
        else
          insert into ${schema}.parked_lane (group_name, topic, partition, lane, due_at_ms)
          values (p_group, p_topic, p_partition, p_lane, p_due_at_ms)
          on conflict do nothing;
        end if;
        insert into ${schema}.parked_message (
          group_name, topic, partition, lane, offset_no, key, headers, value, timestamp_ms, message_id,
          attempts, first_failure_at_ms, redrive_count, origin_topic, origin_partition, origin_offset, parked_at_ms)
        select p_group, p_topic, p_partition, p_lane, m.offset_no, decode(m.key, 'base64'), decode(m.headers, 'base64'),
          decode(m.value, 'base64'), m.timestamp_ms, m.message_id, m.attempts, m.first_failure_at_ms,
          m.redrive_count, m.origin_topic, m.origin_partition, m.origin_offset, m.parked_at_ms
        from json_to_record(p_message) as m (
          offset_no bigint, key text, headers text, value text, timestamp_ms bigint, message_id text,
          attempts integer, first_failure_at_ms bigint, redrive_count integer,
          origin_topic text, origin_partition integer, origin_offset bigint, parked_at_ms bigint)
        on conflict (group_name, topic, partition, offset_no) do nothing;
        return 'parked';
      end $$;

      -- Removes a lane's first message and answers 'next' with the one that follows, 'empty', or 'waiting' when the lane is held or
      -- locked by another. The lane's row is locked in a statement of its own, so that the next one sees what was queued meanwhile.
      create function ${schema}.complete(
        p_group text, p_topic text, p_partition integer, p_lane text, p_token uuid, p_seq bigint, p_locked_until_ms bigint
      ) returns table (answer text, head ${schema}.parked_message)
      language plpgsql as $$
      declare
        held boolean;
        following ${schema}.parked_message;
      begin
        select l.due_at_ms is null into held from ${schema}.parked_lane l
        where l.group_name = p_group and l.topic = p_topic and l.partition = p_partition and l.lane = p_lane
          and l.token = p_token
        for update;
        if not found then return query select 'waiting', following; return; end if;
        delete from ${schema}.parked_message m where m.seq = p_seq;
        if held then return query select 'waiting', following; return; end if;
        select m.* into following from ${schema}.parked_message m
        where m.group_name = p_group and m.topic = p_topic and m.partition = p_partition and m.lane = p_lane
        order by m.seq limit 1;
        if found then
          update ${schema}.parked_lane l set begun = 1, locked_until_ms = p_locked_until_ms
          where l.group_name = p_group and l.topic = p_topic and l.partition = p_partition and l.lane = p_lane;
          return query select 'next', following;
        else
          delete from ${schema}.parked_lane l
          where l.group_name = p_group and l.topic = p_topic and l.partition = p_partition and l.lane = p_lane;
          return query select 'empty', following;
        end if;
      end $$;`,
  },
  {
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
  },
  {
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
  },
  {
    version: 6,
    about: 'MQTT spool: messages from before they are acknowledged until they are settled',
    sql: (schema) => `
      create table ${schema}.mqtt_message (
        seq bigint generated always as identity primary key,
        queue text not null,
        -- Hash of the key; null: alone in its lane.
        lane bigint,
        topic text not null,
        key bytea,
        headers bytea not null,
        value bytea,
        timestamp_ms bigint not null,
        message_id text,
        -- Who works on it. Null: it waits, until then at least.
        owner uuid,
        due_at_ms bigint not null default 0,
        attempts integer not null default 0,
        first_failure_at_ms bigint,
        redrive_count integer not null default 0,
        -- First coordinates; null while they are its own.
        origin_topic text,
        origin_offset bigint
      );
      create index mqtt_message_lane on ${schema}.mqtt_message (queue, lane, seq);
      create index mqtt_message_free on ${schema}.mqtt_message (queue, seq) where owner is null;

      create table ${schema}.mqtt_owner (
        owner uuid primary key,
        seq bigint generated always as identity,
        queue text not null,
        until_ms bigint not null
      );

      create table ${schema}.mqtt_letter (
        seq bigint primary key,
        queue text not null,
        topic text not null,
        key bytea,
        headers bytea not null,
        value bytea,
        timestamp_ms bigint not null,
        message_id text,
        redrive_count integer not null,
        origin_topic text,
        origin_offset bigint,
        status text not null default 'waiting',
        buried_at timestamptz not null default now()
      );
      create index mqtt_letter_queue on ${schema}.mqtt_letter (queue, seq);

      create function ${schema}.mqtt_lock(p_queue text) returns void language sql as $$
        select pg_advisory_xact_lock(hashtextextended(json_build_array('${schema}.mqtt', p_queue)::text, 0))
      $$;

      -- Gives away what owners hold whose lease has run out. Under the queue's lock.
      create function ${schema}.mqtt_free(p_queue text, p_now_ms bigint) returns void language sql as $$
        with gone as (delete from ${schema}.mqtt_owner where queue = p_queue and until_ms < p_now_ms returning owner)
        update ${schema}.mqtt_message set owner = null where queue = p_queue and owner in (select owner from gone)
      $$;

      create function ${schema}.mqtt_renew(p_queue text, p_owner uuid, p_now_ms bigint, p_lease_ms bigint, p_new boolean)
      returns table (oldest uuid, owners bigint) language plpgsql as $$
      begin
        perform ${schema}.mqtt_lock(p_queue);
        perform ${schema}.mqtt_free(p_queue, p_now_ms);
        if p_new then
          insert into ${schema}.mqtt_owner (owner, queue, until_ms) values (p_owner, p_queue, p_now_ms + p_lease_ms);
        else
          update ${schema}.mqtt_owner o set until_ms = p_now_ms + p_lease_ms where o.owner = p_owner;
          if not found then return query select null::uuid, 0::bigint; return; end if;
        end if;
        return query select (select o.owner from ${schema}.mqtt_owner o where o.queue = p_queue order by o.seq limit 1),
          (select count(*) from ${schema}.mqtt_owner o where o.queue = p_queue);
      end $$;

      create function ${schema}.mqtt_leave(p_queue text, p_owner uuid) returns void language plpgsql as $$
      begin
        perform ${schema}.mqtt_lock(p_queue);
        delete from ${schema}.mqtt_owner where owner = p_owner;
        update ${schema}.mqtt_message set owner = null where queue = p_queue and owner = p_owner;
      end $$;

      -- Stores in the order given. The lock makes the order of seq that of commit.
      create function ${schema}.mqtt_add(p_queue text, p_owner uuid, p_room integer, p_messages json)
      returns table (seq bigint, held boolean) language plpgsql as $$
      declare
        mine uuid;
        alone boolean;
      begin
        perform ${schema}.mqtt_lock(p_queue);
        if p_room > 0 then select o.owner into mine from ${schema}.mqtt_owner o where o.owner = p_owner; end if;
        -- Then no key can be busy, and none is looked at.
        alone := mine is null or not exists (select from ${schema}.mqtt_message m where m.queue = p_queue and m.owner is null)
          and not exists (select from ${schema}.mqtt_owner o where o.queue = p_queue and o.owner <> mine);
        return query
          with given as materialized (
            select g.*, hashtextextended(g.key, 0) as lane
            from rows from (json_to_recordset(p_messages) as (topic text, key text, headers text, value text, timestamp_ms bigint,
              message_id text)) with ordinality as g(topic, key, headers, value, timestamp_ms, message_id, place)
          ), busy as materialized (
            select d.lane from (select distinct g.lane from given g) d where not alone and exists (
              select from ${schema}.mqtt_message m
              where m.queue = p_queue and m.lane = d.lane and m.owner is distinct from mine)
          )
          insert into ${schema}.mqtt_message as m (queue, lane, topic, key, headers, value, timestamp_ms, message_id, owner)
          select p_queue, g.lane, g.topic, decode(g.key, 'base64'), decode(g.headers, 'base64'), decode(g.value, 'base64'),
            g.timestamp_ms, g.message_id,
            case when g.place <= p_room and not exists (select from busy b where b.lane = g.lane) then mine end
          from given g order by g.place
          returning m.seq, m.owner is not null;
      end $$;

      -- Nothing behind a message of its key that waits or is held by another.
      create function ${schema}.mqtt_claim(p_queue text, p_owner uuid, p_limit integer, p_now_ms bigint)
      returns setof ${schema}.mqtt_message language plpgsql as $$
      begin
        perform ${schema}.mqtt_lock(p_queue);
        perform ${schema}.mqtt_free(p_queue, p_now_ms);
        if not exists (select from ${schema}.mqtt_owner where owner = p_owner) then return; end if;
        return query
          update ${schema}.mqtt_message m set owner = p_owner from (
            select f.seq from ${schema}.mqtt_message f
            where f.queue = p_queue and f.owner is null and f.due_at_ms <= p_now_ms and not exists (
              select from ${schema}.mqtt_message e
              where e.queue = f.queue and e.lane = f.lane and e.seq < f.seq
                and (e.owner <> p_owner or (e.owner is null and e.due_at_ms > p_now_ms)))
            order by f.seq limit p_limit) due
          where m.seq = due.seq returning m.*;
      end $$;

      create function ${schema}.mqtt_postpone(
        p_queue text, p_owner uuid, p_seq bigint, p_attempts integer, p_first_failure_at_ms bigint, p_due_at_ms bigint
      ) returns boolean language plpgsql as $$
      declare of_lane bigint;
      begin
        perform ${schema}.mqtt_lock(p_queue);
        update ${schema}.mqtt_message set owner = null, due_at_ms = p_due_at_ms, attempts = p_attempts,
          first_failure_at_ms = p_first_failure_at_ms, origin_topic = coalesce(origin_topic, topic),
          origin_offset = coalesce(origin_offset, seq)
        where seq = p_seq and owner = p_owner returning lane into of_lane;
        if not found then return false; end if;
        update ${schema}.mqtt_message set owner = null where queue = p_queue and lane = of_lane and owner = p_owner;
        return true;
      end $$;

      create function ${schema}.mqtt_redrive(p_queue text, p_seq bigint) returns void language plpgsql as $$
      begin
        perform ${schema}.mqtt_lock(p_queue);
        with letter as (
          update ${schema}.mqtt_letter set status = 'redriven'
          where queue = p_queue and seq = p_seq and status = 'waiting' returning *
        )
        insert into ${schema}.mqtt_message
          (queue, lane, topic, key, headers, value, timestamp_ms, message_id, redrive_count, origin_topic, origin_offset)
        select queue, hashtextextended(translate(encode(key, 'base64'), E'\\n', ''), 0), topic, key, headers, value, timestamp_ms,
          message_id, redrive_count + 1, coalesce(origin_topic, topic), coalesce(origin_offset, seq)
        from letter;
      end $$;`,
  },
])

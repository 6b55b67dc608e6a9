import type { Migration } from './migration.ts'

export const mqttSpool: Migration = {
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
      -- How often whoever held it was silent for too long before it was settled or put back.
      crashes integer not null default 0,
      redrive_count integer not null default 0,
      -- First coordinates; null while they are its own.
      origin_topic text,
      origin_offset bigint
    );
    -- What is held needs one entry that is appended; only what waits is found by its lane too.
    create index mqtt_message_held on ${schema}.mqtt_message (queue, seq) where owner is not null;
    create index mqtt_message_free on ${schema}.mqtt_message (queue, seq) where owner is null;
    create index mqtt_message_lane on ${schema}.mqtt_message (queue, lane, seq) where owner is null;

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
    create index mqtt_letter_buried_at on ${schema}.mqtt_letter (buried_at);

    create function ${schema}.mqtt_lane(p_key bytea) returns bigint language sql immutable as $$
      select hashtextextended(encode(p_key, 'hex'), 0)
    $$;

    create function ${schema}.mqtt_part(p_bytes bytea, p_before integer, p_length integer) returns bytea language sql immutable as $$
      select case when p_length is not null then substring(p_bytes from p_before + 1 for p_length) end
    $$;

    create function ${schema}.mqtt_lock(p_queue text) returns void language sql as $$
      select pg_advisory_xact_lock(hashtextextended(json_build_array('${schema}.mqtt', p_queue)::text, 0))
    $$;

    -- Gives away what owners hold whose lease has run out. Under the queue's lock.
    create function ${schema}.mqtt_free(p_queue text, p_now_ms bigint) returns void language sql as $$
      with gone as (delete from ${schema}.mqtt_owner where queue = p_queue and until_ms < p_now_ms returning owner)
      update ${schema}.mqtt_message set owner = null, crashes = crashes + 1
      where queue = p_queue and owner is not null and owner in (select owner from gone)
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

    -- Stores in the order given. The lock makes the order of seq that of commit. The bytes of all messages come one after the other:
    -- of each its topic, headers, key, id and value; lengths are null for what it has not.
    create function ${schema}.mqtt_add(
      p_queue text, p_owner uuid, p_room integer, p_bytes bytea, p_before integer[],
      p_topic integer[], p_headers integer[], p_key integer[], p_id integer[], p_value integer[], p_timestamp_ms bigint[]
    ) returns table (seqs bigint[], held boolean[]) language plpgsql as $$
    declare
      mine uuid;
      busy bigint[] := '{}';
    begin
      perform ${schema}.mqtt_lock(p_queue);
      if p_room > 0 then select o.owner into mine from ${schema}.mqtt_owner o where o.owner = p_owner; end if;
      -- Alone, with nothing that waits, no key can be busy, and none is looked at.
      if exists (select from ${schema}.mqtt_message m where m.queue = p_queue and m.owner is null)
        or exists (select from ${schema}.mqtt_owner o where o.queue = p_queue and o.owner <> mine)
      then
        busy := array(
          select l.lane from (
            select distinct ${schema}.mqtt_lane(${schema}.mqtt_part(p_bytes, g.before + g.topic + g.headers, g.key)) as lane
            from unnest(p_before, p_topic, p_headers, p_key) as g(before, topic, headers, key) where g.key is not null) l
          where exists (select from ${schema}.mqtt_message m where m.queue = p_queue and m.lane = l.lane and m.owner is null)
            or l.lane in (
              select m.lane from ${schema}.mqtt_message m where m.queue = p_queue and m.owner <> mine and m.lane is not null));
      end if;
      return query
        with stored as (
          insert into ${schema}.mqtt_message as m (queue, lane, topic, headers, key, message_id, value, timestamp_ms, owner)
          select p_queue, k.lane, convert_from(${schema}.mqtt_part(p_bytes, g.before, g.topic), 'UTF8'),
            ${schema}.mqtt_part(p_bytes, g.before + g.topic, g.headers), k.key,
            convert_from(${schema}.mqtt_part(p_bytes, k.after, g.id), 'UTF8'),
            ${schema}.mqtt_part(p_bytes, k.after + coalesce(g.id, 0), g.value), g.timestamp_ms,
            case when g.place <= p_room and (k.lane is null or k.lane not in (select unnest(busy))) then mine end
          from (
            select * from unnest(p_before, p_topic, p_headers, p_key, p_id, p_value, p_timestamp_ms) with ordinality
              as g(before, topic, headers, key, id, value, timestamp_ms, place) order by place) g,
            lateral (select ${schema}.mqtt_part(p_bytes, g.before + g.topic + g.headers, g.key) as key,
              ${schema}.mqtt_lane(${schema}.mqtt_part(p_bytes, g.before + g.topic + g.headers, g.key)) as lane,
              g.before + g.topic + g.headers + coalesce(g.key, 0) as after) k
          returning m.seq, m.owner
        )
        select array_agg(s.seq order by s.seq), array_agg(s.owner is not null order by s.seq) from stored s;
    end $$;

    -- Nothing of a key that another holds, and nothing behind a message of its key that waits for its time.
    create function ${schema}.mqtt_claim(p_queue text, p_owner uuid, p_limit integer, p_now_ms bigint)
    returns setof ${schema}.mqtt_message language plpgsql as $$
    begin
      perform ${schema}.mqtt_lock(p_queue);
      perform ${schema}.mqtt_free(p_queue, p_now_ms);
      if not exists (select from ${schema}.mqtt_owner where owner = p_owner) then return; end if;
      return query
        update ${schema}.mqtt_message m set owner = p_owner from (
          select f.seq from ${schema}.mqtt_message f
          where f.queue = p_queue and f.owner is null and f.due_at_ms <= p_now_ms and (f.lane is null
            or (f.lane not in (
                select h.lane from ${schema}.mqtt_message h
                where h.queue = p_queue and h.owner <> p_owner and h.lane is not null)
              and (select true from ${schema}.mqtt_message e
                where e.queue = p_queue and e.owner is null and e.lane = f.lane and e.seq < f.seq and e.due_at_ms > p_now_ms
                limit 1) is null))
          order by f.seq limit p_limit) due
        where m.seq = due.seq returning m.*;
    end $$;

    -- Removes what lies between each first and last, if it is the owner's.
    create function ${schema}.mqtt_complete(p_owner uuid, p_first bigint[], p_last bigint[]) returns void language plpgsql as $$
    begin
      for i in 1 .. cardinality(p_first) loop
        delete from ${schema}.mqtt_message where seq between p_first[i] and p_last[i] and owner = p_owner;
      end loop;
    end $$;

    create function ${schema}.mqtt_postpone(
      p_queue text, p_owner uuid, p_seq bigint, p_attempts integer, p_first_failure_at_ms bigint, p_due_at_ms bigint
    ) returns boolean language plpgsql as $$
    declare of_lane bigint;
    begin
      perform ${schema}.mqtt_lock(p_queue);
      update ${schema}.mqtt_message set owner = null, crashes = 0, due_at_ms = p_due_at_ms, attempts = p_attempts,
        first_failure_at_ms = p_first_failure_at_ms, origin_topic = coalesce(origin_topic, topic),
        origin_offset = coalesce(origin_offset, seq)
      where seq = p_seq and owner = p_owner returning lane into of_lane;
      if not found then return false; end if;
      update ${schema}.mqtt_message set owner = null where queue = p_queue and owner = p_owner and lane = of_lane;
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
      select queue, ${schema}.mqtt_lane(key), topic, key, headers, value, timestamp_ms,
        message_id, redrive_count + 1, coalesce(origin_topic, topic), coalesce(origin_offset, seq)
      from letter;
    end $$;`,
}

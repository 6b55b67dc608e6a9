import type { Migration } from './migration.ts'

export const parking: Migration = {
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
      -- Brokers without offsets make them of the id: another payload under a used id is another message, and must not get lost here.
      digest bytea not null generated always as (sha256(coalesce(value, ''))) stored,
      unique (group_name, topic, partition, offset_no, digest)
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
      on conflict (group_name, topic, partition, offset_no, digest) do nothing;
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
}

import type { Migration } from './migration.ts'

export const fences: Migration = {
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
    create index begun_begun_at on ${schema}.begun (begun_at);

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
}

using Weasel.Postgresql;
using Weasel.Postgresql.Functions;

namespace RetailSync.Inventory.Projections;

/// <summary>
/// The only code that removes events from Marten's table: a function owned by the tables' owner, so that the role which hosts run as need not be allowed to. It
/// trusts none of its arguments: it archives closed years only,
/// only what the chains have linked, of each stream only what comes before the first event that stays, and never its newest; and it deletes an event where the
/// archive, read again, has the same, or nothing at all.
/// </summary>
public static class ArchiveFunction
{
    /// <summary>
    /// <c>(recorded until, streams at most, events at most)</c>: archives of the next streams what was recorded before an instant, in the order of their keys.
    /// Returns how many events; null when there are none left, another
    /// caller is at it, or the chains are not that far.
    /// </summary>
    public const string Name = $"{Schema}.archive_closed_years";

    /// <summary>Our own SQLSTATE: what was asked for is no closed year.</summary>
    public const string NotClosed = "RS002";

    /// <summary>Our own SQLSTATE: what would be deleted is not in the archive.</summary>
    public const string NotArchived = "RS003";

    private const string Schema = InventorySchema.Name;

    /// <summary>Rows of the archive are cut where the version is a multiple of this.</summary>
    private const int EventsOfRow = 1_000;

    internal static Function Definition() => new(
        PostgresqlProvider.Instance.Parse(Name),
        $"""
         create or replace function {Name}(until_instant timestamp with time zone, streams_at_most integer, events_at_most integer) returns bigint
         language plpgsql security definer set search_path to 'pg_catalog', 'pg_temp' as $$
         declare
           newest timestamptz; before_instant timestamptz; after_stream varchar; linked bigint; last_stream varchar; is_more boolean;
           page_streams varchar[]; page_untils bigint[]; row_streams varchar[]; row_versions bigint[]; archived bigint; deleted bigint;
         begin
           if until_instant is null or streams_at_most is null or events_at_most is null or streams_at_most < 1 or events_at_most < 1
             or until_instant <> date_trunc('year', until_instant at time zone 'UTC') at time zone 'UTC' then
             raise exception 'Years are archived as a whole, in UTC: % is no first instant of one.', until_instant using errcode = '{NotClosed}';
           end if;

           -- By the clock, or since something was recorded in a later one.
           newest := (select e.timestamp from {Schema}.mt_events as e order by e.seq_id desc limit 1);
           if until_instant > date_trunc('year', greatest(now(), newest) at time zone 'UTC') at time zone 'UTC' then
             raise exception 'The year that ends at % is not over.', until_instant using errcode = '{NotClosed}';
           end if;

           -- First what was begun, then what is old enough since; the lock lets one at a time.
           insert into {EventHistory.Progress} (id, recorded_before, stream) values (1, until_instant, '') on conflict (id) do nothing;
           select p.recorded_before, p.stream into before_instant, after_stream from {EventHistory.Progress} as p where p.id = 1 for update skip locked;
           if before_instant is null or (after_stream is null and before_instant >= until_instant) then
             return null;
           end if;
           if after_stream is null then
             before_instant := until_instant;
             after_stream := '';
           end if;

           linked := coalesce((select c.settled from {Schema}.event_chain_progress as c where c.id = 1), 0);
           if exists (select from {Schema}.mt_events as e where e.seq_id > linked and e.timestamp < before_instant) then
             return null;
           end if;

           -- 'until' is the first version of a stream that stays; a stream goes on when it has more than is moved at once.
           with streams as materialized (
             select s.id, s.version as newest, coalesce(oldest.version, s.version) as first
             from (select t.id, t.version from {Schema}.mt_streams as t where t.id > after_stream and t.id like '%@%' order by t.id limit streams_at_most) as s
             left join lateral (select e.version from {Schema}.mt_events as e where e.stream_id = s.id order by e.version limit 1) as oldest on true),
           bounds as materialized (
             select s.id, s.newest, s.first, least(s.newest, coalesce(
               (select e.version from {Schema}.mt_events as e
                 where e.stream_id = s.id and e.version < s.first + events_at_most and (e.timestamp >= before_instant or e.seq_id > linked)
                 order by e.version limit 1),
               s.first + events_at_most)) as until
             from streams as s),
           page as materialized (
             select c.id, c.until, c.until = c.first + events_at_most and c.until < c.newest as goes_on
             from (select b.*, sum(b.until - b.first) over (order by b.id) - (b.until - b.first) as before from bounds as b) as c
             where c.before < events_at_most)
           select coalesce(array_agg(p.id order by p.id), '{EmptyArray}'), coalesce(array_agg(p.until order by p.id), '{EmptyArray}'),
             coalesce(max(p.id) filter (where not p.goes_on), after_stream),
             coalesce(bool_or(p.goes_on), false) or count(*) < (select count(*) from streams) or (select count(*) from streams) = streams_at_most
           into page_streams, page_untils, last_stream, is_more from page as p;

           -- Versions are counted from the first of a row, so a row ends where one is missing: then it is missing in the archive, too.
           with old as materialized (
             select e.* from unnest(page_streams, page_untils) as p(stream, until)
             cross join lateral (select * from {Schema}.mt_events as x where x.stream_id = p.stream and x.version < p.until offset 0) as e),
           numbered as (
             select d.*, d.version - row_number() over (partition by d.stream_id, d.year order by d.version) as run
             from (select o.*, extract(year from o.timestamp at time zone 'UTC') as year from old as o) as d),
           written as (
             insert into {EventHistory.Archive} (stream, version, sequences, ids, types, timestamps, correlations, users, data)
             select n.stream_id, min(n.version), array_agg(n.seq_id order by n.version), array_agg(n.id order by n.version),
               array_agg(n.type order by n.version), array_agg(n.timestamp order by n.version), array_agg(n.correlation_id order by n.version),
               array_agg(n.user_name order by n.version), array_agg(n.data order by n.version)
             from numbered as n group by n.stream_id, n.year, n.run, n.version / {EventsOfRow} returning stream, version)
           select coalesce(array_agg(w.stream), '{EmptyArray}'), coalesce(array_agg(w.version), '{EmptyArray}'), (select count(*) from old)
           into row_streams, row_versions, archived from written as w;

           -- What is deleted is what the archive, read again, has the same of.
           delete from {Schema}.mt_events where ctid = any(array(
             select e.ctid
             from unnest(row_streams, row_versions) as w(stream, version)
             join {EventHistory.Archive} as a on a.stream = w.stream and a.version = w.version
             cross join lateral {EventHistory.UnpackedAs("k")}
             cross join lateral (
               select x.ctid from {Schema}.mt_events as x
               where x.stream_id = a.stream and x.version = a.version + k.n - 1 and x.seq_id = k.seq_id and x.id = k.id and x.type = k.type
                 and x.timestamp = k.timestamp and x.correlation_id is not distinct from k.correlation_id and x.user_name is not distinct from k.user_name
                 and x.data = k.data offset 0) as e));
           get diagnostics deleted = row_count;
           if deleted <> archived then
             raise exception '% events were to be archived, and the archive has % of them: nothing was moved.', archived, deleted
               using errcode = '{NotArchived}';
           end if;

           update {EventHistory.Progress} as p set recorded_before = before_instant, stream = case when is_more then last_stream end where p.id = 1;
           return archived;
         end $$;
         """);

    private const string EmptyArray = "{}";
}

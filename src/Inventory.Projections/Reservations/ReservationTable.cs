using System.Collections.Frozen;
using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.Reservations;

/// <summary>
/// One row for every reservation, written in the transaction of its events. Positions carry only the sum of what is reserved, so a
/// position with ten thousand open holds is written as quickly as an empty one; the holds themselves are here.
/// </summary>
public static class ReservationTable
{
    public const string Name = "reservation";

    private const string Table = $"{InventorySchema.Name}.{Name}";

    private static readonly FrozenDictionary<ReservationState, string> States =
        Enum.GetValues<ReservationState>().ToFrozenDictionary(state => state, state => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()));

    public static Table Definition()
    {
        var table = new Table(Table);
        table.AddColumn("id", "text").AsPrimaryKey();
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("version", "bigint").NotNull();
        table.AddColumn("state", "text").NotNull();
        table.AddColumn("expires_at", "timestamptz").NotNull();
        table.AddColumn("body", "jsonb").NotNull();

        // Made when an id was of one channel only: events about it may not say the channel.
        table.AddColumn("unqualified", "boolean").NotNull().DefaultValueByExpression("false");

        // Small beside ten years of closed ones, which are in neither index.
        table.Indexes.Add(new IndexDefinition("reservation_confirmed") { Columns = ["id"], Predicate = "(state = 'confirmed')" });
        table.Indexes.Add(new IndexDefinition("reservation_due") { Columns = ["expires_at"], Predicate = "(state = 'held')" });
        return table;
    }

    /// <summary>
    /// Brings a table of before, whose key was the id alone, into the form of <see cref="Definition"/> without rewriting a row twice, and names the holds that
    /// position checkpoints carry in the same way. Does nothing to any other. One transaction; a concurrent one waits for it.
    /// </summary>
    public const string KeyByChannel =
        $"""
         do $$
         begin
           perform pg_advisory_xact_lock(hashtextextended('retailsync/reservation-key', 0));
           if to_regclass('{Table}') is null
             or exists (select from pg_attribute where attrelid = to_regclass('{Table}') and attname = 'channel' and not attisdropped) then
             return;
           end if;
           alter table {Table} add column channel text generated always as (body->>'channel') stored, add column unqualified boolean not null default true;
           alter table {Table} alter column channel drop expression, alter column channel set not null, alter column unqualified set default false;
           if to_regclass('{InventorySchema.Name}.position_balance') is not null then
             update {InventorySchema.Name}.position_balance b set state = jsonb_set(b.state, array['holds'], (
               select jsonb_object_agg(coalesce(r.channel || '/', '') || hold.key, hold.value)
               from jsonb_each(b.state->'holds') as hold left join {Table} r on r.id = hold.key))
             where b.state ? 'holds';
           end if;
           alter table {Table} drop constraint pkey_{Name}_id, add constraint pkey_{Name}_id_channel primary key (id, channel);
         end $$
         """;

    /// <summary>Every channel's reservations of these ids. Parameter: <c>text[]</c> ids. Ids without a row are left out.</summary>
    public const string SelectByIds =
        $"select body from unnest($1) as wanted(wanted_id) cross join lateral (select body from {Table} r where r.id = wanted.wanted_id offset 0) as found";

    /// <summary>Every reservation that holds units, or did until it expired.</summary>
    public const string SelectOpen = $"select body from {Table} where state = 'held' union all select body from {Table} where state = 'confirmed'";

    /// <summary>Expired holds whose expiry is not yet recorded, the longest expired first. Parameters: the instant, a limit.</summary>
    public const string SelectDue = $"select body from {Table} where state = 'held' and expires_at <= $1 order by expires_at limit $2";

    /// <summary>The same, and what is confirmed of some SKUs for some channels. Parameters besides: <c>text[]</c> channels, <c>text[]</c> SKUs.</summary>
    public const string SelectDueAndConfirmed =
        $"""
         ({SelectDue})
         union all
         select body from {Table} r where state = 'confirmed' and channel = any($3)
           and exists (select from jsonb_array_elements(r.body->'lines') as line where line->>'sku' = any($4))
         """;

    /// <summary>Every channel's reservation of an id, each with the newest event of all. Parameter: the id.</summary>
    public const string SelectByIdWithNewestSequence =
        $"select body, (select coalesce(max(seq_id), 0) from {InventorySchema.Name}.mt_events) as newest from {Table} where id = $1";

    /// <summary>When the hold ends that an event is about; null where the event says so itself.</summary>
    /// <param name="row">What its columns <c>type</c> and <c>data</c> are of.</param>
    public static string HoldEnds(string row) => OfHold(row, "expires_at");

    /// <summary>Whose hold it is that an event is about which an older build stored; null where the event, or one before it, says so itself.</summary>
    /// <inheritdoc cref="HoldEnds"/>
    public static string HoldChannel(string row) => OfHold(row, "channel");

    private static string OfHold(string row, string column) =>
        $"""
         case when {row}.type = '{InventorySchema.EventNames[typeof(ReservationChanged)]}' then (
           select r.{column} from {Table} r
           where r.id = {row}.data->>'reservation' and case when {row}.data ? 'channel' then r.channel = {row}.data->>'channel' else r.unqualified end) end
         """;

    /// <summary>
    /// Units that positions still have as reserved although their hold has expired, as rows of <c>sku, location, units</c>: for readers, who
    /// take them off in the same statement, so that no unit is counted as free twice.
    /// </summary>
    /// <param name="instant">The placeholder of the instant.</param>
    public static string SelectOver(string instant) => $"{SelectUnits} where r.state = 'held' and r.expires_at <= {instant} group by 1, 2";

    /// <summary>
    /// What the clock may still end: the channel and id of the row, SKU, location, units, and by what the body says of itself when it ends and whose it is,
    /// then when the row says that it ends.
    /// </summary>
    public const string SelectHeld =
        $"""
         select r.channel, r.id, line->>'sku' as sku, allocation->>'location' as location,
           sum((allocation->>'quantity')::numeric - (allocation->>'fulfilled')::numeric) as units,
           r.body->>'expiresAt' as body_expires_at, r.body->>'channel' as body_channel, r.expires_at
         from {Table} r
         cross join lateral jsonb_array_elements(r.body->'lines') as line
         cross join lateral jsonb_array_elements(line->'allocations') as allocation
         where r.state = 'held'
         group by r.channel, r.id, 3, 4
         having sum((allocation->>'quantity')::numeric - (allocation->>'fulfilled')::numeric) <> 0
         """;

    /// <summary>
    /// The first positions whose reserved is not the sum of what is open there: SKU, location, reserved, sum of the open, how many such positions there are.
    /// </summary>
    public const string SelectMismatches =
        $"""
         with opened as (
           select sku, location, sum(units) as units
           from ({SelectUnits} where r.state = 'held' group by 1, 2 union all {SelectUnits} where r.state = 'confirmed' group by 1, 2) as held
           group by 1, 2)
         select coalesce(p.sku, opened.sku) as sku, coalesce(p.location, opened.location) as location, coalesce(p.reserved, 0) as reserved,
           coalesce(opened.units, 0) as opened, count(*) over () as positions
         from {InventorySchema.Name}.{PositionTable.Name} p full join opened on opened.sku = p.sku and opened.location = p.location
         where coalesce(p.reserved, 0) <> coalesce(opened.units, 0)
         order by 1, 2 limit 20
         """;

    private const string SelectUnits =
        $"""
         select line->>'sku' as sku, allocation->>'location' as location,
           sum((allocation->>'quantity')::numeric - (allocation->>'fulfilled')::numeric) as units
         from {Table} r
         cross join lateral jsonb_array_elements(r.body->'lines') as line
         cross join lateral jsonb_array_elements(line->'allocations') as allocation
         """;

    /// <summary>Parameters: those of <see cref="AddRows"/>.</summary>
    public const string Insert = $"insert into {Table} (id, channel, version, state, expires_at, body) select * from unnest($1, $2, $3, $4, $5, $6)";

    /// <summary>
    /// Fails when one of them is no longer at the version before. Parameters: those of <see cref="AddRows"/>, <c>bigint[]</c> versions before, and how many
    /// rows they are.
    /// </summary>
    public const string Update =
        $"""
         with changed as (
           update {Table} r set version = wanted.version, state = wanted.state, expires_at = wanted.expires_at, body = wanted.body
           from unnest($1, $2, $3, $4, $5, $6, $7) as wanted(id, channel, version, state, expires_at, body, expected)
           where r.id = wanted.id and r.channel = wanted.channel and r.version = wanted.expected
           returning 1)
         select {InventorySchema.Name}.{LaneFunctions.RequireName}(count(*), $8) from changed
         """;

    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Reservation> rows)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Id));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Channel.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => States[row.State]));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.ExpiresAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.SerializeToUtf8Bytes(row, EventJson.Options)));
    }

    public static Reservation Read(DbDataReader reader) => JsonSerializer.Deserialize<Reservation>(reader.GetString(0), EventJson.Options)!;
}

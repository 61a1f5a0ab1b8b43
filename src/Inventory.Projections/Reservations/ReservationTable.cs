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

        // Of open ones, SKUs of which units are still to come; null where there are none. Whether any of these will not come when it was promised.
        table.AddColumn("awaits", "text[]");
        table.AddColumn("at_risk", "boolean").NotNull().DefaultValueByExpression("false");

        // Small beside ten years of closed ones, which are in neither index.
        table.Indexes.Add(new IndexDefinition("reservation_confirmed") { Columns = ["id"], Predicate = "(state = 'confirmed')" });
        table.Indexes.Add(new IndexDefinition("reservation_due") { Columns = ["expires_at"], Predicate = "(state = 'held')" });
        table.Indexes.Add(new IndexDefinition("reservation_awaiting") { Columns = ["id"], Predicate = "(awaits IS NOT NULL)" });
        table.Indexes.Add(new IndexDefinition("reservation_awaits") { Columns = ["awaits"], Method = IndexMethod.gin, Predicate = "(awaits IS NOT NULL)" });
        table.Indexes.Add(new IndexDefinition("reservation_at_risk") { Columns = ["channel", "id"], Predicate = "at_risk" });
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

    /// <summary>
    /// With <see cref="OnlyIndexes"/>: a page of those that are held now, the next to expire first. Parameters: those of <see cref="Narrowed"/>, the instant,
    /// an instant before which they expire, and the last of the page before by expiry, id and channel.
    /// </summary>
    public const string SelectHeldPage =
        $"""
         select body from {Table} r
         where state = 'held' and expires_at > $5 and ($6::timestamptz is null or expires_at < $6) and {Narrowed}
           and ($7::timestamptz is null or (expires_at, id, channel) > ($7, $8, $9))
         order by expires_at, id, channel limit $4
         """;

    /// <summary>
    /// With <see cref="OnlyIndexes"/>: a page of those that are confirmed. Parameters: those of <see cref="Narrowed"/>, and id and channel of the last of the
    /// page before.
    /// </summary>
    public const string SelectConfirmedPage =
        $"""
         select body from {Table} r
         where state = 'confirmed' and {Narrowed} and ($5::text is null or (id, channel) > ($5, $6))
         order by id, channel limit $4
         """;

    /// <summary>Parameters: <c>text[]</c> channels and a channel of which they are, a location at which they keep or await units; a limit. Null: all.</summary>
    private const string Narrowed =
        """
        ($1::text[] is null or channel = any($1)) and ($2::text is null or channel = $2)
          and ($3::text is null or body->'lines' @> jsonb_build_array(jsonb_build_object('allocations', jsonb_build_array(jsonb_build_object('location', $3))))
            or body->'lines' @> jsonb_build_array(jsonb_build_object('supply', jsonb_build_array(jsonb_build_object('location', $3)))))
        """;

    /// <summary>
    /// To be run before a statement about those that await supply, in one batch with it: it reads them through their index. PostgreSQL, until it has
    /// statistics of their columns, takes every reservation for one of them, and would scan all of ten years. The setting ends with the batch.
    /// </summary>
    public const string OnlyIndexes = "select set_config('enable_seqscan', 'off', true)";

    /// <summary>Every open reservation that awaits supply of a SKU. Parameter: the SKU.</summary>
    public const string SelectAwaiting = $"select body from {Table} where awaits is not null and awaits @> array[$1]";

    /// <summary>With <see cref="OnlyIndexes"/>: SKUs that reservations await, and whether for any the promise is at risk.</summary>
    public const string SelectAwaited =
        $"select sku, bool_or(at_risk) as at_risk from {Table} cross join lateral unnest(awaits) as sku where awaits is not null group by sku";

    /// <summary>
    /// With <see cref="OnlyIndexes"/>: units whose promise is at risk, as rows of <c>channel, id, line, part, sku, units</c> (<see cref="SupplyUnits"/>),
    /// without holds that have expired.
    /// </summary>
    /// <param name="instant">The placeholder of the instant.</param>
    public static string SelectAtRisk(string instant) =>
        $"""
         select r.channel, r.id, line.n as line, units.n as part, line.value->>'sku' as sku, units.value as units
         from {Table} r
         cross join lateral jsonb_array_elements(r.body->'lines') with ordinality as line(value, n)
         cross join lateral jsonb_array_elements(coalesce(line.value->'supply', '[]')) with ordinality as units(value, n)
         where r.at_risk and units.value ? 'risk' and (r.state = 'confirmed' or r.expires_at > {instant})
         """;

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
         union all
         select r.channel, r.id || E'\n' || (supply->>'document'), line->>'sku', supply->>'location', sum((supply->>'quantity')::numeric),
           r.body->>'expiresAt', r.body->>'channel', r.expires_at
         from {Table} r
         cross join lateral jsonb_array_elements(r.body->'lines') as line
         cross join lateral jsonb_array_elements(line->'supply') as supply
         where r.state = 'held' and r.awaits is not null and not supply ? 'isLost'
         group by r.channel, r.id, 2, 3, 4
         """;

    /// <summary>
    /// The first documents of which a position carries other units as kept than open reservations keep of it: SKU, location, document, carried, kept, how many
    /// such documents there are.
    /// </summary>
    public const string SelectSupplyMismatches =
        $"""
         with kept as (
           select line->>'sku' as sku, supply->>'location' as location, supply->>'document' as document, sum((supply->>'quantity')::numeric) as units
           from {Table} r
           cross join lateral jsonb_array_elements(r.body->'lines') as line
           cross join lateral jsonb_array_elements(line->'supply') as supply
           where r.awaits is not null and not supply ? 'isLost'
           group by 1, 2, 3),
         carried as (
           select p.sku, p.location, held.key as document, held.value::numeric as units
           from {InventorySchema.Name}.{PositionTable.Name} p cross join lateral jsonb_each_text(p.detail->'supplyHeld') as held
           where p.detail ? 'supplyHeld')
         select sku, location, document, coalesce(carried.units, 0) as carried, coalesce(kept.units, 0) as kept, count(*) over () as documents
         from carried full join kept using (sku, location, document)
         where coalesce(carried.units, 0) <> coalesce(kept.units, 0)
         order by 1, 2, 3 limit 20
         """;

    /// <summary>
    /// Units that positions still carry as kept of supply although their hold has expired, as rows of <c>sku, location, units</c>, for readers as
    /// <see cref="SelectOver"/>.
    /// </summary>
    /// <param name="instant">The placeholder of the instant.</param>
    public static string SelectSupplyOver(string instant) =>
        $"""
         select line->>'sku' as sku, supply->>'location' as location, sum((supply->>'quantity')::numeric) as units
         from {Table} r
         cross join lateral jsonb_array_elements(r.body->'lines') as line
         cross join lateral jsonb_array_elements(line->'supply') as supply
         where r.state = 'held' and r.expires_at <= {instant} and r.awaits is not null and not supply ? 'isLost'
         group by 1, 2
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

    /// <summary>For new ones that await no supply, as most. Parameters: the first six of <see cref="AddRows"/>.</summary>
    public const string Insert =
        $"insert into {Table} (id, channel, version, state, expires_at, body) select * from unnest($1, $2, $3, $4, $5, $6)";

    /// <summary>For new ones of which some await supply. Parameters: those of <see cref="AddRows"/>.</summary>
    public const string InsertAwaiting =
        $"""
         insert into {Table} (id, channel, version, state, expires_at, body, awaits, at_risk)
         select id, channel, version, state, expires_at, body, string_to_array(awaits, E'\n'), at_risk
         from unnest($1, $2, $3, $4, $5, $6, $7, $8) as made(id, channel, version, state, expires_at, body, awaits, at_risk)
         """;

    /// <summary>
    /// Fails when one of them is no longer at the version before. Parameters: those of <see cref="AddRows"/>, <c>bigint[]</c> versions before, and how many
    /// rows they are.
    /// </summary>
    public const string Update =
        $"""
         with changed as (
           update {Table} r set version = wanted.version, state = wanted.state, expires_at = wanted.expires_at, body = wanted.body,
             awaits = string_to_array(wanted.awaits, E'\n'), at_risk = wanted.at_risk
           from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as wanted(id, channel, version, state, expires_at, body, awaits, at_risk, expected)
           where r.id = wanted.id and r.channel = wanted.channel and r.version = wanted.expected
           returning 1)
         select {InventorySchema.Name}.{LaneFunctions.RequireName}(count(*), $10) from changed
         """;

    /// <param name="withSupply">Whether the statement has the columns about supply.</param>
    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Reservation> rows, bool withSupply)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Id));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Channel.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => States[row.State]));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.ExpiresAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.SerializeToUtf8Bytes(row, EventJson.Options)));
        if (withSupply)
        {
            // SKUs have no control characters.
            parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.AwaitsSupply ? string.Join('\n', row.AwaitedSkus) : null));
            parameters.Add(SqlArray.Of(NpgsqlDbType.Boolean, rows, row => row.AwaitsSupply && row.IsAtRisk));
        }
    }

    public static Reservation Read(DbDataReader reader) => JsonSerializer.Deserialize<Reservation>(reader.GetString(0), EventJson.Options)!;
}

using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Reservations;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.Reservations;

/// <summary>
/// One row for every reservation, written in the transaction of its events. Positions carry only the sum of what is reserved, so a
/// position with ten thousand open holds is written as quickly as an empty one; the holds themselves are here.
/// </summary>
public static class ReservationTable
{
    public const string Name = "reservation";

    private const string Table = $"{Projections.Schema}.{Name}";

    public static Table Definition()
    {
        var table = new Table(Table);
        table.AddColumn("id", "text").AsPrimaryKey();
        table.AddColumn("version", "bigint").NotNull();
        table.AddColumn("state", "text").NotNull();
        table.AddColumn("expires_at", "timestamptz").NotNull();
        table.AddColumn("body", "jsonb").NotNull();
        table.Indexes.Add(new IndexDefinition("reservation_due") { Columns = ["expires_at"], Predicate = "(state = 'held')" });
        return table;
    }

    /// <summary>Parameter: <c>text[]</c> ids. Ids without a row are left out.</summary>
    public const string SelectByIds =
        $"select body from unnest($1) as wanted(wanted_id) cross join lateral (select body from {Table} r where r.id = wanted.wanted_id offset 0) as found";

    /// <summary>Holds whose time is over and whose expiry is not yet recorded, the longest over first. Parameters: the instant, a limit.</summary>
    public const string SelectDue = $"select body from {Table} where state = 'held' and expires_at <= $1 order by expires_at limit $2";

    /// <summary>Parameters: those of <see cref="AddRows"/>.</summary>
    public const string Insert = $"insert into {Table} (id, version, state, expires_at, body) select * from unnest($1, $2, $3, $4, $5)";

    /// <summary>Fails when one of them is no longer at the version before. Parameters: those of <see cref="AddRows"/>, and their number.</summary>
    public const string Update =
        $"""
         with changed as (
           update {Table} r set version = wanted.version, state = wanted.state, expires_at = wanted.expires_at, body = wanted.body
           from unnest($1, $2, $3, $4, $5) as wanted(id, version, state, expires_at, body)
           where r.id = wanted.id and r.version = wanted.version - 1
           returning 1)
         select {Projections.Schema}.{LaneFunctions.RequireName}(count(*), $6) from changed
         """;

    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Reservation> rows)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Id));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => JsonNamingPolicy.KebabCaseLower.ConvertName(row.State.ToString())));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.ExpiresAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.SerializeToUtf8Bytes(row, EventJson.Options)));
    }

    public static Reservation Read(DbDataReader reader) => JsonSerializer.Deserialize<Reservation>(reader.GetString(0), EventJson.Options)!;
}

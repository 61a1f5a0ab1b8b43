using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Report;

/// <summary>A location or system with all its columns.</summary>
/// <param name="Compared">Positions that were compared, one for each run that did.</param>
/// <param name="Drifting">Those of them that differed.</param>
public sealed record MatrixRow(string Row, long Compared, long Drifting);

/// <param name="Column">A class, a cause, or a day in UTC such as <c>2026-11-23</c>.</param>
/// <param name="Compared">Positions that were compared, one for each run that did; of a cause, all of the row.</param>
/// <param name="Drifting">Those of them that differed; of a cause, where it is the first of the difference.</param>
public sealed record MatrixCell(string Row, string Column, long Compared, long Drifting);

/// <param name="From">Counted at this instant or later.</param>
/// <param name="Rows">By name, at most 1,000.</param>
/// <param name="Cells">By row and column, of the 100 columns in which most was compared; a cell of nothing is left out.</param>
public sealed record MatrixAnswer(Instant From, IReadOnlyList<MatrixRow> Rows, IReadOnlyList<MatrixCell> Cells)
{
    private const int MostRows = 1_000;
    private const int MostColumns = 100;

    /// <param name="compared">By row and column; where columns are causes, all in the column of no name.</param>
    /// <param name="drifting">By row and column.</param>
    internal static MatrixAnswer Of(Instant from, IReadOnlyList<CountedPositions> compared, IReadOnlyList<CountedPositions> drifting, bool byCause)
    {
        var comparedIn = compared.ToDictionary(cell => (cell.Row, cell.Column), cell => cell.Positions);
        var driftingIn = drifting.ToDictionary(cell => (cell.Row, cell.Column), cell => cell.Positions);
        var rows = compared.GroupBy(cell => cell.Row).OrderBy(row => row.Key, StringComparer.Ordinal).Take(MostRows)
            .ToDictionary(row => row.Key, row => row.Sum(cell => cell.Positions));
        var columns = (byCause ? drifting : compared).GroupBy(cell => cell.Column)
            .OrderByDescending(column => column.Sum(cell => cell.Positions)).ThenBy(column => column.Key, StringComparer.Ordinal).Take(MostColumns)
            .Select(column => column.Key).Order(StringComparer.Ordinal).ToList();
        return new MatrixAnswer(
            from,
            [.. rows.Select(row => new MatrixRow(row.Key, row.Value, drifting.Where(cell => cell.Row == row.Key).Sum(cell => cell.Positions)))],
            [
                .. from row in rows
                   from column in columns
                   let cell = new MatrixCell(
                       row.Key, column, byCause ? row.Value : comparedIn.GetValueOrDefault((row.Key, column)), driftingIn.GetValueOrDefault((row.Key, column)))
                   where cell.Drifting > 0 || (!byCause && cell.Compared > 0)
                   select cell,
            ]);
    }
}

/// <summary>How many positions there are in a row and a column.</summary>
internal readonly record struct CountedPositions(string Row, string Column, long Positions);

/// <summary>How much was compared and how much of it differed, by location or system and by class, cause or day.</summary>
public static class GetDriftMatrix
{
    private const long LongestDays = 31;
    private const long DefaultDays = 7;
    private const int TimeoutSeconds = 60;

    private const string Day = "to_char(r.taken_at at time zone 'UTC', 'YYYY-MM-DD')";
    private const string Asked = "r.taken_at >= $1 and ($2::text is null or r.system = $2)";

    [WolverineGet("/v1/reconciliations/matrix")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("Where our numbers differ", "Compared positions and drifting ones in each cell, of all counts of the last days. A position is counted in "
        + "each run that compared it, and in a row for each cause. The class of a SKU is the one that it had when it was compared: as registered, else "
        + "A, B or C by units sold.",
        Query =
        [
            "rows: `location` (default) or `system`", "columns: `class` (default), `cause` or `day`", "system: only one system",
            "days: back from now, 1 to 31, default 7",
        ],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<MatrixAnswer>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "rows", "columns", "system", "days");
        var (rows, columns) = (query.Choice("rows", "location", "system") ?? "location", query.Choice("columns", "class", "cause", "day") ?? "class");
        var from = clock.GetCurrentInstant() - Duration.FromDays(query.Whole("days", 1, LongestDays) ?? DefaultDays);
        var system = GetReconciliation.SystemOf(query);
        var row = rows == "system" ? "r.system" : "p.location";
        var compared = await Read(database, SelectCompared(row, columns), from, system, http.RequestAborted);
        var drifting = await Read(database, SelectDrifting(row, columns), from, system, http.RequestAborted);
        return TypedResults.Ok(MatrixAnswer.Of(from, compared, drifting, byCause: columns == "cause"));
    }

    private static string SelectCompared(string row, string columns)
    {
        var (column, positions, classes) = columns switch
        {
            "class" => ("c.key", "c.value::bigint", "cross join lateral jsonb_each_text(p.classes) as c"),
            "day" => (Day, "p.compared", ""),
            _ => ("''", "p.compared", ""),
        };
        return $"""
            select {row} as "row", {column} as col, sum({positions})::bigint as positions
            from {ReconciliationTables.Runs} r join {ReconciliationTables.Locations} p on p.run = r.id {classes}
            where {Asked} group by 1, 2
            """;
    }

    private static string SelectDrifting(string row, string columns)
    {
        var column = columns switch { "class" => "p.class", "day" => Day, _ => "p.attribution->0->>'cause'" };
        return $"""
            select "row", col, count(*) as positions
            from (
              select distinct {row} as "row", {column} as col, p.run, p.sku, p.location
              from {ReconciliationTables.Runs} r join {ReconciliationTables.Drifts} p on p.run = r.id
              where {Asked} and {column} is not null) as drifting
            group by 1, 2
            """;
    }

    private static async Task<List<CountedPositions>> Read(
        NpgsqlDataSource database, string sql, Instant from, string? system, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.AddWithValue(from);
        command.Parameters.Add(SqlValue.OrNull(system));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var cells = new List<CountedPositions>();
        while (await reader.ReadAsync(cancellation))
        {
            cells.Add(new CountedPositions(reader.GetString("row"), reader.GetString("col"), reader.GetInt64("positions")));
        }

        return cells;
    }
}

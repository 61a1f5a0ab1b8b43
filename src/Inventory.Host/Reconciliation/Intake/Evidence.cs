using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Channels.Epcis;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>
/// Documents that came without counts, kept for the counts of their system that come later: a sheet gets those of the two days before it that it does not bring
/// itself.
/// </summary>
public sealed class Evidence(NpgsqlDataSource database, LocationNames names, SkuUnits units, IClock clock)
{
    private const int BatchLength = 1_000;

    private static readonly Duration Speaks = Duration.FromDays(2);
    private static readonly Duration Kept = Duration.FromDays(30);

    /// <summary>Keeps what an EPCIS document says, all or nothing. The same document again says nothing new.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: an event cannot be understood.</exception>
    public async Task Keep(string system, Stream epcis, LocationId? fallback, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var rows in new EpcisTranslator(system, fallback).Translate(epcis).Chunk(BatchLength))
        {
            if (rows.FirstOrDefault(row => row is BadLine or Unreadable) is { } wrong)
            {
                throw ApiProblemException.Malformed($"Event {wrong.Row} cannot be understood: {(wrong as BadLine)?.Detail ?? (wrong as Unreadable)?.Detail}");
            }

            var movements = await AsRecorded([.. rows.OfType<StockMoved>()], cancellation);
            await Insert(connection, system,
                [.. movements.Select(movement => (movement.Name.Id, Document: TheirDocument.Of(movement)!)).Where(line => line.Document is not null)],
                cancellation);
            await Correct(connection, system, [.. movements.OfType<Correction>()], cancellation);
        }

        await using var delete = new NpgsqlCommand($"delete from {ReconciliationTables.Evidence} where system = $1 and occurred_at < $2", connection);
        delete.Parameters.AddWithValue(system);
        delete.Parameters.AddWithValue(clock.GetCurrentInstant() - Kept);
        await delete.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>As these movements would be recorded: at the location that is in use for their place, in the unit in which their SKU is kept.</summary>
    private async Task<Movement[]> AsRecorded(IReadOnlyList<StockMoved> rows, CancellationToken cancellation)
    {
        var inUse = await names.InUse(rows.Select(row => row.Movement.Position.Location), caller: null, cancellation);
        var kept = await units.Of(
            from row in rows
            let unit = row.Unit is null ? null : UnitOfMeasure.Find(row.Unit)
            where unit is not null
            select (row.Movement.Position.Sku, unit),
            cancellation,
            mayKeep: false);
        return [.. rows.Select(row => SkuUnits.InKept(row.Movement, row.Unit, kept).Movement ?? row.Movement)
            .Select(movement => movement.At(inUse))];
    }

    /// <summary>Adds kept documents to those that a sheet brought.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> AddTo(NpgsqlConnection connection, Guid run, string system, Instant takenAt, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             insert into {ReconciliationTables.DocumentsOf(run)} (line, id, type, sku, location, quantity, occurred_at, status, from_status, to_status)
             select -1, id, type, sku, location, quantity, occurred_at, status, from_status, to_status from {ReconciliationTables.Evidence} e
             where system = $1 and occurred_at > $2 and occurred_at <= $3
               and not exists (select 1 from {ReconciliationTables.DocumentsOf(run)} d where d.id = e.id and d.sku = e.sku and d.location = e.location)
             """,
            connection);
        command.Parameters.AddWithValue(system);
        command.Parameters.AddWithValue(takenAt - Speaks);
        command.Parameters.AddWithValue(takenAt);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task Insert(
        NpgsqlConnection connection, string system, IReadOnlyList<(string Movement, TheirDocument Document)> lines, CancellationToken cancellation)
    {
        await using var command =
            new NpgsqlCommand(
                $"insert into {ReconciliationTables.Evidence} select $1, * from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
                connection);
        command.Parameters.AddWithValue(system);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Movement));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.Id));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.Type));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.Position.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.Position.Location.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, lines, line => line.Document.Quantity));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, lines, line => line.Document.OccurredAt));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.Status));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.From));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, lines, line => line.Document.To));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>An event that was declared an error is no evidence any more; one with another quantity is evidence of that.</summary>
    private static async Task Correct(NpgsqlConnection connection, string system, IReadOnlyList<Correction> corrections, CancellationToken cancellation)
    {
        foreach (var correction in corrections)
        {
            await using var command = new NpgsqlCommand(
                correction.Quantity is null ? $"delete from {ReconciliationTables.Evidence} where system = $1 and movement = $2"
                : $"update {ReconciliationTables.Evidence} set quantity = $3 where system = $1 and movement = $2", connection);
            command.Parameters.AddWithValue(system);
            command.Parameters.AddWithValue(correction.Corrects);
            if (correction.Quantity is { } right)
            {
                command.Parameters.AddWithValue(right);
            }

            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}

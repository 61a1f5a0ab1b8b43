using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <param name="Selection">Which positions; with a limit, one page of them.</param>
/// <param name="From">The time of recording begins after this instant; null from the first event on.</param>
/// <param name="To">It ends with this instant; null to the last event.</param>
public sealed record LedgerQuestion(PositionSelection Selection, Instant? From, Instant? To);

/// <summary>
/// Writes the accounts of positions as their events are read, of one snapshot: as much as there is takes no more memory than a buffer.
/// Positions of which nothing had been recorded by the end of the time are left out.
/// </summary>
public sealed class ReadLedger([FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database)
{
    /// <summary>A page with a limit ends before the position that would take it beyond this many events, so that it is answered soon.</summary>
    private const int EventsOfPage = 50_000;

    private const int EventsBetweenFlushes = 100;

    /// <param name="question">What is to be written.</param>
    /// <param name="progress">Receives the number of events that have been written.</param>
    internal async Task Write(LedgerQuestion question, LedgerWriter writer, Action<long>? progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        command.CommandText = Sql(question, command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (written, sinceFlush) = (0L, 0);
        Position? current = null;
        string? next = null;
        while (await reader.ReadAsync(cancellation))
        {
            var (sku, location) = (reader.GetString(Column.Sku), reader.GetString(Column.Location));
            if (current is null || current.Sku != sku || current.Location != location)
            {
                current?.Close();
                current = new Position(sku, location, question, writer);
                next = reader.GetBoolean(Column.IsFollowed) ? $"{sku}@{location}" : null;
            }

            current.Add(reader.GetInt64(Column.Version), reader.GetInt64(Column.Sequence),
                new RecordedEvent(reader.GetFieldValue<Instant>(Column.RecordedAt), StoredEvents.Read(reader.GetString(Column.Type),
                reader.GetFieldValue<byte[]>(Column.Data))));
            if (++sinceFlush == EventsBetweenFlushes)
            {
                await writer.Flush(cancellation);
                progress?.Invoke(written += sinceFlush);
                sinceFlush = 0;
            }
        }

        current?.Close();
        progress?.Invoke(written + sinceFlush);
        await writer.End(next, cancellation);
    }

    private static string Sql(LedgerQuestion question, NpgsqlParameterCollection parameters)
    {
        var selection = question.Selection;
        var keys = (selection.Limit is { } limit ? selection with { Limit = limit + 1 } : selection) with { FirstRecordedBy = question.To };
        var sql = keys.AddTo(parameters);
        var until = question.To is { } to ? $"where timestamp <= {Parameter(to)}" : "";

        // A page ends after as many positions as were asked for, or before the one that would make it too long; whether there are more is said with each row.
        var page = selection.Limit is { } most
            ? $"""
               select sku, location, n < found as is_followed from (
                 select sku, location, row_number() over by_key as n, count(*) over () as found, sum(version) over by_key - version as events_before
                 from ({sql}) as k window by_key as (order by sku, location)) as numbered
               where n <= {Parameter(most)} and events_before < {EventsOfPage}
               """
            : $"select sku, location, false as is_followed from ({sql}) as k";
        return $"""
             select p.sku, p.location, p.is_followed, e.version, e.seq_id, e.type, e.data, e.timestamp
             from ({page}) as p
             cross join lateral (select version, seq_id, type, data, timestamp from {EventHistory.Of("p.sku || '@' || p.location")} {until}
               order by version offset 0) as e
             order by p.sku, p.location, e.version
             """;

        string Parameter(object value)
        {
            parameters.AddWithValue(value);
            return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
        }
    }

    /// <summary>The places of the columns of the statement.</summary>
    private static class Column
    {
        public const int Sku = 0, Location = 1, IsFollowed = 2, Version = 3, Sequence = 4, Type = 5, Data = 6, RecordedAt = 7;
    }

    /// <summary>The account that is being written: its opening is known when the first event of the time comes, or none does.</summary>
    private sealed class Position(string sku, string location, LedgerQuestion question, LedgerWriter writer)
    {
        private readonly StockAccount _account = new(question.From, question.To);
        private bool _isOpen;

        public string Sku => sku;

        public string Location => location;

        public void Add(long version, long sequence, RecordedEvent recorded)
        {
            if (_account.Add(recorded, out var change))
            {
                Open();
                writer.Write(LedgerEvent.Of(version, sequence, recorded, change, _account.Closing));
            }
        }

        public void Close()
        {
            Open();
            writer.Close(_account.Closing);
        }

        private void Open()
        {
            if (!_isOpen)
            {
                writer.Open(new PositionKey(Domain.Sku.Parse(sku), LocationId.Parse(location)), _account.Opening);
                _isOpen = true;
            }
        }
    }
}

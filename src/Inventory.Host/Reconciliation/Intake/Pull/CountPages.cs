using System.Data;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Pull;

/// <summary>
/// Answers come in pages and each is kept as it comes, so an interrupted pull continues with the next page, on any host.
/// <list type="bullet">
/// <item>json: <c>GET {Url}</c> answers a sheet of the contract (<c>takenAt</c>, <c>counts</c>, <c>documents</c>) with <c>next</c>; the next page is asked for
/// with <c>?after={next}</c>.</item>
/// <item>dynamics365: <c>GET {Url}?pageNumber=N&amp;pageSize=1000</c> answers records, until one has none.</item>
/// </list>
/// </summary>
public sealed class CountPages(NpgsqlDataSource database, IHttpClientFactory clients, IClock clock)
{
    /// <summary>The client, with its retries and time-outs.</summary>
    public const string Client = "reconciliation";

    public const int MaxPageBytes = 16 * 1024 * 1024;

    private const int MostPages = 10_000;
    private const int RecordsOfAPage = 1_000;

    private sealed record Page(int Number, Instant TakenAt, string? Next);

    /// <summary>Fetches the pages that are not yet there. One at a time for each system.</summary>
    /// <param name="connection">Where they are kept.</param>
    /// <param name="source">Where it is asked.</param>
    /// <param name="stopping">Ends it; what was fetched is kept.</param>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    /// <exception cref="InvalidDataException">What it answered is no sheet.</exception>
    public async Task<PulledPages> FetchAll(NpgsqlConnection connection, string origin, string system, CountSource source, CancellationToken stopping)
    {
        // Pages of an hour that was never finished are of no use any more.
        await Execute(
            connection, $"delete from {ReconciliationTables.Pages} where split_part(origin, '/', 2) = split_part($1, '/', 2) and origin <> $1", origin);
        var last = await Last(connection, origin, stopping);
        while (last is null || last.Next is not null)
        {
            var number = (last?.Number ?? 0) + 1;
            if (number > MostPages)
            {
                throw new InvalidDataException($"It has more than {MostPages} pages.");
            }

            var body = await Fetch(Address(source, last, number), source, stopping);
            var (takenAt, next) = source.Format == CountSource.Json ? ReadPage(ref body)
                : (last?.TakenAt ?? clock.GetCurrentInstant(), HasRecords(body) ? $"{number + 1}" : null);
            if (last is not null && takenAt != last.TakenAt)
            {
                await Execute(connection, $"delete from {ReconciliationTables.Pages} where origin = $1", origin);
                throw new InvalidDataException("Its pages are of different instants: all are fetched again.");
            }

            last = new Page(number, takenAt, next);
            await using var command =
                new NpgsqlCommand($"insert into {ReconciliationTables.Pages} (origin, page, taken_at, next, body) values ($1, $2, $3, $4, $5)", connection);
            command.Parameters.AddWithValue(origin);
            command.Parameters.AddWithValue(number);
            command.Parameters.AddWithValue(takenAt);
            command.Parameters.Add(SqlValue.OrNull(next));
            command.Parameters.AddWithValue(body);
            await command.ExecuteNonQueryAsync(stopping);
        }

        return new PulledPages(database, origin, source, system, last.TakenAt, last.Number);
    }

    /// <summary>Deletes the fetched pages: they became a run, or will be fetched again.</summary>
    public static Task Delete(NpgsqlConnection connection, string origin) =>
        Execute(connection, $"delete from {ReconciliationTables.Pages} where origin = $1", origin);

    private static Uri Address(CountSource source, Page? last, int number)
    {
        var address = new UriBuilder(source.Url!);
        var more = source.Format == CountSource.Dynamics365 ? string.Create(CultureInfo.InvariantCulture, $"pageNumber={number}&pageSize={RecordsOfAPage}")
            : last?.Next is { } next ? $"after={Uri.EscapeDataString(next)}"
            : "";
        address.Query = string.Join('&', new[] { address.Query.TrimStart('?'), more }.Where(part => part.Length > 0));
        return address.Uri;
    }

    private async Task<byte[]> Fetch(Uri address, CountSource source, CancellationToken stopping)
    {
        using var client = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (source.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await client.SendAsync(request, stopping);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(stopping);
    }

    /// <summary>Takes <c>next</c> out of a page of our own form: the rest is a sheet of the contract, and read as strictly.</summary>
    private static (Instant TakenAt, string? Next) ReadPage(ref byte[] body)
    {
        using var page = JsonDocument.Parse(body);
        var root = page.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("takenAt", out var instant) || instant.ValueKind != JsonValueKind.String
            || !Instants.TryParse(instant.GetString()!, out var takenAt))
        {
            throw new InvalidDataException("A page has no instant in takenAt.");
        }

        var next = !root.TryGetProperty("next", out var after) || after.ValueKind == JsonValueKind.Null ? null
            : after.ValueKind == JsonValueKind.String ? after.GetString()
            : throw new InvalidDataException("A page's next is no text.");
        using var rest = new MemoryStream();
        using (var writer = new Utf8JsonWriter(rest))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject().Where(property => property.Name != "next"))
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        body = rest.ToArray();
        return (takenAt, next);
    }

    private static bool HasRecords(byte[] body)
    {
        using var page = JsonDocument.Parse(body);
        var records = page.RootElement.ValueKind == JsonValueKind.Object && page.RootElement.TryGetProperty("value", out var value) ? value : page.RootElement;
        return records.ValueKind == JsonValueKind.Array && records.GetArrayLength() > 0;
    }

    private static async Task<Page?> Last(NpgsqlConnection connection, string origin, CancellationToken cancellation)
    {
        await using var command =
            new NpgsqlCommand($"select page, taken_at, next from {ReconciliationTables.Pages} where origin = $1 order by page desc limit 1", connection);
        command.Parameters.AddWithValue(origin);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Page(reader.GetInt32("page"), reader.GetFieldValue<Instant>("taken_at"), reader.TextOrNull("next")) : null;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}

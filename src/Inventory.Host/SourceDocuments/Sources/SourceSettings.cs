using System.Data;
using System.Text.Json;
using Npgsql;
using RetailSync.Channels;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <summary>What is configured for a source of documents.</summary>
public sealed record SourceSettings
{
    public static readonly SourceSettings None = new();

    /// <summary>The TZDB zone of its times that have no offset; null leaves it to the location.</summary>
    public string? Zone { get; init; }

    /// <summary>The location of lines that name none.</summary>
    public string? Location { get; init; }

    /// <summary>Whether its stock figures are counts, since it owns the positions; otherwise they are compared with ours.</summary>
    public bool CountLevels { get; init; }

    /// <summary>Which article numbers win, by their kind, the first first; the format's order when empty.</summary>
    public IReadOnlyList<string> Articles { get; init; } = [];

    /// <summary>The place of a kind of article number among those that win; behind all of them where it is none.</summary>
    public int RankOf(string kind)
    {
        for (var rank = 0; rank < Articles.Count; rank++)
        {
            if (Articles[rank] == kind)
            {
                return rank;
            }
        }

        return Articles.Count;
    }

    /// <summary>Whether an article that is neither mapped nor registered waits, instead of being recorded under the source's number.</summary>
    public bool MappedOnly { get; init; }

    /// <summary>Whether a number that calls itself a GTIN and has a wrong check digit is refused.</summary>
    public bool StrictGtin { get; init; }

    /// <summary>Whether numbers are unique within a part of the sender only (a warehouse), which then is part of the source.</summary>
    public bool SeparateUnits { get; init; }

    /// <summary>What changes how its format is read, by name: see the page of the format.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The secret with which its vendor signs webhooks, encrypted (<see cref="SourceSecrets"/>); null where it sends none.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>The address to which the vendor sends them, as the vendor has it; null where it is not signed.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>Whether a place that is not mapped is known to be none of ours (the option <c>outside</c>), and not one that is still to be mapped.</summary>
    public bool IsOutside(PlaceName place) =>
        Options.TryGetValue(SourceOptions.Outside, out var outside) && outside.Split(',', StringSplitOptions.TrimEntries) is var names
        && (names.Contains(place.Value) || (place.Outer is not null && names.Contains(place.Outer)));
}

/// <summary>The configured sources.</summary>
public sealed class SourceStore(NpgsqlDataSource database)
{
    private static readonly JsonSerializerOptions Stored = new(JsonSerializerDefaults.Web);

    /// <summary>All that are configured: there are as many as there are partners.</summary>
    public async Task<IReadOnlyDictionary<string, SourceSettings>> All(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select source, settings::text as settings from {DocumentTables.Sources}");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var all = new Dictionary<string, SourceSettings>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            all[reader.GetString("source")] = JsonSerializer.Deserialize<SourceSettings>(reader.GetString("settings"), Stored)!;
        }

        return all;
    }

    /// <summary>Null for a source that was never configured.</summary>
    public async Task<(SourceSettings Settings, int Version, string By)?> Read(string source, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select settings::text as settings, version, by from {DocumentTables.Sources} where source = $1");
        command.Parameters.AddWithValue(source);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (JsonSerializer.Deserialize<SourceSettings>(reader.GetString("settings"), Stored)!, reader.GetInt32("version"), reader.GetString("by"))
            : null;
    }

    /// <param name="change">The settings to keep, of those that there are.</param>
    /// <returns>What is kept, and the new version.</returns>
    /// <exception cref="ApiProblemException">412: it has another version than the caller has seen.</exception>
    public async Task<(SourceSettings Settings, int Version)> Put(
        string source, Func<SourceSettings, SourceSettings> change, Func<string?, bool> mayReplace, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // A statement of its own, so that what is read after it is what the one before has written.
        await using var alone = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('retailsync/source/' || $1, 0))", connection);
        alone.Parameters.AddWithValue(source);
        await alone.ExecuteNonQueryAsync(cancellation);
        await using var read = new NpgsqlCommand(
            $"select version, settings::text as settings from {DocumentTables.Sources} where source = $1", connection);
        read.Parameters.AddWithValue(source);
        int? version = null;
        var settings = SourceSettings.None;
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation))
            {
                version = reader.GetInt32("version");
                settings = JsonSerializer.Deserialize<SourceSettings>(reader.GetString("settings"), Stored)!;
            }
        }

        if (!mayReplace(version is { } known ? FormattableString.Invariant($"{known}") : null))
        {
            throw ApiProblemException.PreconditionFailed();
        }

        settings = change(settings);
        await using var write = new NpgsqlCommand(
            $"""
             insert into {DocumentTables.Sources} (source, settings, version, by) values ($1, $2::jsonb, $3, $4)
             on conflict (source) do update set settings = excluded.settings, version = excluded.version, by = excluded.by
             """,
            connection);
        write.Parameters.AddWithValue(source);
        write.Parameters.AddWithValue(JsonSerializer.Serialize(settings, Stored));
        write.Parameters.AddWithValue((version ?? 0) + 1);
        write.Parameters.AddWithValue(by.ToString());
        await write.ExecuteNonQueryAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return (settings, (version ?? 0) + 1);
    }
}

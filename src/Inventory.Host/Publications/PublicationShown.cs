using System.Text.Json;
using NodaTime;
using Npgsql;

namespace RetailSync.Inventory.Host.Publications;

/// <param name="Sequence">The place in the channel's sequence.</param>
/// <param name="Quantity">The number.</param>
/// <param name="At">When.</param>
public sealed record PublicationMark(long Sequence, decimal Quantity, Instant At);

/// <summary>What a channel is to be told of one SKU, and how far that has got.</summary>
/// <param name="Sequence">Of the newest number in the channel's sequence.</param>
/// <param name="Sku">Of what.</param>
/// <param name="Quantity">The newest number.</param>
/// <param name="Level">The name of its level, where rules define levels.</param>
/// <param name="DesiredAt">Since when it is to be told.</param>
/// <param name="SentAt">When it was sent; null while it was not.</param>
/// <param name="AcknowledgedAt">Since when the channel believes it; null while it does not.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Error">What came of the last try, in the channel's words; null when it is well.</param>
/// <param name="Causes">The ids of the events that made it so, newest last, at most 20.</param>
/// <param name="State">told, waiting, set-aside (see the dead letters), or not-told where the channel is told nothing.</param>
/// <param name="LastSent">What was sent last, answered or not.</param>
/// <param name="Believed">What the channel believes by its last answer.</param>
/// <param name="Places">The newest number by location, in the channel's names; null where it is told one number.</param>
/// <param name="Leaving">Its places that were taken off the list, and where it is still to be told nothing, "" for the one place of all; null where there is
/// none.</param>
public sealed record PublicationShown(
    long Sequence, string Sku, decimal Quantity, string? Level, Instant DesiredAt, Instant? SentAt, Instant? AcknowledgedAt, int Attempts, string? Error,
    JsonElement Causes, string State,
    PublicationMark? LastSent, PublicationMark? Believed, JsonElement? Places, JsonElement? Leaving)
{
    internal const string Columns =
        """
        sequence, sku, quantity, level, desired_at, attempts, error, causes, dirty_since, dead_at,
        sent_sequence, sent_quantity, sent_at, acknowledged_sequence, acknowledged_quantity, acknowledged_at, places, leaving
        """;

    internal static PublicationShown Read(NpgsqlDataReader reader)
    {
        var sequence = reader.GetInt64(0);
        var (sent, believed) = (Mark(reader, 10), Mark(reader, 13));
        var isTold = reader.IsDBNull(8);
        return new PublicationShown(
            sequence, reader.GetString(1), reader.GetDecimal(2), Text(reader, 3), reader.GetFieldValue<Instant>(4),
            sent is not null && (isTold || sent.Sequence == sequence) ? sent.At : null,
            isTold ? believed?.At : null,
            reader.GetInt32(5), Text(reader, 6), JsonSerializer.Deserialize<JsonElement>(reader.GetString(7)),
            !reader.IsDBNull(9) ? "set-aside" : !isTold ? "waiting" : believed is null ? "not-told" : "told",
            sent, believed, Json(reader, 16), Json(reader, 17));
    }

    private static PublicationMark? Mark(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) || reader.IsDBNull(at + 1) || reader.IsDBNull(at + 2) ? null
        : new PublicationMark(reader.GetInt64(at), reader.GetDecimal(at + 1), reader.GetFieldValue<Instant>(at + 2));

    private static JsonElement? Json(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null
        : JsonSerializer.Deserialize<JsonElement>(reader.GetString(at));

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);
}

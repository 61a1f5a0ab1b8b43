using System.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications;

/// <param name="Sequence">Its number in the channel's sequence.</param>
/// <param name="Quantity">The quantity in units.</param>
/// <param name="At">When it was sent or acknowledged.</param>
public sealed record PublicationMark(long Sequence, decimal Quantity, Instant At);

/// <summary>The publication of one SKU to a channel, and its progress.</summary>
/// <param name="Sequence">The sequence number of the newest quantity.</param>
/// <param name="Sku">The SKU that is published.</param>
/// <param name="Quantity">Units of the newest publication.</param>
/// <param name="Level">The name of its level, where rules define levels.</param>
/// <param name="DesiredAt">Since when it is the quantity to publish.</param>
/// <param name="SentAt">When it was sent; null while it was not.</param>
/// <param name="AcknowledgedAt">When the channel acknowledged it; null while it has not.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Error">The channel's message about the last attempt; null when there is no error.</param>
/// <param name="Causes">The ids of the events that caused it, newest last, at most 20.</param>
/// <param name="State"><c>told</c> (acknowledged), <c>waiting</c>, <c>set-aside</c> (see the dead letters), or <c>not-told</c> where nothing is published to
/// the channel.</param>
/// <param name="LastSent">The quantity that was sent last, acknowledged or not.</param>
/// <param name="Acknowledged">The quantity that the channel acknowledged last.</param>
/// <param name="Locations">The newest quantity by the channel's location ids; null where it gets one quantity for all.</param>
/// <param name="Leaving">Locations that were taken off the list and for which 0 is still to be published, "" for a single location; null where there is
/// none.</param>
public sealed record PublicationShown(
    long Sequence, string Sku, decimal Quantity, string? Level, Instant DesiredAt, Instant? SentAt, Instant? AcknowledgedAt, int Attempts, string? Error,
    JsonElement Causes, string State,
    PublicationMark? LastSent, [property: JsonPropertyName("believed")] PublicationMark? Acknowledged,
    [property: JsonPropertyName("places")] JsonElement? Locations, JsonElement? Leaving)
{
    internal const string Columns =
        """
        sequence, sku, quantity, level, desired_at, attempts, error, causes, dirty_since, dead_at,
        sent_sequence, sent_quantity, sent_at, acknowledged_sequence, acknowledged_quantity, acknowledged_at, places, leaving
        """;

    internal static PublicationShown Read(NpgsqlDataReader reader)
    {
        var sequence = reader.GetInt64("sequence");
        var (sent, acknowledged) = (Mark(reader, "sent"), Mark(reader, "acknowledged"));
        var isAcknowledged = reader.IsDBNull("dirty_since");
        return new PublicationShown(
            sequence, reader.GetString("sku"), reader.GetDecimal("quantity"), reader.TextOrNull("level"), reader.GetFieldValue<Instant>("desired_at"),
            sent is not null && (isAcknowledged || sent.Sequence == sequence) ? sent.At : null,
            isAcknowledged ? acknowledged?.At : null,
            reader.GetInt32("attempts"), reader.TextOrNull("error"), JsonSerializer.Deserialize<JsonElement>(reader.GetString("causes")),
            !reader.IsDBNull("dead_at") ? "set-aside" : !isAcknowledged ? "waiting" : acknowledged is null ? "not-told" : "told",
            sent, acknowledged, Json(reader, "places"), Json(reader, "leaving"));
    }

    private static PublicationMark? Mark(NpgsqlDataReader reader, string step) =>
        reader.ValueOrNull<long>($"{step}_sequence") is { } sequence && reader.ValueOrNull<decimal>($"{step}_quantity") is { } quantity
            && reader.ValueOrNull<Instant>($"{step}_at") is { } at
            ? new PublicationMark(sequence, quantity, at)
            : null;

    private static JsonElement? Json(NpgsqlDataReader reader, string column) =>
        reader.TextOrNull(column) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
}

using System.Data;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>
/// Compares the holds that the clock may still end, as events make them, with the rows of reservations: whose they are, how much they keep where, and when they
/// end. Both are read in different orders, so they are counted and added up as sums of hashes with a random seed.
/// </summary>
internal sealed class HeldUnits
{
    private Sum _made;
    private Sum _stored;
    private string? _disagrees;

    /// <summary>What a position has on hold, by the text of the reservation's key.</summary>
    public void Add(string stream, IReadOnlyDictionary<string, OpenHold> holds)
    {
        foreach (var (name, hold) in holds)
        {
            _made += Sum.Of(name, stream, hold.Open, hold.EndsAt ?? Instant.MinValue);
        }
    }

    /// <summary>Adds what another has been shown.</summary>
    public void Add(HeldUnits other) => _made += other._made;

    /// <summary>Adds up what is stored; may be done beside others who add up the events.</summary>
    public async Task ReadStored(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read(ReservationTable.SelectHeld, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (channel, id) = (reader.GetString("channel"), reader.GetString("id"));
            var endsAt = InstantPattern.ExtendedIso.Parse(reader.GetString("body_expires_at")).TryGetValue(default, out var parsed) ? parsed : Instant.MinValue;
            _stored += Sum.Of($"{channel}/{id}", $"{reader.GetString("sku")}@{reader.GetString("location")}", reader.GetDecimal("units"), endsAt);
            if (reader.GetString("body_channel") != channel || Microseconds(reader.GetFieldValue<Instant>("expires_at")) != Microseconds(endsAt))
            {
                _disagrees ??= $"Reservation '{id}' of channel '{channel}' says of itself that it is another channel's, or that it ends at another time.";
            }
        }
    }

    /// <summary>After all events, and all that is stored.</summary>
    public void Compare(VerifyEverything.Differences found)
    {
        if (_disagrees is not null || _made != _stored)
        {
            found.Add(new Difference("reservations", null, null, null, null, _disagrees ?? string.Create(
                CultureInfo.InvariantCulture,
                $"{_stored.Count} open holds are stored, and events make {_made.Count}; whose they are, what they keep, or when they end is not the same.")));
        }
    }

    /// <summary>As PostgreSQL keeps them.</summary>
    private static long Microseconds(Instant instant) => (long)Math.Floor(instant.ToUnixTimeTicks() / 10m);

    /// <summary>How many there are, and the sum of their hashes.</summary>
    private readonly record struct Sum(long Count, ulong Hashes)
    {
        public static Sum operator +(Sum left, Sum right) => new(left.Count + right.Count, unchecked(left.Hashes + right.Hashes));

        /// <summary>Where the end is read from a row, it has microseconds.</summary>
        public static Sum Of(string name, string stream, decimal units, Instant endsAt) => new(
            1, unchecked(((ulong)(uint)HashCode.Combine(name, stream) << 32) | (uint)HashCode.Combine(stream, units, Microseconds(endsAt), name)));
    }
}

using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>What an order asks of stock, as its messages say it is.</summary>
/// <param name="Order">The channel's id of it.</param>
/// <param name="UpTo">The number of messages that this was worked out from.</param>
public sealed record OrderPlan(ChannelId Channel, string Order, long UpTo, OrderState State)
{
    /// <summary>The status of units that wait in the store for the customer who picks them up.</summary>
    public const string SetAside = "set-aside";

    private const string Prefix = "order/";

    /// <summary>A reservation that was made for the order before, which becomes its hold; null when there is none.</summary>
    public string? Reserved { get; init; }

    /// <summary>
    /// Its first messages were settled by a build that held its units under <see cref="Reserved"/>, which then stays its hold also where it has ended.
    /// </summary>
    public bool IsOld { get; init; }

    /// <summary>Of its hold, where the order says it (<see cref="Reservations.Reservation.Priority"/>); null leaves it as it is.</summary>
    public int? Priority { get; init; }

    /// <summary>The hold of the order's units. It has slashes, which no caller's reservation has, so the two never meet.</summary>
    public string Hold => HoldOf(Channel, Order);

    /// <summary>The source of the order's movements.</summary>
    public required string Source { get; init; }

    /// <summary><see cref="Hold"/> of an order with this id. One that makes no name, or too long a one, is known by its hash.</summary>
    public static string HoldOf(ChannelId channel, string order) =>
        Identifier.TryParseName(order, out _) && Identifier.TryParse($"{Prefix}{channel}/{order}", out var hold) ? hold : $"{Prefix}/{Hash(
            $"{channel}\n{order}")}";

    /// <summary>Reads the id of a reservation that may be an order's hold, or one that a caller has made.</summary>
    public static bool TryParseReservation(string? text, out string reservation) =>
        Identifier.TryParseName(text, out reservation)
        || (Identifier.TryParse(text, out reservation) && reservation.StartsWith(Prefix, StringComparison.Ordinal)
            && Identifier.TryParseName(reservation[Prefix.Length..].Replace('/', ':'), out _));

    /// <summary>The id of the n-th movement of an effect, from 0: the same whenever it is worked out again.</summary>
    internal MovementId MovementOf(OrderEffect effect, int number)
    {
        var name = number == 0 ? $"{Order}/{effect.Message}/{effect.Part}" : FormattableString.Invariant($"{Order}/{effect.Message}/{effect.Part}/{number}");
        var isPlain = effect.Message.Length > 0 && !Order.Contains('/', StringComparison.Ordinal) && !effect.Message.Contains('/', StringComparison.Ordinal)
            && !effect.Part.Contains('/', StringComparison.Ordinal) && Identifier.TryParse(name, out _);

        // Three parts or more where their separators are unambiguous; one part, the hash of all, where they are not.
        return new MovementId(Source, isPlain ? name : Hash(FormattableString.Invariant($"{Order}\n{effect.Key}\n{number}")));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>Units that left by a sale which named the order's hold: a till's, and not a movement of the order's own.</summary>
/// <param name="Quantity">Units of it that the order held there, as far as the sale stands.</param>
public sealed record SoldFromHold(PositionKey At, decimal Quantity);

/// <summary>Something that is appended for an order at one position.</summary>
public abstract record OrderStep(PositionKey Key);

/// <summary>Its hold changes.</summary>
public sealed record HoldStep(PositionKey Key, StockEvent Happened) : OrderStep(Key);

/// <summary>Units move, or did not: a fact, which has still to meet its position (<see cref="StockDecider.Decide"/>).</summary>
/// <param name="Fulfilled">Units of it that the order held there.</param>
public sealed record MovementStep(Movement Movement, decimal Fulfilled) : OrderStep(Movement.Position);

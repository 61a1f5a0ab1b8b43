using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Walks;

public enum Asked
{
    Hold,
    Change,
    Confirm,
    Fulfil,
    Release,
    Fact,

    /// <summary>A message about an order of the channel.</summary>
    Order,
}

/// <param name="Sku">What.</param>
/// <param name="Location">Where; null leaves it to the host.</param>
/// <param name="Quantity">How many.</param>
public sealed record Wanted(string Sku, string? Location, decimal Quantity)
{
    /// <summary>The last day on which it may come; null for stock.</summary>
    public LocalDate? By { get; init; }
}

/// <summary>One call of a walk: what was asked, between which instants, and what was answered.</summary>
/// <param name="Number">Also its correlation id, by which the events that followed are known.</param>
/// <param name="Asked">What.</param>
/// <param name="Reservation">Which one; null for a fact that names none. Of a message about an order, the order.</param>
/// <param name="Lines">Null for everything.</param>
/// <param name="Start">By the clock of the machine, before it was sent.</param>
/// <param name="End">After the answer was read; the end of time when there was none.</param>
/// <param name="Reply">The answer.</param>
public sealed record Call(int Number, Asked Asked, string? Reservation, IReadOnlyList<Wanted>? Lines, Instant Start, Instant End, Reply Reply)
{
    /// <summary>The id and the type of a message about an order; null for every other call.</summary>
    public (string Id, string Type)? Message { get; init; }

    public string Correlation => $"call-{Number}";

    public bool IsYes => Reply.Status is 200 or 201;

    /// <summary>It is not known whether it was done: no answer, or one that says so.</summary>
    public bool IsOpen => Reply.Status is 0 or 503;

    /// <summary>The latest instant at which what it did can have become visible.</summary>
    public Instant Latest => IsOpen ? Instant.MaxValue : End;

    public IReadOnlyList<(string Sku, string? Location, decimal Available)> Shortages =>
        Reply.Body.ValueKind != JsonValueKind.Object || !Reply.Body.TryGetProperty("shortages", out var shortages)
        ? []
        : [.. shortages.EnumerateArray().Select(
            lacking => (lacking.GetProperty("sku").GetString()!, lacking.GetProperty("location").GetString(), lacking.GetProperty("available").GetDecimal()))];

    public override string ToString() =>
        $"{Correlation} {Asked} {Message?.Type} {Reservation} {string.Join('+', Lines?.Select(line => FormattableString.Invariant(
            $"{line.Quantity} {line.Sku}@{line.Location}")) ?? ["all"])} "
        + $"[{Start:HH:mm:ss.ffffff} {End:HH:mm:ss.ffffff}] -> {Reply.Word}";
}

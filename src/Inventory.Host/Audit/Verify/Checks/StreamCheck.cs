using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>
/// One stream after the other: its events against the links of its chain, their fold against its position checkpoints and the row of its position. Links,
/// position checkpoints and rows without a stream are differences too.
/// </summary>
/// <param name="balances">Folds, and compares what was kept on the way.</param>
/// <param name="memory">Is shown every event.</param>
/// <param name="holds">Is shown what each position has on hold at the end.</param>
/// <param name="settled">Every event up to this sequence must be linked.</param>
internal sealed class StreamCheck(VerifyEverything.Differences found, BalanceCheck balances, IdempotencyKeyCheck memory, HeldUnits holds, long settled)
{
    private readonly LinkMatch _links = new();
    private long _version;
    private bool _isPosition;
    private bool _isBroken;

    public string? Stream { get; private set; }

    public long PositionsChecked { get; private set; }

    public long EventsLinked { get; private set; }

    public async ValueTask Begin(string stream, Lookahead positions, Lookahead links, CancellationToken cancellation)
    {
        Stream = stream;
        (_version, _isBroken) = (0, false);
        _isPosition = stream.Contains('@', StringComparison.Ordinal);
        await Skip(positions, links, until: stream, cancellation);
        await balances.Begin(stream, cancellation);
        _links.Begin(links.Key == stream ? ChainRows.Read(links.Row) : []);
        if (links.Key == stream)
        {
            await links.Advance(cancellation);
        }
    }

    /// <param name="events">At a row of <see cref="ChainedEvent.Columns"/>, <see cref="ReservationTable.HoldEnds"/> and
    /// <see cref="ReservationTable.HoldChannel"/>, of this stream.</param>
    public void Add(NpgsqlDataReader events)
    {
        var stored = ChainedEvent.Read(events, Stream!);
        if (stored.Version != _version + 1)
        {
            Report("event-missing", _version + 1, $"Version {_version} is followed by version {stored.Version}.");
            _isBroken = true;
        }

        _version = stored.Version;
        Compare(stored);
        if (_isPosition)
        {
            Fold(stored, events.ValueOrNull<Instant>("hold_ends"), events.TextOrNull("hold_channel"));
        }
    }

    public async ValueTask End(Lookahead positions, CancellationToken cancellation)
    {
        if (Stream is null)
        {
            return;
        }

        if (_links.Last is var linked && linked > _version)
        {
            Report("event-missing", _version + 1, $"{linked} events are linked in the chain, and {_version} are there.");
        }

        if (_isPosition && !_isBroken)
        {
            balances.End();
            holds.Add(Stream, balances.Holds);
            if (positions.Key == Stream)
            {
                PositionsChecked++;
                if (PositionRow.Read(positions.Row).FirstDifference(balances.Position) is { } difference)
                {
                    Report("position", _version, difference);
                }
            }
            else
            {
                Report("position", null, "The position has events and no row.");
            }
        }

        if (positions.Key == Stream)
        {
            await positions.Advance(cancellation);
        }
    }

    /// <summary>After the last stream.</summary>
    public async ValueTask Rest(Lookahead positions, Lookahead links, CancellationToken cancellation)
    {
        await Skip(positions, links, null, cancellation);
        await balances.Rest(cancellation);
    }

    private async ValueTask Skip(Lookahead positions, Lookahead links, string? until, CancellationToken cancellation)
    {
        while (positions.Key is { } position && (until is null || Utf8Order.Compare(position, until) < 0))
        {
            found.Add(Difference.At("position", position, null, "The position has a row and no events."));
            await positions.Advance(cancellation);
        }

        while (links.Key is { } stream && (until is null || Utf8Order.Compare(stream, until) < 0))
        {
            found.Add(Difference.At("event-missing", stream, 1, "The stream has a chain and no events."));
            await links.Advance(cancellation);
        }
    }

    private void Compare(in ChainedEvent stored)
    {
        switch (_links.Next(stored))
        {
            case LinkState.NotLinked:
                if (stored.Sequence <= settled && !_isBroken)
                {
                    Report("event-not-linked", stored.Version, $"Event {stored.Sequence} is not in the chain; nothing that is there differs because of it.");
                }

                return;
            case LinkState.Changed:
                Report("event-changed", stored.Version, $"Event {stored.Sequence} is no longer what was recorded.");
                break;
        }

        EventsLinked++;
    }

    private void Fold(in ChainedEvent stored, Instant? holdEnds, string? holdChannel)
    {
        if (!StoredEvents.TryRead(stored.Type, stored.Data, out var happened))
        {
            Report("event-unreadable", stored.Version, $"Event {stored.Sequence} of type '{stored.Type}' cannot be read.");
            _isBroken = true;
            return;
        }

        memory.Add(happened, stored.Sequence);
        if (!_isBroken)
        {
            balances.Add(new RecordedEvent(stored.RecordedAt, StoredEvents.Of(happened, holdChannel), holdEnds));
            if (happened is StockFact fact && fact.OnHandAfter != balances.Position.OnHand)
            {
                Report("event-inconsistent", stored.Version,
                    Text($"It says that on-hand is {fact.OnHandAfter:0.####} afterwards; it is {balances.Position.OnHand:0.####}."));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Report(string what, long? version, string detail) => found.Add(Difference.At(what, Stream!, version, detail));
}

using System.Data;
using System.Globalization;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>
/// Folds a stream from its first event, and compares each position checkpoint that was kept of it where the fold passes. Nothing is taken from a position
/// checkpoint. None at the end is missed, and one between two is, since nobody says what its events hold.
/// </summary>
/// <param name="rows">Of <see cref="Select"/>, in the order of streams and versions.</param>
internal sealed class BalanceCheck(VerifyEverything.Differences found, Lookahead rows)
{
    public const string Select = $"select {BalanceTable.Columns}, next, overtaken from {AuditTables.Balances}";

    private readonly List<(PositionCheckpoint Kept, long Next, bool IsOvertaken)> _balances = [];
    private readonly List<bool> _overtaken = [];
    private readonly List<(string Source, string Id)?> _facts = [];
    private BalanceFold _fold = new(PositionCheckpoint.Beginning);
    private string _stream = "";
    private int _at;
    private int _reached;

    /// <summary>As the events of the stream make it, so far.</summary>
    public StockPosition Position => _fold.Position;

    /// <summary>What the clock may still end of it, so far.</summary>
    public IReadOnlyDictionary<string, OpenHold> Holds => _fold.Holds;

    public async ValueTask Begin(string stream, CancellationToken cancellation)
    {
        (_stream, _fold, _at, _reached) = (stream, new BalanceFold(PositionCheckpoint.Beginning), 0, int.MaxValue);
        _balances.Clear();
        _overtaken.Clear();
        _facts.Clear();
        await Skip(until: stream, cancellation);
        while (rows.Key == stream)
        {
            if (BalanceTable.TryRead(rows.Row, 0) is { } kept)
            {
                _balances.Add((kept, rows.Row.GetInt64("next"), rows.Row.GetBoolean("overtaken")));
            }
            else
            {
                Report(rows.Row.GetInt64("version"), "The position checkpoint cannot be read.");
            }

            await rows.Advance(cancellation);
        }
    }

    public void Add(RecordedEvent recorded)
    {
        _fold.Add(recorded);
        if (_at == _balances.Count)
        {
            return;
        }

        var fact = recorded.Happened as StockFact;
        _facts.Add(fact is null ? null : (fact.Source, fact.Id));
        if (fact is not null)
        {
            long? corrected = fact is MovementCorrected correction ? _facts.IndexOf((correction.Source, correction.Corrects)) + 1 : null;
            for (var earlier = _at - 1; earlier >= 0 && _balances[earlier].Kept.IsOvertakenBy(fact, corrected); earlier--)
            {
                _reached = Math.Min(_reached, earlier);
            }
        }

        if (_fold.Position.Version == _balances[_at].Kept.Version)
        {
            var (kept, next, _) = _balances[_at];
            var folded = _fold.Take();
            if (FirstDifference(folded, kept, next) is { } difference)
            {
                Report(kept.Version, difference);
            }

            // Later facts reach back where the position checkpoint after them was made.
            _overtaken.Add(false);
            for (var earlier = _reached; earlier < _at; earlier++)
            {
                _overtaken[earlier] = true;
            }

            (_reached, _at) = (int.MaxValue, _at + 1);
        }
    }

    /// <summary>After the last event of the stream.</summary>
    public void End()
    {
        for (var index = 0; index < _balances.Count; index++)
        {
            var (kept, _, isOvertaken) = _balances[index];
            if (index >= _at)
            {
                Report(kept.Version, string.Create(
                    CultureInfo.InvariantCulture, $"A position checkpoint rests on {kept.Version} events, and {_fold.Position.Version} are there."));
            }
            else if (isOvertaken != _overtaken[index])
            {
                Report(kept.Version, isOvertaken ? "No later fact overtakes the position checkpoint; it says that one does."
                    : "A later fact overtakes the position checkpoint; it says that none does.");
            }
        }
    }

    /// <summary>After the last stream.</summary>
    public ValueTask Rest(CancellationToken cancellation) => Skip(null, cancellation);

    private async ValueTask Skip(string? until, CancellationToken cancellation)
    {
        while (rows.Key is { } stream && (until is null || Utf8Order.Compare(stream, until) < 0))
        {
            found.Add(Difference.At("balance", stream, rows.Row.GetInt64("version"), "The stream has a position checkpoint and no events."));
            await rows.Advance(cancellation);
        }
    }

    private static string? FirstDifference(PositionCheckpoint folded, PositionCheckpoint kept, long next)
    {
        var (made, says) = (folded.Position, kept.Position);
        return Of("on-hand", made.OnHand, says.OnHand)
            ?? Of("reserved", made.Reserved, says.Reserved)
            ?? (made.Unsellable.SequenceEqual(says.Unsellable) ? null : "Its events make other unsellable units than the position checkpoint has, status by status.")
            ?? (made.InTransit.SequenceEqual(says.InTransit) ? null : "Its events make other units in transit than the position checkpoint has, document by document.")
            ?? (folded.Holds.Count == kept.Holds.Count && folded.Holds.All(hold => kept.Holds.TryGetValue(hold.Key, out var other) && hold.Value == other)
                ? null : "Its events leave other holds open than the position checkpoint has.")
            ?? Of("the last count", made.CountedAt, says.CountedAt)
            ?? Of("the newest movement", made.NewestMovementAt, says.NewestMovementAt)
            ?? Of("the newest status", made.NewestStatusAt, says.NewestStatusAt)
            ?? Of("the newest document", made.NewestDocumentAt, says.NewestDocumentAt)
            ?? Of("the position checkpoint before", folded.After, kept.After)
            ?? Of("the position checkpoint after", folded.Next, next)
            ?? Of("recorded until", folded.RecordedUntil, kept.RecordedUntil)
            ?? Of("occurred until", folded.OccurredUntil, kept.OccurredUntil)
            ?? Of("recorded from", folded.RecordedFrom, kept.RecordedFrom)
            ?? Of("counts from", folded.CountsFrom, kept.CountsFrom);

        static string? Of<T>(string what, T made, T says) => EqualityComparer<T>.Default.Equals(made, says)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Its events make {what} {Text(made)}; the position checkpoint says {Text(says)}.");

        static string Text<T>(T value) => value is decimal number ? number.ToString("0.####", CultureInfo.InvariantCulture) : value?.ToString() ?? "nothing";
    }

    private void Report(long version, string detail) => found.Add(Difference.At("balance", _stream, version, detail));
}

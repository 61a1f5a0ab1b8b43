using Npgsql;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>
/// Throttles batch work by write load (back-pressure). Batch work is done in pieces, with a pause after each while movements are being recorded on any
/// host: so it takes a twentieth of one processor at most, and the pieces are small. Without write load there is no pause.
/// </summary>
internal sealed class WriteLoadThrottle(NpgsqlDataSource database, TimeProvider time)
{
    private const string Newest = $"select last_value from {Projections.InventorySchema.Name}.mt_events_sequence";

    /// <summary>Events a second that count as write load.</summary>
    private const double Busy = 100;

    private const int RestToWork = 19;
    private const int SmallerWhileBusy = 8;

    /// <summary>A piece that took long may have waited for something itself.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private long _began = time.GetTimestamp();
    private (long Sequence, long At)? _last;
    private bool _isBusy;

    /// <summary>How large the next piece may be.</summary>
    /// <param name="whole">The size of a piece without write load.</param>
    public int BatchSize(int whole) => _isBusy ? whole / SmallerWhileBusy : whole;

    /// <summary>Between two pieces.</summary>
    public async ValueTask PauseAsync(CancellationToken cancellation)
    {
        var worked = time.GetElapsedTime(_began);
        await using (var command = database.CreateCommand(Newest))
        {
            var now = (Sequence: (long)(await command.ExecuteScalarAsync(cancellation))!, At: time.GetTimestamp());
            _isBusy = _last is { } last && now.Sequence - last.Sequence > Busy * time.GetElapsedTime(last.At, now.At).TotalSeconds;
            _last = now;
            if (_isBusy)
            {
                await Task.Delay(worked * RestToWork is var rest && rest < LongestRest ? rest : LongestRest, time, cancellation);
            }
        }

        _began = time.GetTimestamp();
    }
}

using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>A format of the ledger export. It writes rows as they are read, and keeps no more than a buffer of them.</summary>
internal abstract class LedgerWriter : IAsyncDisposable
{
    /// <summary>A position begins.</summary>
    public abstract void Open(PositionKey key, StockBalance opening);

    public abstract void Write(LedgerEvent happened);

    /// <summary>The position that was begun ends.</summary>
    public abstract void Close(StockBalance closing);

    /// <summary>Called now and then, where what has been written so far may go.</summary>
    public abstract ValueTask Flush(CancellationToken cancellation);

    /// <summary>Everything is written.</summary>
    /// <param name="next">What comes after this page; null when nothing does.</param>
    public abstract ValueTask End(string? next, CancellationToken cancellation);

    /// <summary>Not everything could be written: what is there says so at its end.</summary>
    public abstract ValueTask BreakOff();

    public abstract ValueTask DisposeAsync();
}

using System.Diagnostics;
using System.Threading.Channels;
using RetailSync.Channels;
using RetailSync.Cli.Movements;

namespace RetailSync.Cli.Import;

/// <summary>
/// From rows to answered batches. Rows are dealt by SKU to a few conveyors; each posts one batch after the other, so that
/// the lines of a SKU (from one source) arrive in their order while several batches share the server's commits. What
/// is in memory is bounded: a batch being filled, one waiting and one in flight for each conveyor.
/// </summary>
internal sealed class ImportPipeline(MovementSender sender, ImportTally tally)
{
    private const int Conveyors = 4;

    /// <param name="read">Receives, from time to time, how many bytes of the file have been read.</param>
    /// <param name="cancellation">Stops it; what has been answered stays.</param>
    /// <exception cref="SendingFailedException">The server does not take it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task Send(ImportInput input, Action<long> read, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var conveyors = Enumerable.Range(0, Conveyors).Select(_ => new Conveyor()).ToArray();
        await Task.WhenAll(conveyors.Select(conveyor => Guarded(() => Post(input.Shape, conveyor.Full(stop.Token), stop.Token)))
            .Append(Guarded(() => Fill(input, conveyors, read, stop.Token))));

        // The first failure stops the others; WhenAll then reports the failure rather than their being stopped.
        async Task Guarded(Func<Task> work)
        {
            try
            {
                await Task.Run(work, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private async Task Post(BatchShape shape, IAsyncEnumerable<ImportBatch> batches, CancellationToken cancellation)
    {
        await foreach (var batch in batches)
        {
            tally.Answered(batch, await sender.Send(shape.Path(batch), shape.MediaType, shape.Body(batch), batch.Lines.Count, cancellation));
        }
    }

    private async Task Fill(ImportInput input, Conveyor[] conveyors, Action<long> read, CancellationToken cancellation)
    {
        var (file, content) = input.Open();
        await using var closed = content;
        foreach (var row in input.Read(content))
        {
            switch (row)
            {
                case NotStock notStock:
                    tally.NotStock(notStock.Reason);
                    break;
                case Unreadable unreadable:
                    tally.Stopped($"from row {unreadable.Row} on the file cannot be read. {unreadable.Detail}");
                    break;
                default:
                    var (source, sku, text) = LineOf(row, input);
                    var conveyor = conveyors[(string.GetHashCode(sku, StringComparison.Ordinal) & int.MaxValue) % Conveyors];
                    if (await conveyor.Add(source, new ImportLine(row.Row, text), cancellation))
                    {
                        read(file.Position);
                    }

                    break;
            }
        }

        foreach (var conveyor in conveyors)
        {
            await conveyor.Complete(cancellation);
        }

        read(input.Length);
    }

    private static (string Source, string Sku, string Text) LineOf(TranslatedRow row, ImportInput input) => row switch
    {
        StockMoved { Movement: var movement, Unit: var unit } =>
            (movement.Name.Source, movement.Position.Sku.Value, MovementJson.Line(movement, unit)),
        BadLine bad => (input.Source!, "", MovementJson.Line(bad)),
        MovementLine line => (
            line.Source ?? input.Source ?? throw new SendingFailedException($"line {line.Row} names no source: give one with --source"), line.Sku, line.Text),
        _ => throw new UnreachableException($"{row.GetType().Name} is of no file that is imported."),
    };

    /// <summary>The batches that are being filled, one for each source, and the one that waits to be posted.</summary>
    private sealed class Conveyor
    {
        private const int LinesPerBatch = 1_000;
        private const int CharactersPerBatch = 1_000_000;
        private const int MostSources = 16;

        private readonly Channel<ImportBatch> _full = Channel.CreateBounded<ImportBatch>(1);
        private readonly Dictionary<string, (List<ImportLine> Lines, int Characters)> _filling = [];

        public IAsyncEnumerable<ImportBatch> Full(CancellationToken cancellation) => _full.Reader.ReadAllAsync(cancellation);

        /// <returns>Whether that has filled a batch.</returns>
        public async ValueTask<bool> Add(string source, ImportLine line, CancellationToken cancellation)
        {
            if (!_filling.TryGetValue(source, out var batch))
            {
                if (_filling.Count == MostSources)
                {
                    await Flush(cancellation);
                }

                batch.Lines = [];
            }

            batch.Lines.Add(line);
            batch.Characters += line.Text.Length;
            if (batch.Lines.Count < LinesPerBatch && batch.Characters < CharactersPerBatch)
            {
                _filling[source] = batch;
                return false;
            }

            _filling.Remove(source);
            await _full.Writer.WriteAsync(new ImportBatch(source, batch.Lines), cancellation);
            return true;
        }

        public async ValueTask Complete(CancellationToken cancellation)
        {
            await Flush(cancellation);
            _full.Writer.Complete();
        }

        private async ValueTask Flush(CancellationToken cancellation)
        {
            foreach (var (source, batch) in _filling)
            {
                await _full.Writer.WriteAsync(new ImportBatch(source, batch.Lines), cancellation);
            }

            _filling.Clear();
        }
    }
}

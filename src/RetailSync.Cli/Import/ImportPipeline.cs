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
    private const int LinesPerBatch = 1_000;
    private const int CharactersPerBatch = 1_000_000;
    private const int SourcesPerConveyor = 16;

    /// <param name="read">Receives, from time to time, how many bytes of the file have been read.</param>
    /// <param name="cancellation">Stops it; what has been answered stays.</param>
    /// <exception cref="SendingFailedException">The server does not take it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task Send(ImportInput input, Action<long> read, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var conveyors = Enumerable.Range(0, Conveyors).Select(_ => Channel.CreateBounded<ImportBatch>(1)).ToArray();
        await Task.WhenAll(conveyors.Select(conveyor => Guarded(() => Post(input.Shape, conveyor.Reader, stop.Token)))
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

    private async Task Post(BatchShape shape, ChannelReader<ImportBatch> batches, CancellationToken cancellation)
    {
        await foreach (var batch in batches.ReadAllAsync(cancellation))
        {
            tally.Answered(batch, await sender.Send(shape.Path(batch), shape.MediaType, shape.Body(batch), batch.Lines.Count, cancellation));
        }
    }

    private async Task Fill(ImportInput input, Channel<ImportBatch>[] conveyors, Action<long> read, CancellationToken cancellation)
    {
        var (file, content) = input.Open();
        await using var closed = content;
        var filling = conveyors.Select(_ => new Dictionary<string, Filling>()).ToArray();
        foreach (var row in input.Read(content))
        {
            switch (row)
            {
                case StockMoved { Movement: var movement, Unit: var unit }:
                    await Add(movement.Name.Source, movement.Position.Sku.Value, MovementJson.Line(movement, unit));
                    break;
                case BadLine bad:
                    await Add(input.Source!, "", MovementJson.Line(bad));
                    break;
                case MovementLine line:
                    await Add(line.Source ?? input.Source ?? throw new SendingFailedException($"line {line.Row} names no source: give one with --source"),
                        line.Sku, line.Text);
                    break;
                case NotStock notStock:
                    tally.NotStock(notStock.Reason);
                    break;
                case Unreadable unreadable:
                    tally.Stopped($"from row {unreadable.Row} on the file cannot be read. {unreadable.Detail}");
                    break;
            }

            async ValueTask Add(string source, string sku, string text)
            {
                var conveyor = (string.GetHashCode(sku, StringComparison.Ordinal) & int.MaxValue) % Conveyors;
                if (!filling[conveyor].TryGetValue(source, out var batch))
                {
                    if (filling[conveyor].Count == SourcesPerConveyor)
                    {
                        await Flush(conveyor);
                    }

                    filling[conveyor].Add(source, batch = new Filling());
                }

                batch.Lines.Add(new ImportLine(row.Row, text));
                batch.Characters += text.Length;
                if (batch.Lines.Count == LinesPerBatch || batch.Characters >= CharactersPerBatch)
                {
                    filling[conveyor].Remove(source);
                    await conveyors[conveyor].Writer.WriteAsync(new ImportBatch(source, batch.Lines), cancellation);
                    read(file.Position);
                }
            }
        }

        for (var conveyor = 0; conveyor < conveyors.Length; conveyor++)
        {
            await Flush(conveyor);
            conveyors[conveyor].Writer.Complete();
        }

        read(input.Length);

        async ValueTask Flush(int conveyor)
        {
            foreach (var (source, batch) in filling[conveyor])
            {
                await conveyors[conveyor].Writer.WriteAsync(new ImportBatch(source, batch.Lines), cancellation);
            }

            filling[conveyor].Clear();
        }
    }

    private sealed class Filling
    {
        public List<ImportLine> Lines { get; } = [];
        public int Characters { get; set; }
    }
}

using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.PosLog;

namespace RetailSync.Channels.Tests.PosLog;

/// <summary>
/// A till that was offline sends its day in pieces, twice and in any order. Each transaction names its movements the same way each time, wherever it stands in
/// a file, so that counting each name once comes to the same stock.
/// </summary>
public sealed class A_till_that_was_offline
{
    private static readonly Gen<string[]> Day = Gen.Select(Gen.Int[0, 4], Gen.Int[-2, 5].Where(quantity => quantity != 0)).Array[1, 4].Array[2, 30].Select(
        receipts => receipts.Select((lines, index) => TillDay.Sale(index + 1, [.. lines.Select(line => ($"A{line.Item1}", $"{line.Item2}"))]))
            .Append(TillDay.PostVoid(receipts.Length + 1, voided: 1, ("A0", "1"))).ToArray());

    [Fact]
    public void Its_day_in_pieces_shuffled_and_doubled_is_the_same_stock() => (
        from day in Day
        from twice in Gen.Shuffle(day.Concat(day).ToArray())
        from size in Gen.Int[1, 7]
        select (day, twice, size)).Sample(
            day => Assert.Equal(Stock([TillDay.Log(day.day)]), Stock(day.twice.Chunk(day.size).Select(TillDay.Log))), iter: 100);

    private static SortedDictionary<string, decimal> Stock(IEnumerable<string> files)
    {
        var documents = files.SelectMany(file => LineText.Read(new PosLogFormat(), Documents.Stream(file)).GetAwaiter().GetResult()).ToList();
        var cancelled = documents.Where(document => document.Function == DocumentFunction.Cancel).Select(document => document.Identity).ToHashSet();
        var stock = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (_, line) in documents.Where(document => document.Function == DocumentFunction.Original && !cancelled.Contains(document.Identity))
            .SelectMany(document => document.Lines.Select(line => (Id: $"{document.Identity}:{line.Key}", line))).DistinctBy(named => named.Id))
        {
            foreach (var move in line.Outcome is Moved moved ? moved.Moves : [])
            {
                var sku = line.Articles[0].Value;
                stock[sku] = stock.GetValueOrDefault(sku) + (move.Type == MoveType.Sale ? -move.Quantity!.Value : move.Quantity!.Value);
            }
        }

        return stock;
    }
}

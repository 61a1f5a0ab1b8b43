using System.Text;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Tests.OnlineRetail;

/// <summary>Alone, since it looks at the memory of the process.</summary>
[CollectionDefinition(nameof(Reading_a_ledger_without_end), DisableParallelization = true)]
[Collection(nameof(Reading_a_ledger_without_end))]
public sealed class Reading_a_ledger_without_end
{
    [Fact]
    public void Memory_does_not_grow()
    {
        var peak = 0L;
        var start = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var row in new OnlineRetailTranslator("s", LocationId.Parse("L")).Translate(new EndlessLedger(lines: 160_000)))
        {
            if (row.Row % 40_000 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - start);
            }
        }

        Assert.InRange(peak, 1, 8_000_000);
    }

    private sealed class EndlessLedger(int lines) : Stream
    {
        private byte[] current = Encoding.UTF8.GetBytes("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n");
        private int position;
        private int written;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (position == current.Length)
            {
                if (written == lines)
                {
                    return 0;
                }

                current = Encoding.UTF8.GetBytes($"{600_000 + written++ / 3},85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK\n");
                position = 0;
            }

            var length = Math.Min(count, current.Length - position);
            current.AsSpan(position, length).CopyTo(buffer.AsSpan(offset));
            position += length;
            return length;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

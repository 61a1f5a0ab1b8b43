using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using RetailSync.Channels.Tests;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The Online Retail file or the first part of it, and what awk makes of it: another language, and no code of the product.</summary>
internal sealed class Ledger : IDisposable
{
    public const string File = "retail-uci-online-retail/online_retail_2010-12-01_2011-08-31.csv.gz";

    /// <summary>
    /// Reads the file twice, since a line that is alone in its invoice, costs nothing and has no customer is an adjustment, whose sign
    /// means what it says; all others issue goods. Prints per product what it comes to, and its lowest point on the way.
    /// </summary>
    private const string Awk = """
        { count = split($0, piece, "\""); line = ""
          for (i = 1; i <= count; i++) { if (i % 2) gsub(/,/, "\t", piece[i]); line = line piece[i] }
          split(line, field, "\t") }
        FNR == 1 { next }
        FNR == NR { lines[field[1]]++; next }
        { code = toupper(field[2]) }
        field[1] ~ /^A/ || code !~ /^[0-9][0-9][0-9][0-9][0-9][A-Z]?[A-Z]?[A-Z]?$/ { next }
        { adjusts = field[6] + 0 == 0 && field[7] == "" && lines[field[1]] == 1 && field[1] !~ /^C/
          sum[code] += adjusts ? field[4] : -field[4]
          if (sum[code] < lowest[code]) lowest[code] = sum[code] }
        END { for (code in sum) printf "%s %d %d\n", code, sum[code], lowest[code] }
        """;

    private Ledger(string path) => Path = path;

    /// <summary>Uncompressed, in a temporary file.</summary>
    public string Path { get; }

    /// <param name="rows">From the first on; null for all.</param>
    public static Ledger Of(int? rows)
    {
        var ledger = new Ledger(System.IO.Path.GetTempFileName());
        using var text = new StreamReader(new GZipStream(System.IO.File.OpenRead(RealData.Path(File)), CompressionMode.Decompress));
        using var copy = new StreamWriter(ledger.Path);
        for (var line = 0; text.ReadLine() is { } row && (rows is null || line <= rows); line++)
        {
            copy.Write(row + "\n");
        }

        return ledger;
    }

    public async Task<List<(string Sku, decimal Sum, decimal Lowest)>> Computed()
    {
        using var awk = Process.Start(new ProcessStartInfo("awk", [Awk, Path, Path]) { RedirectStandardOutput = true, Environment = { ["LC_ALL"] = "C" } })!;
        var answer = await awk.StandardOutput.ReadToEndAsync();
        await awk.WaitForExitAsync();
        Assert.Equal(0, awk.ExitCode);
        decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(words => (words[0], Number(words[1]), Number(words[2])))];
    }

    public void Dispose() => System.IO.File.Delete(Path);
}

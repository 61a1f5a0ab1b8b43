using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Http.Pipeline;

namespace RetailSync.Inventory.Host.Tests.Audit.Checkpoints.Copies;

public sealed class Appending_to_the_checkpoint_file : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoints").FullName;
    private readonly List<Checkpoint> _made = [];

    private string Path => System.IO.Path.Combine(_folder, "below", "checkpoints.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_checkpoint_is_there_once_and_appending_resumes()
    {
        Make(3);
        Assert.Equal(3, await Append());
        Assert.Equal(0, await Append());
        var before = await File.ReadAllBytesAsync(Path);
        Make(2);

        Assert.Equal(2, await Append());

        Assert.Equal([1, 2, 3, 4, 5], Of().ReadAll()!.Select(copy => copy.Number));
        Assert.True((await File.ReadAllBytesAsync(Path)).AsSpan().StartsWith(before));
        Assert.Equal(5, (await File.ReadAllLinesAsync(Path)).Length);
        Assert.Equal(_made[^1].Statement, Of().Newest()!.Statement);
    }

    [Fact]
    public async Task Many_hosts_append_without_duplicates()
    {
        Make(40);
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (number, _) =>
        {
            // Each sees some of them, and another may be appending just now.
            while (await Of().Append(after => Some(after, 1 + (number % 7))) is null)
            {
            }
        });
        await Append();

        Assert.Equal(_made.Select(made => made.Number), Of().ReadAll()!.Select(copy => copy.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task A_truncated_line_is_written_again(int written)
    {
        Make(2);
        await Append();
        var whole = await File.ReadAllBytesAsync(Path);
        var second = whole.AsSpan().IndexOf((byte)'\n') + 1;
        await File.WriteAllBytesAsync(Path, whole[..(second + written)]);
        Assert.Equal([1], Of().ReadAll()!.Select(copy => copy.Number));

        Assert.Equal(1, await Append());

        Assert.Equal([1, 2], Of().ReadAll()!.Select(copy => copy.Number));
        Assert.Equal(2, Of().Newest()!.Number);
    }

    [Fact]
    public async Task A_line_that_does_not_follow_from_the_last_is_refused()
    {
        Make(2);
        await Append();
        var before = await File.ReadAllBytesAsync(Path);
        _made.Clear();
        Make(3);

        await Assert.ThrowsAsync<InvalidDataException>(Append);

        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
    }

    [Fact]
    public async Task A_line_that_is_no_checkpoint_is_named()
    {
        Make(2);
        await Append();
        var lines = await File.ReadAllLinesAsync(Path);
        await File.WriteAllLinesAsync(Path, [lines[0], lines[1].Replace("events 2", "events two", StringComparison.Ordinal), lines[1]]);

        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => Of().ReadAll()).Message, StringComparison.Ordinal);
    }

    private void Make(int count)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var made = 0; made < count; made++)
        {
            var number = _made.Count + 1;
            var unsigned = new Checkpoint(
                number, RunningHost.Now, number, 1, number, RandomNumberGenerator.GetBytes(32),
                _made.LastOrDefault()?.Hash ?? new byte[32], TrustedKeys.NameOf(key), []);
            _made.Add(unsigned with { Signature = key.SignData(Encoding.UTF8.GetBytes(unsigned.Statement), HashAlgorithmName.SHA256) });
        }
    }

    private Task<int?> Append() => Of().Append(after => Some(after, int.MaxValue));

    private Task<IReadOnlyList<Checkpoint>> Some(long after, int atMost) =>
        Task.FromResult<IReadOnlyList<Checkpoint>>([.. _made.Where(made => made.Number > after).Take(atMost)]);

    /// <summary>Another host, or the same one started again.</summary>
    private CheckpointFile Of()
    {
        var json = new JsonOptions();
        Json.Configure(json.SerializerOptions);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(CheckpointFile.Setting, (string?)Path)]).Build();
        return new(configuration, Options.Create(json));
    }
}

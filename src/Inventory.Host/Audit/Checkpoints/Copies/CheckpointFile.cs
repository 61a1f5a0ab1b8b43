using System.Text.Json;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Configuration;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Checkpoints.Copies;

/// <summary>
/// The file that checkpoints are written to as they are made, a line of JSON each: <c>Audit:CheckpointFile</c>. It is only ever appended to, and what is in it
/// says what is still to be written, so it goes on where it
/// was stopped, and hosts that share one double nothing. On a disk that the database's owner cannot reach it proves what the database cannot.
/// </summary>
public sealed class CheckpointFile(IConfiguration configuration, IOptions<JsonOptions> json)
{
    public const string Setting = "Audit:CheckpointFile";

    /// <summary>Of its end, to find its last line in: a line has some seven hundred bytes.</summary>
    private const int EndLength = 64 * 1024;

    /// <summary>Null where none is configured.</summary>
    public string? Path { get; } = configuration.Read<AuditOptions>().CheckpointFile is { Length: > 0 } path ? System.IO.Path.GetFullPath(path) : null;

    /// <summary>The last checkpoint in it; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">Its last lines are no checkpoints.</exception>
    public Checkpoint? Newest() => Path is null || AppendOnlyFile.ReadEnd(Path, EndLength) is not { } end ? null : Last(end);

    /// <summary>Everything in it; null where there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">A line is no checkpoint, and which.</exception>
    public IReadOnlyList<Checkpoint>? ReadAll() => Path is null || AppendOnlyFile.ReadEnd(Path) is not { } all ? null : CheckpointCopies.Read(all);

    /// <summary>Appends what comes after its last checkpoint.</summary>
    /// <param name="after">Some of the checkpoints behind a number, the lowest first.</param>
    /// <returns>How many were appended; null while another host appends.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">Its last lines are no checkpoints, or its last checkpoint is not the one before those that come after: nothing
    /// was appended.</exception>
    public async Task<int?> Append(Func<long, Task<IReadOnlyList<Checkpoint>>> after)
    {
        using var file = AppendOnlyFile.Open(Path!);
        if (file is null)
        {
            return null;
        }

        var end = file.ReadEnd(EndLength);
        var last = Last(end);
        var checkpoints = await after(last?.Number ?? 0);
        if (checkpoints.Count == 0)
        {
            return 0;
        }

        if (last is not null && (checkpoints[0].Number != last.Number + 1 || !checkpoints[0].Previous.AsSpan().SequenceEqual(last.Hash)))
        {
            throw new InvalidDataException($"checkpoint {checkpoints[0].Number} does not follow from checkpoint {last.Number}, its last line");
        }

        using var lines = new MemoryStream();
        if (end is [.., not (byte)'\n'])
        {
            lines.WriteByte((byte)'\n'); // the rest of a line that a full disk or a power failure has cut off
        }

        foreach (var checkpoint in checkpoints)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(CheckpointAnswer.Of(checkpoint), json.Value.SerializerOptions));
            lines.WriteByte((byte)'\n');
        }

        file.Write(lines.ToArray());
        return checkpoints.Count;
    }

    private static Checkpoint? Last(ReadOnlySpan<byte> end)
    {
        // A line without its end was cut off and does not count yet.
        var rest = end[..(end.LastIndexOf((byte)'\n') + 1)];
        while (!rest.IsEmpty)
        {
            rest = rest[..^1];
            var begin = rest.LastIndexOf((byte)'\n') + 1;
            if (CheckpointCopies.ReadLine(rest[begin..]) is { } checkpoint)
            {
                return checkpoint;
            }

            rest = rest[..begin];
        }

        return end.Length < EndLength ? null : throw new InvalidDataException("its last lines are no checkpoints");
    }
}

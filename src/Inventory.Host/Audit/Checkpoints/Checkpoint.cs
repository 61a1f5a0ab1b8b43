using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>
/// A statement about all chains at once. Who keeps one elsewhere can prove later that nothing before it was changed, whoever owns the database.
/// </summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">When it was made.</param>
/// <param name="Round">Links of this round and of earlier ones are in it; above that of the checkpoint before.</param>
/// <param name="Streams">How many chains there are.</param>
/// <param name="Events">How many events they link.</param>
/// <param name="Root">SHA-256 over the heads of all chains, by stream: its length (4 bytes), its UTF-8, the version of the head (8 bytes), the head's
/// hash.</param>
/// <param name="Previous">SHA-256 of the statement before it; 32 zeros for the first.</param>
/// <param name="Key">Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the public key.</param>
/// <param name="Signature">ECDSA with SHA-256 over the UTF-8 of <see cref="Statement"/>, in the form of IEEE P1363.</param>
public sealed partial record Checkpoint(
    long Number, Instant At, long Round, long Streams, long Events, byte[] Root, byte[] Previous, string Key, byte[] Signature)
{
    /// <summary>What is signed. Everything but the key's name is in it, so no other field has to be trusted.</summary>
    public string Statement => string.Create(
        CultureInfo.InvariantCulture,
        $"retailsync checkpoint {Number}\nat {InstantPattern.ExtendedIso.Format(At)}\nround {Round}\nstreams {Streams}\nevents {Events}\n"
        + $"root {Convert.ToHexStringLower(Root)}\nprevious {Convert.ToHexStringLower(Previous)}\n");

    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Statement));

    /// <summary>Whether the two state the same. Their signatures may differ: each signing draws another one.</summary>
    public bool States(Checkpoint other) => Statement == other.Statement;

    /// <summary>Reads a checkpoint from its statement; null where the text is none.</summary>
    public static Checkpoint? Read(string statement, string key, byte[] signature)
    {
        var match = StatementForm().Match(statement);
        if (!match.Success || !InstantPattern.ExtendedIso.Parse(match.Groups["at"].Value).TryGetValue(default, out var at)
            || Numbers() is not [var number, var round, var streams, var events])
        {
            return null;
        }

        var read = new Checkpoint(number, at, round, streams, events, Bytes("root"), Bytes("previous"), key, signature);

        // One form for each statement: what is compared and hashed is what was signed.
        return read.Statement == statement ? read : null;

        long[] Numbers() => [.. new[] { "number", "round", "streams", "events" }
            .Select(name => long.TryParse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1)
            .Where(value => value >= 0)];

        byte[] Bytes(string name) => Convert.FromHexString(match.Groups[name].ValueSpan);
    }

    [GeneratedRegex(
        @"\Aretailsync checkpoint (?<number>[0-9]{1,19})\nat (?<at>[^\n]{1,40})\nround (?<round>[0-9]{1,19})\nstreams (?<streams>[0-9]{1,19})\n"
        + @"events (?<events>[0-9]{1,19})\nroot (?<root>[0-9a-f]{64})\nprevious (?<previous>[0-9a-f]{64})\n\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex StatementForm();
}

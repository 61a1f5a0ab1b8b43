using System.Globalization;
using System.Text;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>
/// What nobody should send. Texts may hold what no UTF-8 can: halves of surrogate pairs are written as escapes in JSON, and as three bytes elsewhere.
/// </summary>
public static class HostileValues
{
    /// <summary>Tried in every place.</summary>
    public static readonly IReadOnlyList<string> Always = ["\0\n", "a\0b", "x\uDC00y", "\u001F"];

    public static readonly IReadOnlyList<string> Texts =
    [
        "\0", "\uD800", "99999999999999999999999999999999",
        "", " ", "\n", "\r\n", "a\nb", "a\nb\nc", "\t", "\u007F", "\u0085", "\u2028", "\u200B", "\u202E", "\uFEFF", "\uFFFD", "\uFFFF", "\uD83D\uDE00",
        "\uDE00\uD83D", "\uD83D", "e\u0301", "İ", ".", "..", "../..", "/", "a/b", "//", "\\", "%", "%00", "%2F", "%zz", "?", "#", "&", "=", ";", ",", "\"", "'",
        "`", "<script>", "*", "@", "a@b", "@S001", "FZ-1@S001", "a@b@c", "' or 1=1 --", "$1", "{0}", "{sku}", "${jndi:ldap://x}", "null", "true", "NaN",
        "Infinity", "-", "-1", "0", "1", "1.5", "00", "+1", "1e309", "0x1", "١", "1,5", "1_000", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "2147483648", "79228162514264337593543950335", "2026-02-30", "0000-01-01", "9999-12-31", "10000-01-01", "2026-11-23",
        "2026-11-23T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-18:00", "-9998-01-01T00:00:00Z",
        "2026-11-23T23:59:60Z", "P1D", "PT0S", "-PT1S", "P1Y", "PT99999999999999999999H", "P106751991167300D", "PT1E5S", "00000000-0000-0000-0000-000000000000",
        "00000000000000000000000000000000", "0-0-00000000000000000000000000000000", "0", "1/a/b", "4/x/y",
        "9999999999999999-0-00000000000000000000000000000000", "638999999999999999-2147483647-ffffffffffffffffffffffffffffffff", "web", "all", "open", "then",
        "now", "Europe/Berlin", "UTC", "channel/web", "reconciliation", "en-US",
    ];

    /// <summary>Tried where JSON stands, as they are.</summary>
    public static readonly IReadOnlyList<string> Raw =
    [
        "null", "true", "false", "0", "-0", "-1", "1.00001", "1e400", "1e-400", "-1e999999999", "123456789012345678901234567890",
        "0.00000000000000000000000000001", "1E+2", "[]", "{}", "[[]]", "[null]", "[1,2,3]", "{\"\":1}", "{\"a\":{\"a\":1},\"a\":2}", "[\"\\ud800\"]",
        "{\"\\ud800\":1}", "{\"\\u0000\":\"\\u0000\"}", "[\"\\u0000\"]", "\"\\ud800\\ud800\"", "01", "1.", ".5", "NaN", "\"", "\"\\x\"", "{", "]",
    ];

    /// <summary>Whole bodies, as bytes.</summary>
    public static readonly IReadOnlyList<byte[]> Bodies =
    [
        [], [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0x1F, 0x8B, 8, 0, 0, 0], "{"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(),
        "null"u8.ToArray(), "\"\\ud800\""u8.ToArray(), "{\"a\":1}{}"u8.ToArray(), [.. "{\"id\":\""u8, 0xFF, .. "\"}"u8],
        [.. "{\""u8, 0xED, 0xA0, 0x80, .. "\":1}"u8], Encoding.Unicode.GetBytes("{}"), "\n\n\n"u8.ToArray(), ",,,\n,,,"u8.ToArray(), "\"\n\"\n"u8.ToArray(),
    ];

    /// <summary>Header fields that are read somewhere.</summary>
    public static readonly IReadOnlyList<(string Name, string Value)> Headers =
    [
        ("If-Match", "\""), ("If-Match", "W/\"1\", *, \"\""), ("If-Match", "\"99999999999999999999\""), ("If-None-Match", "\"\u0080\""),
        ("If-None-Match", ",,,"), ("X-Correlation-Id", "reconciliation/1"),
        ("X-Correlation-Id", "\u00ff"), ("Accept", "*/*;q=x"), ("Accept", "text/csv;q=2, application/json;q=-1"), ("Accept", "application/vnd.apache.parquet"),
        ("Accept", ";;;"), ("Accept-Encoding", "\u0001"),
        ("Content-Type", "application/json; charset=\""), ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", ";;"),
        ("Content-Type", "text/csv"), ("Content-Type", "application/x-ndjson"),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "br"), ("Content-Encoding", "x, gzip"), ("Authorization", "Bearer"),
        ("Authorization", "Bearer a.b.c"), ("Authorization", "Bearer \u00e9"), ("Authorization", "Basic Og=="),
        ("Range", "bytes=9-1"), ("Expect", "200-ok"), ("Origin", "null"), ("X-Forwarded-For", "::1, \""), ("Idempotency-Key", "\u00ff"),
    ];

    /// <summary>So deep, and deeper than any reader goes.</summary>
    public static readonly IReadOnlyList<int> Depths = [60, 63, 64, 65, 5_000];

    public static string Deep(int depth, bool objects) => objects
        ? string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth)
        : new string('[', depth) + new string(']', depth);

    public static string Long(int length) => new('x', length);

    /// <summary>A text as JSON writes it, whatever is in it.</summary>
    public static string InJson(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var character in text)
        {
            json.Append(character is '"' or '\\' || character < ' ' || char.IsSurrogate(character)
                ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : character.ToString());
        }

        return json.Append('"').ToString();
    }

    /// <summary>A text as bytes: UTF-8, and three bytes for half of a surrogate pair, which UTF-8 does not allow.</summary>
    public static byte[] InBytes(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, at++, 2));
            }
            else if (char.IsSurrogate(text[at]))
            {
                bytes.AddRange([(byte)(0xE0 | (text[at] >> 12)), (byte)(0x80 | ((text[at] >> 6) & 0x3F)), (byte)(0x80 | (text[at] & 0x3F))]);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, at, 1));
            }
        }

        return [.. bytes];
    }

    /// <summary>A text in an address, each byte percent-encoded but those that need not be.</summary>
    public static string InAddress(string text) => string.Concat(InBytes(text).Select(
        part => char.IsAsciiLetterOrDigit((char)part) || part is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' ? ((char)part).ToString() : $"%{part:X2}"));
}

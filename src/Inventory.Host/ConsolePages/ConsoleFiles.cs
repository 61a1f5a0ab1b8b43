using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace RetailSync.Inventory.Host.ConsolePages;

/// <summary>
/// The files of the console, as they were embedded when it was built, under an address that names their content: a browser keeps them for good, and a newer
/// console has another address.
/// </summary>
public sealed class ConsoleFiles
{
    /// <summary>The content security policy of the page: only its own files, only its own host, and no text that becomes markup or script.</summary>
    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly FrozenDictionary<string, File> _files;

    /// <param name="assembly">The assembly of the console.</param>
    /// <param name="offersSingleSignOn">Whether people can sign in with an identity provider.</param>
    public ConsoleFiles(Assembly assembly, bool offersSingleSignOn)
    {
        var contents = assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).ToDictionary(name => name, name => Read(assembly, name));

        // One style sheet, so that a page opens with few requests: those of the parts, in the order of their names.
        var styles = contents.Where(file => file.Key.EndsWith(".css", StringComparison.Ordinal)).ToList();
        styles.ForEach(style => contents.Remove(style.Key));
        contents["style.css"] = [.. styles.SelectMany(style => style.Value)];
        _files = contents.Where(file => Types.ContainsKey(Path.GetExtension(file.Key)))
            .ToFrozenDictionary(file => file.Key, file => new File(Types[Path.GetExtension(file.Key)], file.Value, Compress(file.Value)));
        Version = Convert.ToHexStringLower(Hash(contents))[..16];
        Page = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(contents["index.html"])
            .Replace("{singleSignOn}", offersSingleSignOn ? "true" : "false", StringComparison.Ordinal)
            .Replace("{files}", $"/console/files/{Version}", StringComparison.Ordinal));
    }

    /// <summary>Names the content of all files.</summary>
    public string Version { get; }

    /// <summary>The page at every address of the console.</summary>
    public ReadOnlyMemory<byte> Page { get; }

    /// <returns>A file by its path below the version; null where there is none.</returns>
    public File? Find(string path) => _files.GetValueOrDefault(path);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var stream = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }

    private static byte[] Hash(IReadOnlyDictionary<string, byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{content.Length}\n"));
            hash.AppendData(content);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>A file of the console: its media type, its content, and the same compressed.</summary>
    public sealed record File(string Type, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Brotli);
}

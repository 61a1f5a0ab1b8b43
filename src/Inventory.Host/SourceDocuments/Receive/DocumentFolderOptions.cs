using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>Folders from which documents are taken in; section <c>Documents</c> of the configuration.</summary>
[Section("Documents")]
public sealed class DocumentFolderOptions
{
    /// <summary>A folder with a folder for each of <see cref="Folders"/>; without it none is looked into.</summary>
    [Setting(Default = "none")]
    public string? Folder { get; init; }

    /// <summary>The pause between two looks into the folders.</summary>
    [Setting(min: 100, max: 86_400_000)]
    public TimeSpan FolderPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How the files of each folder are read, by the folder's name.</summary>
    public Dictionary<string, DocumentFolder> Folders { get; init; } = [];
}

/// <summary>How the files of a folder are read.</summary>
public sealed class DocumentFolder
{
    /// <summary>The source of all of its documents; left out, the one that each document names.</summary>
    [Setting(Default = "what the document names")]
    public string? Source { get; init; }

    /// <summary>The name of a format, or auto to recognise it.</summary>
    [Setting]
    public string Format { get; init; } = DocumentFormats.Auto;

    /// <summary>The TZDB zone of times that have no offset.</summary>
    [Setting(Default = "that of the source or location")]
    public string? Zone { get; init; }

    /// <summary>The location of lines that name none.</summary>
    [Setting(Default = "that of the source")]
    public string? Location { get; init; }

    /// <summary>Whether stock figures are compared with ours, or are counts.</summary>
    [Setting(Default = "as the source is configured", Choices = ["compare", "count"])]
    public string? Levels { get; init; }

    /// <exception cref="SettingsException">A value that can be none of these.</exception>
    internal FileSettings ToSettings(string path, IEnumerable<string> formats)
    {
        if (!formats.Append(DocumentFormats.Auto).Contains(Format, StringComparer.Ordinal))
        {
            throw new SettingsException($"{path}:Format must be {DocumentFormats.Auto} or one of {string.Join(", ", formats)}.");
        }

        if (Zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(Zone) is null)
        {
            throw new SettingsException($"{path}:Zone must be a time zone such as Europe/Berlin.");
        }

        if ((Source is not null && !Identifier.TryParse(Source, out _)) || (Location is not null && !LocationId.TryParse(Location, out _)))
        {
            throw new SettingsException($"{path}: Source must be 1 to 128 printable characters, Location of letters, digits and . _ : - only.");
        }

        return new FileSettings(Source, Zone, Location, Levels is null ? null : Levels == "count");
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>The options that every serving command has.</summary>
public sealed class ServeOptions
{
    public Option<string> Urls { get; } = new("--urls")
    {
        Description = "Where to listen; port 0 takes a free one.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
        HelpName = "URL",
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = "Where RetailSync keeps its PostgreSQL, unless ConnectionStrings__RetailSync names another.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RETAILSYNC_DATA") is { Length: > 0 } directory ? directory : ".data",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        Urls.Validators.Add(CanBeListenedOn);
        Data.Validators.Add(NamesADirectory);
        command.Add(Urls);
        command.Add(Data);
        // Settings of ASP.NET pass through; Commands refuses what is none.
        command.TreatUnmatchedTokensAsErrors = false;
    }

    private static void CanBeListenedOn(OptionResult urls)
    {
        foreach (var url in urls.GetValueOrDefault<string>().Split(';'))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                urls.AddError($"--urls: '{url}' is no URL that can be listened on, as http://127.0.0.1:8080 is.");
            }
        }
    }

    private static void NamesADirectory(OptionResult data)
    {
        if (string.IsNullOrWhiteSpace(data.GetValueOrDefault<string>()))
        {
            data.AddError("--data: the name of a directory is missing.");
        }
    }

    /// <summary>What we do not know may be ASP.NET's; anything else is a mistake.</summary>
    public static bool IsSetting(string token) => token.StartsWith("--", StringComparison.Ordinal) && token.IndexOf('=', StringComparison.Ordinal) > 2;
}

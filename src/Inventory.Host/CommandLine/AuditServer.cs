using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Operations;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// The server of the audit commands: the RetailSync that serves, or, where none does, one that is started for the purpose over the same
/// data and stopped again. It is the same HTTP API either way, so the command line can do nothing that the API cannot.
/// </summary>
internal sealed class AuditServer
{
    private static readonly Uri Usual = new("http://127.0.0.1:8080");
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"Where RetailSync serves (default {Usual.GetLeftPart(UriPartial.Authority)}; where nobody does, it is started over --data for as "
            + $"long as this takes).",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no http URL.");
            return null;
        },
    };

    private readonly Option<string> _key = new("--key")
    { Description = "The key or token to send; its role must be finance or ops.", DefaultValueFactory = _ => "dev-ops" };

    private readonly ServeOptions _serve = new();

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_key);
        command.Add(_serve.Data);
    }

    /// <summary>Does the work with a client of that server.</summary>
    /// <returns>What the work returns: an exit code.</returns>
    public async Task<int> Ask(ParseResult parsed, Func<HttpClient, CancellationToken, Task<int>> work, CancellationToken stop)
    {
        if (parsed.GetValue(_url) is { } named)
        {
            return await Ask(named, parsed.GetValue(_key)!, work, stop);
        }

        return parsed.GetResult(_serve.Data) is not { Implicit: false } && await Serves(Usual, stop)
            ? await Ask(Usual, parsed.GetValue(_key)!, work, stop)
            : await StartAndAsk(parsed.GetValue(_serve.Data)!, work, stop);
    }

    private static async Task<bool> Serves(Uri url, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = ConnectTimeout };
        try
        {
            using var answer = await http.GetAsync("/health/live", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception nobody) when (nobody is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<int> StartAndAsk(string data, Func<HttpClient, CancellationToken, Task<int>> work, CancellationToken stop)
    {
        // A key of its own, for this process only: which others there are is of no concern.
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        const string Name = "Authentication:Keys:command-line";
        var serve = new ServeOptions();
        var command = new Command("serve");
        serve.AddTo(command);
        var parsed = command.Parse(
        [
            "--urls", "http://127.0.0.1:0", "--data", data, $"--{Name}:Key={key}", $"--{Name}:Roles:0=finance", $"--{Name}:Roles:1=ops",
            "--Serilog:MinimumLevel:Default=Warning",
            $"--{ClusterSettings.JoinSetting}=false", $"--{Readiness.Setting}=0",
        ]);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var code = Commands.Failed;
        await Serve.UntilStopped(
            parsed,
            serve,
            async (url, _) =>
            {
                code = await Ask(url, key, work, stop);
                await done.CancelAsync();
            },
            done.Token);
        return code;
    }

    private static async Task<int> Ask(Uri url, string key, Func<HttpClient, CancellationToken, Task<int>> work, CancellationToken stop)
    {
        // However long it takes: there is progress to be seen, and signals end it.
        using var http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Add(HeaderNames.Authorization, $"Bearer {key}");
        return await work(http, stop);
    }
}

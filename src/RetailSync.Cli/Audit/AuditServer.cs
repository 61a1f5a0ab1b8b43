using System.CommandLine;
using System.Security.Cryptography;

namespace RetailSync.Cli.Audit;

/// <summary>
/// The server of the audit commands: the RetailSync that serves, or, where none does, one that is started for the purpose over the same
/// data and stopped again. It is the same HTTP API either way, so the command line can do nothing that the API cannot.
/// </summary>
internal sealed class AuditServer
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"Where RetailSync serves (default {ServerProcess.DefaultAddress.GetLeftPart(UriPartial.Authority)}; where nobody does, it is started over --data for as "
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

    private readonly Option<string> _data = DataOption.Create();

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_key);
        command.Add(_data);
    }

    /// <summary>Does the work with a client of that server.</summary>
    /// <returns>What the work returns: an exit code.</returns>
    public async Task<int> Ask(ParseResult parsed, Func<HttpClient, CancellationToken, Task<int>> work, CancellationToken stop)
    {
        if (parsed.GetValue(_url) is { } named)
        {
            return await Ask(named, parsed.GetValue(_key)!, work, stop);
        }

        return parsed.GetResult(_data) is not { Implicit: false } && await Serves(ServerProcess.DefaultAddress, stop)
            ? await Ask(ServerProcess.DefaultAddress, parsed.GetValue(_key)!, work, stop)
            : await StartAndAsk(parsed.GetValue(_data)!, work, stop);
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
        const string Caller = "Authentication__Keys__command-line__";
        await using var server = ServerProcess.Start(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", data, "--Serilog:MinimumLevel:Default=Warning", "--Cluster:Join=false",
                "--Shutdown:DrainSeconds=0"],
            environment: [($"{Caller}Key", key), ($"{Caller}Roles__0", "finance"), ($"{Caller}Roles__1", "ops")]);
        return await server.WaitUntilReady(stop) is { } url ? await Ask(url, key, work, stop) : await server.WaitForExit(stop);
    }

    private static async Task<int> Ask(Uri url, string key, Func<HttpClient, CancellationToken, Task<int>> work, CancellationToken stop)
    {
        // However long it takes: there is progress to be seen, and signals end it.
        using var http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return await work(http, stop);
    }
}

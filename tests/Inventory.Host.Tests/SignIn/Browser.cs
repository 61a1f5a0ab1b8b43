using System.Net.Http.Json;

namespace RetailSync.Inventory.Host.Tests.SignIn;

/// <summary>Keeps the cookie of a host as a browser does, and says where its requests are from.</summary>
public sealed class Browser(RunningHost host) : IDisposable
{
    private static readonly (string, string)[] OfThePage = [("X-RetailSync-Console", "1"), ("Sec-Fetch-Site", "same-origin")];

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = host.Address };

    /// <summary>Name and value; null when there is none.</summary>
    public string? Cookie { get; set; }

    public async Task<Answer> SignIn(string key, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var answer = await Send(HttpMethod.Post, "/console/sign-in", new { key }, headers.Count == 0 ? OfThePage : headers);
        Cookie = answer.Headers.TryGetValue("Set-Cookie", out var set) ? set.Split(';')[0] : Cookie;
        return answer;
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null, []);

    /// <summary>As a page of the host asks.</summary>
    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, body, OfThePage);

    /// <summary>As a page of the host asks.</summary>
    public Task<Answer> Post(string path, object body) => Send(HttpMethod.Post, path, body, OfThePage);

    public async Task<Answer> Send(HttpMethod method, string path, object? body, IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in Cookie is { } cookie ? headers.Append(("Cookie", cookie)) : headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _client.SendAsync(request);
        return await Answer.Of(answer);
    }

    public void Dispose() => _client.Dispose();
}

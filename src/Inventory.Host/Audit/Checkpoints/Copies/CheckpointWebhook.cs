using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using RetailSync.Channels.Http;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Storage.Tables;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Checkpoints.Copies;

/// <summary>
/// The receiver of checkpoints as they are made: <c>Audit:CheckpointWebhook</c>, a URL, inside private networks only where
/// <c>Channels:AllowPrivateNetworks</c> says so. One message each, in the order of their numbers,
/// <c>{ type: "audit.checkpoint", timestamp, data }</c>, signed as Standard Webhooks with <c>Audit:CheckpointWebhookSecret</c> (<c>whsec_</c> and base64, or
/// any text). Any 2xx acknowledges it; until then it is sent again.
/// The last acknowledged number is in the database: changing it there withholds messages, which the receiver detects by the gap in their numbers.
/// </summary>
public sealed class CheckpointWebhook : IDisposable
{
    public const string Setting = "Audit:CheckpointWebhook";
    public const string SecretSetting = "Audit:CheckpointWebhookSecret";

    private static readonly Duration Timeout = Duration.FromSeconds(15);

    private readonly NpgsqlDataSource _database;
    private readonly JsonSerializerOptions _json;
    private readonly IClock _clock;
    private readonly Uri? _address;
    private readonly byte[]? _secret;
    private readonly string _target = "";
    private readonly HttpClient? _http;

    /// <exception cref="SettingsException">The address or the secret is none.</exception>
    public CheckpointWebhook(NpgsqlDataSource database, IConfiguration configuration, Adapters adapters, IOptions<JsonOptions> json, IClock clock)
    {
        (_database, _json, _clock) = (database, json.Value.SerializerOptions, clock);
        var options = configuration.Read<AuditOptions>();
        if (options.CheckpointWebhook is not { Length: > 0 } address)
        {
            return;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out _address) || _address.Scheme is not ("http" or "https"))
        {
            throw new SettingsException($"{Setting} is no http or https URL.");
        }

        if (!adapters.AllowPrivateNetworks && PublicNetworks.IsPrivate(_address))
        {
            throw new SettingsException($"{Setting} is inside a private network, which only {Adapters.AllowPrivateNetworksSetting} allows.");
        }

        _secret = Secret(options.CheckpointWebhookSecret);
        _target = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..16]; // the address may hold a credential
        _http = adapters.Client(Timeout);
    }

    public bool IsConfigured => _address is not null;

    public void Dispose() => _http?.Dispose();

    /// <summary>Sends the next ones that were not acknowledged. One host at a time.</summary>
    /// <param name="after">Some of the checkpoints behind a number, the lowest first.</param>
    /// <returns>How many were acknowledged.</returns>
    /// <exception cref="InvalidDataException">It was not acknowledged, and why; or more was acknowledged than there is.</exception>
    public async Task<int> Send(Func<long, Task<IReadOnlyList<Checkpoint>>> after, CancellationToken cancellation)
    {
        var acknowledged = await Acknowledged(cancellation);
        var checkpoints = await after(acknowledged);
        if (checkpoints.Count == 0 && acknowledged > 0 && (await after(acknowledged - 1)).Count == 0)
        {
            throw new InvalidDataException($"checkpoint {acknowledged} was acknowledged, and is no longer in the database");
        }

        foreach (var checkpoint in checkpoints)
        {
            var call = await Post(checkpoint, cancellation);
            if (!call.Succeeded)
            {
                throw new InvalidDataException($"checkpoint {checkpoint.Number} was not acknowledged: {call.Detail}");
            }

            await Acknowledge(checkpoint.Number, cancellation);
        }

        return checkpoints.Count;
    }

    private async Task<HttpCall> Post(Checkpoint checkpoint, CancellationToken cancellation)
    {
        var message = new { type = "audit.checkpoint", timestamp = checkpoint.At, data = CheckpointAnswer.Of(checkpoint) };
        var body = JsonSerializer.SerializeToUtf8Bytes(message, _json);

        // By what is stated: a repeat is known for what it is, and another checkpoint of the same number too.
        var id = $"msg_{Convert.ToHexStringLower(checkpoint.Hash.AsSpan(0, 16))}";
        var timestamp = StandardSignature.Timestamp(_clock.GetCurrentInstant());
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(StandardSignature.IdHeader, id);
        request.Headers.Add(StandardSignature.TimestampHeader, timestamp);
        if (_secret is not null)
        {
            request.Headers.Add(StandardSignature.SignatureHeader, StandardSignature.Sign([_secret], id, timestamp, body));
        }

        return await HttpCall.Make(_http!, request, cancellation, mostBytes: 16 * 1024);
    }

    private async Task<long> Acknowledged(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand($"select number from {ChainTables.Acknowledged} where target = $1");
        command.Parameters.AddWithValue(_target);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    private async Task Acknowledge(long number, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            $"""
             insert into {ChainTables.Acknowledged} as known (target, number) values ($1, $2)
             on conflict (target) do update set number = greatest(known.number, excluded.number)
             """);
        command.Parameters.AddWithValue(_target);
        command.Parameters.AddWithValue(number);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static byte[]? Secret(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return StandardSignature.Key(text);
        }
        catch (FormatException)
        {
            throw new SettingsException($"{SecretSetting} begins with {StandardSignature.SecretPrefix} and is not base64 after that.");
        }
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit;

/// <summary>
/// A host whose signing key is in its configuration, with five checkpoints over the movements of three SKUs. What it keeps can be taken aside and put back.
/// </summary>
public sealed class SigningHost : RunningHost, IAsyncLifetime
{
    public const int Checkpoints = 5;

    /// <summary>Everything that an insider changes, the referenced first.</summary>
    private static readonly string[] Tables =
        ["mt_streams", "mt_events", "position", "recorded_movement", "event_chain", "event_chain_progress", "audit_checkpoint"];

    private readonly string _key = NewKey();

    protected override string[] Switches => [$"--{CheckpointKeys.SigningSetting}={_key}"];

    /// <summary>What an auditor took away: an answer of <c>GET /v1/audit/checkpoints</c>.</summary>
    public string Copies { get; private set; } = "";

    private ChainCheckpointSigner Signing => Services.GetRequiredService<ChainCheckpointSigner>();

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        foreach (var sku in new[] { "A", "B", "B", "B", "C" })
        {
            var before = await Newest();
            await RecordAccepted(Line("receipt", 10, sku));
            await Linked();
            await Signing.Sign(CancellationToken.None);
            await Waiting.Until(async () => await Newest() == before + 1);
        }

        Copies = (await Get("/v1/audit/checkpoints?limit=1000")).Text;
        await Sql($"create schema kept; {string.Concat(Tables.Select(table => $"create table kept.{table} as select * from inventory.{table};"))}");
    }

    public static string NewKey()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return made.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Everything as it was, and a host that has seen nothing else.</summary>
    public async Task PutBack()
    {
        var putBack = Tables.Select(table => $"delete from inventory.{table}; insert into inventory.{table} select * from kept.{table};");
        await Sql($"set session_replication_role = replica; {string.Concat(putBack)}");
        await Restart();
        await Linked();
        await Signing.SignWhenDue(CancellationToken.None);
    }

    public Task<int> Linked() => Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    public Task<Checkpoint?> Sign() => Signing.Sign(CancellationToken.None);

    public async Task<JsonElement> Verify() => (await Get("/v1/audit/verify", key: "dev-finance")).Ok();

    public async Task<JsonElement> VerifyWithCopies(string? copies = null) =>
        (await Send(HttpMethod.Post, "/v1/audit/verify", new StringContent(copies ?? Copies, null, "application/json"), key: "dev-finance")).Ok();

    private async Task<long> Newest() => (long)(await Sql("select coalesce(max(number), 0) from inventory.audit_checkpoint"))!;
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Channels.Tests;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Publications.Delivery;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.Checkpoints.Copies;

/// <summary>What leaves the database as it is made, and what that proves afterwards.</summary>
public sealed class Pushing_checkpoints : IAsyncLifetime
{
    private const string Secret = "a secret of sixteen letters and more";

    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoints").FullName;
    private PushingHost _host = null!;
    private Sandbox _auditor = null!;

    private string Copies => Path.Combine(_folder, "checkpoints.ndjson");

    public async Task InitializeAsync()
    {
        _auditor = await Sandbox.Start(_ => new Answered(503));
        _host = new PushingHost(
            $"--{CheckpointFile.Setting}={Copies}", $"--{CheckpointWebhook.Setting}={_auditor.Address}audit?key=hidden",
            $"--{CheckpointWebhook.SecretSetting}={Secret}",
            $"--{Adapters.AllowPrivateNetworksSetting}=true", $"--{CheckpointKeys.SigningSetting}={SigningHost.NewKey()}");
        await _host.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _auditor.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Checkpoints_are_appended_and_sent_until_acknowledged()
    {
        await Checkpoint("A", 1);
        await Waiting.Until(() => _auditor.Requests.Count >= 2 && Lines(Copies).Length == 1);
        await Waiting.Until(async () => (await _host.Get("/v1/alerts?limit=1000")).Ok().Items().Texts("kind").Contains("checkpoint-not-pushed"));
        Assert.DoesNotContain("hidden", (await _host.Get("/v1/alerts?limit=1000")).Text, StringComparison.Ordinal);
        await _host.Restart();
        await Checkpoint("A", 2);
        var refused = _auditor.Requests.Count;

        _auditor.Behaviour = _ => Task.FromResult(new Answered(204));
        await Waiting.Until(() => Acknowledged(refused).Count >= 2);
        await Checkpoint("A", 3);
        await Waiting.Until(() => Acknowledged(refused).Count >= 3 && Lines(Copies).Length == 3);

        var sent = Acknowledged(refused);
        Assert.Equal([1, 2, 3], sent.Select(message => (int)Json(message).GetProperty("data").Number("number")));
        Assert.Equal(Lines(Copies), sent.Select(message => Json(message).GetProperty("data").GetRawText()));
        Assert.All(sent, message => Assert.True(StandardSignature.IsValid(
            [Encoding.UTF8.GetBytes(Secret)], message.Headers["webhook-id"], message.Headers["webhook-timestamp"], message.Headers["webhook-signature"],
            message.Bytes, RunningHost.Now, Duration.FromMinutes(5))));
        Assert.Equal(3, sent.Select(message => message.Headers["webhook-id"]).Distinct().Count());
        Assert.Contains(sent[0].Headers["webhook-id"], _auditor.Requests.Take(refused).Select(message => message.Headers["webhook-id"]));
        await Waiting.Until(async () => !(await _host.Get("/v1/alerts?limit=1000")).Ok().Items().Texts("kind").Contains("checkpoint-not-pushed"));
        Assert.True((await Verify(string.Join('\n', sent.Select(message => message.Body)))).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_history_that_was_signed_anew_is_detected_unasked()
    {
        _auditor.Behaviour = _ => Task.FromResult(new Answered(200));
        await Checkpoint("A", 1);
        await Checkpoint("A", 2);
        await Waiting.Until(() => Lines(Copies).Length == 2);
        Assert.Equal(2, (await Verify()).Number("copiesChecked"));

        await _host.Sql(
            """
            update inventory.position set on_hand = on_hand - 3;
            update inventory.mt_events set data = data || '{"quantity": 7, "change": 7, "onHandAfter": 7}' where version = 1;
            update inventory.mt_events set data = data || '{"onHandAfter": 17}' where version = 2;
            delete from inventory.audit_checkpoint; delete from inventory.audit_checkpoint_acknowledged;
            delete from inventory.event_chain; delete from inventory.event_chain_progress;
            """);
        await _host.Restart();
        await Linked();

        Assert.Null(await Sign());
        Assert.Contains("checkpoint-differs", (await _host.Get("/v1/alerts?limit=1000")).Ok().Items().Texts("kind"));
        var found = (await Verify()).GetProperty("firstDifference");
        Assert.Equal("checkpoint-copy", found.Text("what"));
        Assert.Contains(Copies, found.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(2, Lines(Copies).Length);
        Assert.False((await _host.Services.GetRequiredService<VerifySampleHandler>().Run(CancellationToken.None)).Ok);
    }

    [Fact]
    public async Task Old_signatures_stay_valid_while_their_key_is_trusted()
    {
        await Checkpoint("A", 1);
        var old = (await _host.Get("/v1/audit/checkpoints")).Ok();
        var key = SigningHost.NewKey();

        _host.Settings = [.. _host.Settings, $"--{CheckpointKeys.SigningSetting}={key}"];
        await _host.Restart();
        Assert.Contains("not trusted", (await Verify()).GetProperty("firstDifference").Text("detail"), StringComparison.Ordinal);
        await Record("A");
        Assert.Null(await Sign());

        _host.Settings = [.. _host.Settings, $"--{CheckpointKeys.TrustedSetting}:0={old.Text("publicKey")}"];
        await _host.Restart();
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        await Checkpoint("A", 2);
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        var page = (await _host.Get("/v1/audit/checkpoints")).Ok();
        Assert.Equal(page.Items().Select(made => made.Text("key")).Order(), page.Items("trustedKeys").Select(trusted => trusted.Text("key")).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"items\":[]}")]
    [InlineData("{\"statement\":\"retailsync checkpoint 1\\n\",\"key\":\"k\",\"signature\":\"AA==\"}")]
    [InlineData("{\"statement\":\"\\ud800\",\"key\":\"k\",\"signature\":\"AA==\"}")]
    [InlineData("{\"items\":5}")]
    [InlineData("[[[[")]
    [InlineData("\0")]
    public async Task Copies_that_are_no_checkpoints_are_refused(string body)
    {
        (await Send(body)).Refused(400, "invalid-request");
        (await _host.Send(HttpMethod.Post, "/v1/audit/verify", new StringContent(body, null, "text/csv"))).Refused(415, "unsupported-media-type");
        (await _host.Send(HttpMethod.Post, "/v1/audit/verify", new StringContent(body, null, "application/json"), key: "dev-store-S001"))
            .Refused(403, "forbidden");
    }

    private static string[] Lines(string file) =>
        AppendOnlyFile.ReadEnd(file) is { } text ? Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    private static JsonElement Json(Asked message) => JsonDocument.Parse(message.Body).RootElement;

    private List<Asked> Acknowledged(int after) => [.. _auditor.Requests.Skip(after).DistinctBy(message => message.Headers["webhook-id"])];

    private async Task<JsonElement> Verify(string? copies = null) => copies is null ? (await _host.Get("/v1/audit/verify")).Ok() : (await Send(copies)).Ok();

    private Task<Answer> Send(string copies) =>
        _host.Send(HttpMethod.Post, "/v1/audit/verify", new StringContent(copies, null, "application/x-ndjson"), key: "dev-finance");

    private async Task Record(string sku)
    {
        await _host.RecordAccepted(Line("receipt", 10, sku));
        await Linked();
    }

    private async Task Checkpoint(string sku, int number)
    {
        await Record(sku);
        await Sign();
        await Waiting.Until(async () => (long)(await _host.Sql("select coalesce(max(number), 0) from inventory.audit_checkpoint"))! == number);
    }

    private Task<int> Linked() => _host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    private Task<Checkpoint?> Sign() => _host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);

    private sealed class PushingHost(params string[] settings) : RunningHost
    {
        public string[] Settings { get; set; } = settings;

        protected override string[] Switches => Settings;
    }
}

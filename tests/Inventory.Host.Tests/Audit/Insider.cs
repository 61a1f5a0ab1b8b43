using System.Security.Cryptography;
using System.Text;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;

namespace RetailSync.Inventory.Host.Tests.Audit;

/// <summary>
/// Somebody who may do everything in the database, and nothing outside it: a superuser with <c>psql</c> who has read the sources of this product.
/// </summary>
public sealed class Insider(SigningHost host)
{
    public Task Do(string sql) => host.Sql($"set session_replication_role = replica; {sql}");

    /// <summary>Three units of a receipt are gone, and nothing that is derived from it says otherwise.</summary>
    public Task StealFrom(string sku, int version = 1) => Do(
        $"""
         update inventory.mt_events
           set data = data || jsonb_build_object('quantity', (data->>'quantity')::numeric - 3, 'change', (data->>'change')::numeric - 3)
           where stream_id = '{sku}@S001' and version = {version};
         update inventory.mt_events set data = data || jsonb_build_object('onHandAfter', (data->>'onHandAfter')::numeric - 3)
           where stream_id = '{sku}@S001' and version >= {version};
         update inventory.position set on_hand = on_hand - 3 where sku = '{sku}';
         """);

    /// <summary>The chain of a stream, as it would be if its events had always been what they are now.</summary>
    public async Task Relink(string sku)
    {
        var (stream, hash, link, hashes) = ($"{sku}@S001", new ChainHash(), new byte[ChainHash.Length], new MemoryStream());
        await using var connection = await Connection();
        var all = $"select {ChainedEvent.Columns} from inventory.mt_events where stream_id = '{stream}' order by version";
        await using (var select = new NpgsqlCommand(all, connection))
        await using (var events = await select.ExecuteReaderAsync())
        {
            while (await events.ReadAsync())
            {
                hash.Next(ChainedEvent.Read(events, stream), link);
                hashes.Write(link);
            }
        }

        await using var update = new NpgsqlCommand(
            $"update inventory.event_chain set hashes = substring($1 from 32 * version::int - length(hashes) + 1 for length(hashes)) where stream = '{stream}'",
            connection);
        update.Parameters.AddWithValue(hashes.ToArray());
        await update.ExecuteNonQueryAsync();
    }

    /// <summary>Makes checkpoints that state today's chains and follow each other, signed with a key of one's own.</summary>
    /// <param name="from">The first number.</param>
    /// <param name="to">The last.</param>
    /// <param name="name">Under which name; null for that of the key.</param>
    public async Task SignAnew(int from, int to, string? name = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var connection = await Connection();
        for (var number = from; number <= to; number++)
        {
            var old = await CheckpointTable.Find(connection, number, CancellationToken.None)
                ?? (await CheckpointTable.Find(connection, number - 1, CancellationToken.None))!;
            var round = old.Number == number ? old.Round : old.Round + 1;
            var heads = await ChainHeads.Read(connection, round, CancellationToken.None);
            var before = await CheckpointTable.Find(connection, number - 1, CancellationToken.None);
            var made = old with
            {
                Number = number,
                Round = round,
                Streams = heads.Streams,
                Events = heads.Events,
                Root = heads.Root,
                Previous = before?.Hash ?? new byte[ChainHash.Length],
                Key = name ?? TrustedKeys.NameOf(key),
            };
            await host.Sql($"delete from inventory.audit_checkpoint where number = {number}");
            var signed = made with { Signature = key.SignData(Encoding.UTF8.GetBytes(made.Statement), HashAlgorithmName.SHA256) };
            await CheckpointTable.Add(connection, signed, CancellationToken.None);
        }
    }

    public async Task<string> NameOfOurKey() => (string)(await host.Sql("select key from kept.audit_checkpoint limit 1"))!;

    /// <summary>No proof is left, and the host makes and signs a new one of what is there now.</summary>
    public async Task LetTheHostBeginAnew()
    {
        await Do("delete from inventory.audit_checkpoint; delete from inventory.event_chain; delete from inventory.event_chain_progress");
        await RestartAndSign();
    }

    /// <summary>A host that has seen nothing before.</summary>
    public async Task RestartAndSign()
    {
        await host.Restart();
        await host.Linked();
        await host.Sign();
    }

    private async Task<NpgsqlConnection> Connection()
    {
        var unpooled = new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false }.ConnectionString;
        var connection = new NpgsqlDataSourceBuilder(unpooled).UseNodaTime().Build().CreateConnection();
        await connection.OpenAsync();
        return connection;
    }
}

using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Rules.Change;

/// <summary>A change of a rule that waits for a second person.</summary>
/// <param name="BasedOn">The rule's version when it was proposed; 0 for a rule that is new. An approval of anything later would approve what nobody has
/// compared.</param>
/// <param name="By">Who proposed it, and therefore cannot approve it.</param>
public sealed record RuleProposal(RuleId Id, RuleChange Change, long BasedOn, Actor By, Instant At)
{
    /// <summary>The ETag of what is proposed: another proposal of the same rule has another one.</summary>
    public string Tag => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Id}\n{BasedOn}\n{By}\n{At.ToUnixTimeTicks() / 10}\n{ChangeAsJson}"))).AsSpan(0, 16));

    /// <summary>As it is stored.</summary>
    internal string ChangeAsJson => JsonSerializer.Serialize(Change, EventJson.Options);
}

/// <summary>Proposals by rule: the newest replaces the one before. Kinds that need one are named by <c>Rules:SecondPersonFor</c>.</summary>
public sealed class RuleProposals
{
    private const string Columns = "rule, change::text as change, based_on, by, at";

    private readonly NpgsqlDataSource _database;
    private readonly HashSet<string> _kinds;

    public RuleProposals(NpgsqlDataSource database, IConfiguration configuration)
    {
        _database = database;
        _kinds = [.. configuration.Read<RuleOptions>().SecondPersonFor];
    }

    /// <summary>Whether a second person has to approve what happens to a rule. A rule of such a kind also needs one to become another kind.</summary>
    public bool AreNeededFor(RuleVersions rule, RuleEvent happened) =>
        (happened is RuleSet set && _kinds.Contains(set.Body.Kind)) || (rule.Latest is { } latest && _kinds.Contains(latest.Body.Kind));

    public async Task Keep(RuleProposal proposal, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            $"""
             insert into {RuleTables.Proposals} (rule, change, based_on, by, at) values ($1, $2, $3, $4, $5)
             on conflict (rule) do update set change = excluded.change, based_on = excluded.based_on, by = excluded.by, at = excluded.at
             """);
        command.Parameters.AddWithValue(proposal.Id.Value);
        command.Parameters.Add(new NpgsqlParameter { Value = proposal.ChangeAsJson, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.AddWithValue(proposal.BasedOn);
        command.Parameters.AddWithValue(proposal.By.ToString());
        command.Parameters.AddWithValue(proposal.At);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <exception cref="ApiProblemException">404 <c>unknown-proposal</c>.</exception>
    public Task<RuleProposal> Require(RuleId id, CancellationToken cancellation) =>
        One($"select {Columns} from {RuleTables.Proposals} where rule = $1", id, cancellation);

    private async Task<RuleProposal> One(string sql, RuleId id, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.AddWithValue(id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : throw Unknown();
    }

    /// <inheritdoc cref="Require"/>
    public Task<RuleProposal> Withdraw(RuleId id, CancellationToken cancellation) =>
        One($"delete from {RuleTables.Proposals} where rule = $1 returning {Columns}", id, cancellation);

    /// <summary>By rule.</summary>
    public async Task<List<RuleProposal>> List(RuleId? after, int limit, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            $"select {Columns} from {RuleTables.Proposals} where $1::text is null or rule > $1 order by rule limit $2");
        command.Parameters.Add(SqlValue.OrNull(after?.Value));
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<RuleProposal> proposals = [];
        while (await reader.ReadAsync(cancellation))
        {
            proposals.Add(Read(reader));
        }

        return proposals;
    }

    private static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-proposal", "Nothing is proposed for this rule.");

    private static RuleProposal Read(NpgsqlDataReader reader) => new(
        RuleId.Parse(reader.GetString("rule")), JsonSerializer.Deserialize<RuleChange>(reader.GetString("change"), EventJson.Options)!,
        reader.GetInt64("based_on"),
        Actor.Parse(reader.GetString("by"))!,
        reader.GetFieldValue<Instant>("at"));
}

using System.Data;
using System.Text.RegularExpressions;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using RetailSync.Inventory.Host.Configuration;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;
using Weasel.Postgresql.Functions;
using Weasel.Postgresql.Tables;
using Wolverine.Persistence.Durability;

namespace RetailSync.Inventory.Host.Storage.Migration;

/// <summary>The database lacks something that this version needs.</summary>
public sealed class SchemaOutOfDateException(IReadOnlyList<string> missing) : Exception(Words(missing))
{
    private const int Shown = 10;

    public IReadOnlyList<string> Missing { get; } = missing;

    private static string Words(IReadOnlyList<string> missing) =>
        $"The database is not as this version needs it, and lacks {string.Join("; ", missing.Take(Shown))}"
        + (missing.Count > Shown ? $"; and {missing.Count - Shown} more. " : ". ")
        + "Run ./run migrate with a connection string of the role that owns the tables (docs/database-roles.md), then start again.";
}

/// <summary>
/// Brings tables and functions up to date, or checks that they are. A host changes them itself in Development, and where it keeps a PostgreSQL of its own
/// (<c>Database:MigrateAtStart</c> says otherwise), if its role may;
/// elsewhere <c>./run migrate</c> does, and a host that finds something missing does not start. What a newer version has added is not missed: hosts of both can
/// run over it.
/// </summary>
public sealed partial class DatabaseSchema(
    IDocumentStore store, IMessageStore messages, NpgsqlDataSource database, IConfiguration configuration, IHostEnvironment environment,
    ILogger<DatabaseSchema> log) : IHostedLifecycleService
{
    public const string Setting = "Database:MigrateAtStart";

    private const string MayChange =
        $"""
         select coalesce((select pg_has_role(current_user, nspowner, 'USAGE') from pg_namespace where nspname = '{Projections.InventorySchema.Name}'),
           has_database_privilege(current_database(), 'CREATE'))
         """;

    private const string EventSequence = $"{Projections.InventorySchema.Name}.mt_events_sequence";

    /// <summary>
    /// Followers settle sequences by who holds the sequence's lock (<see cref="EventLog.SequenceWriters"/>): a session that takes values ahead would commit
    /// below what is settled.
    /// </summary>
    private const string TakesAhead = $"select seqcache from pg_sequence where seqrelid = '{EventSequence}'::regclass and seqcache <> 1";

    private const string MayRewrite =
        $"select current_user::text where has_table_privilege('{Projections.InventorySchema.Name}.mt_events', 'UPDATE, DELETE, TRUNCATE')";

    /// <summary>Of a session. Hosts that start at once over an empty database would all create the same tables, and all but one would fail.</summary>
    private const string MigrationLock = "hashtextextended('retailsync/migrate', 0)";

    /// <summary>How long a host waits for another one's migration.</summary>
    private static readonly TimeSpan LongestMigration = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Creates and changes what this version needs; does nothing where everything is there, and takes nothing away that only a newer version knows.
    /// Waits while another host migrates the same database.
    /// </summary>
    /// <exception cref="SharedSessionsException">A pooler would lose the lock by which hosts wait for each other.</exception>
    public async Task Migrate(CancellationToken cancellation)
    {
        await OwnSessions.Require(database, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var wait = new NpgsqlCommand($"select pg_advisory_lock({MigrationLock})", connection)
        { CommandTimeout = (int)LongestMigration.TotalSeconds };
        await wait.ExecuteNonQueryAsync(cancellation);
        try
        {
            await MigrateAlone(cancellation);
        }
        finally
        {
            // A broken connection has released it.
            if (connection.State == ConnectionState.Open)
            {
                await using var done = new NpgsqlCommand($"select pg_advisory_unlock({MigrationLock})", connection);
                await done.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    private async Task MigrateAlone(CancellationToken cancellation)
    {
        if (await Missing(cancellation) is [] && await Newer(cancellation) is { Count: > 0 } newer)
        {
            // Weasel would drop what this version does not know.
            log.LogWarning("A newer version has added {Newer}, and nothing that this version needs is missing: the schema is not changed", newer);
            return;
        }

        await KeyReservationsByChannel.Run(database, cancellation);
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        await messages.Admin.MigrateAsync(AutoCreate.CreateOrUpdate);
        if (await Ask(TakesAhead, cancellation) is not null)
        {
            await Ask($"alter sequence {EventSequence} cache 1", cancellation);
        }
    }

    /// <summary>What this version needs and the database lacks, in words; empty where it lacks nothing.</summary>
    public async Task<IReadOnlyList<string>> Missing(CancellationToken cancellation)
    {
        var (needed, there) = await Compare(cancellation);
        var missing = needed.SelectMany(thing => Missing(thing, there)).ToList();
        if (there.Sequences.Contains(EventSequence) && await Ask(TakesAhead, cancellation) is long cache)
        {
            missing.Add(FormattableString.Invariant($"cache 1 of sequence {EventSequence}, which has {cache}: followers would miss events"));
        }

        return missing;
    }

    private async Task<object?> Ask(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Columns and indexes of this version's tables that it does not know, in words: a newer one has added them.</summary>
    public async Task<IReadOnlyList<string>> Newer(CancellationToken cancellation)
    {
        var (needed, there) = await Compare(cancellation);
        return [.. needed.OfType<Table>().SelectMany(table => Newer(table, there))];
    }

    /// <summary>Before anything else starts.</summary>
    /// <exception cref="SchemaOutOfDateException">Something is missing, and this host does not add it.</exception>
    /// <exception cref="SharedSessionsException">A pooler hands out sessions by transaction.</exception>
    /// <exception cref="InvalidOperationException">Marten is set up to take sequences in another transaction than the one that commits them.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (store is DocumentStore { Options.Events.AppendMode: not EventAppendMode.QuickWithServerTimestamps and var mode })
        {
            throw new InvalidOperationException(
                $"Marten appends events in the mode {mode}: followers miss none only with {EventAppendMode.QuickWithServerTimestamps}, which takes each "
                    + $"sequence in the transaction that commits it.");
        }

        if (configuration.Read<DatabaseOptions>().MigrateAtStart ?? environment.IsDevelopment())
        {
            if ((bool)(await Ask(MayChange, cancellationToken))!)
            {
                await Migrate(cancellationToken);
                return;
            }
        }

        await OwnSessions.Require(database, cancellationToken);
        if (await Missing(cancellationToken) is { Count: > 0 } missing)
        {
            throw new SchemaOutOfDateException(missing);
        }

        if (await Ask(MayRewrite, cancellationToken) is string role)
        {
            log.LogWarning("The role {Role} may change and delete recorded events: give hosts a role of their own (docs/database-roles.md)", role);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<(ISchemaObject[] Needed, SchemaCatalog There)> Compare(CancellationToken cancellation)
    {
        ISchemaObject[] needed = [.. store.Storage.Database.AllObjects(), .. (messages as IDatabase)?.AllObjects() ?? []];
        return (needed, await SchemaCatalog.Read(database, [.. needed.Select(thing => thing.Identifier.Schema).Distinct()], cancellation));
    }

    private static IEnumerable<string> Newer(Table table, SchemaCatalog there)
    {
        var name = table.Identifier.QualifiedName;
        string[] indexes = [table.PrimaryKeyName, .. table.Indexes.Select(index => index.Name)];
        return there.Columns[name].Except(table.Columns.Select(column => column.Name)).Select(column => $"column {column} of {name}")
            .Concat(there.Indexes[name].Except(indexes).Select(index => $"index {index} of {name}"));
    }

    private static IEnumerable<string> Missing(ISchemaObject needed, SchemaCatalog there)
    {
        var name = needed.Identifier.QualifiedName;
        return needed switch
        {
            Table table when !there.Columns.Contains(name) => [$"table {name}"],
            Table table =>
            [
                .. table.Columns.Where(column => !there.Columns[name].Contains(column.Name)).Select(column => $"column {column.Name} of {name}"),
                .. table.Indexes.Where(index => !there.Indexes[name].Contains(index.Name)).Select(index => $"index {index.Name} of {name}"),
                .. table.PrimaryKeyColumns.Order().SequenceEqual(there.PrimaryKeys[name].Order()) ? Array.Empty<string>() : [$"primary key of {name}"],
            ],
            Function when !there.Functions.Contains(name) => [$"function {name}"],

            // PostgreSQL words the head of a function in its own way, and keeps the body as it was sent. Bodies of Marten's are its own affair.
            Function function when Body().Match(function.Body()) is { Success: true } body && !there.Functions[name].Contains(body.Groups[1].Value) =>
                [$"function {name} as it is now"],
            Sequence when !there.Sequences.Contains(name) => [$"sequence {name}"],
            _ => [],
        };
    }

    [GeneratedRegex(@"as \$\$(.*)\$\$;\s*\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Body();

    /// <summary>
    /// What there is, from the system catalogue, which every role can read: the information schema hides from a role what it may not change.
    /// </summary>
    /// <param name="PrimaryKeys">The columns of each table's.</param>
    /// <param name="Functions">The bodies of each name.</param>
    /// <param name="Sequences">Each name with nothing.</param>
    private sealed record SchemaCatalog(
        ILookup<string, string> Columns, ILookup<string, string> Indexes, ILookup<string, string> PrimaryKeys, ILookup<string, string> Functions,
        ILookup<string, string> Sequences)
    {
        private const string Select =
            """
            with mine as (select oid, nspname from pg_namespace where nspname = any($1)),
            tables as (
              select c.oid, m.nspname || '.' || c.relname as name from pg_class as c join mine as m on m.oid = c.relnamespace where c.relkind in ('r', 'p'))
            select 'column' as kind, t.name, a.attname::text as part from tables as t
              join pg_attribute as a on a.attrelid = t.oid where a.attnum > 0 and not a.attisdropped
            union all select 'index', t.name, i.relname from tables as t join pg_index as x on x.indrelid = t.oid join pg_class as i on i.oid = x.indexrelid
            union all select 'key', t.name, a.attname from tables as t join pg_index as x on x.indrelid = t.oid and x.indisprimary
              join pg_attribute as a on a.attrelid = t.oid and a.attnum = any(x.indkey)
            union all select 'function', m.nspname || '.' || p.proname, p.prosrc from pg_proc as p join mine as m on m.oid = p.pronamespace
            union all select 'sequence', m.nspname || '.' || c.relname, '' from pg_class as c join mine as m on m.oid = c.relnamespace where c.relkind = 'S'
            """;

        public static async Task<SchemaCatalog> Read(NpgsqlDataSource database, string[] schemas, CancellationToken cancellation)
        {
            await using var command = database.CreateCommand(Select);
            command.Parameters.AddWithValue(schemas);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            List<(string Kind, string Name, string Part)> found = [];
            while (await reader.ReadAsync(cancellation))
            {
                found.Add((reader.GetString("kind"), reader.GetString("name"), reader.GetString("part")));
            }

            return new(Of("column"), Of("index"), Of("key"), Of("function"), Of("sequence"));

            ILookup<string, string> Of(string kind) => found.Where(thing => thing.Kind == kind).ToLookup(thing => thing.Name, thing => thing.Part);
        }
    }
}

using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>Somebody who is signed in.</summary>
/// <param name="Caller">Who it is and what it may, as at sign-in.</param>
/// <param name="Key">The name of the key; null where an identity provider said who it is.</param>
/// <param name="Fingerprint">Of the configuration that let the caller in.</param>
/// <param name="UsedAt">When it was used last, to the minute.</param>
/// <param name="ExpiresAt">When it ends even if it is used.</param>
public sealed record ConsoleSession(Caller Caller, string? Key, byte[] Fingerprint, Instant UsedAt, Instant ExpiresAt);

/// <summary>
/// Sessions of the console, in a table that all hosts share. Only SHA-256 of a ticket is stored. A host reads a session again when it is older than
/// <see cref="Freshness"/>, so one that another host has ended opens nothing after that; in between a request costs no statement.
/// </summary>
public sealed class SessionStore(NpgsqlDataSource database, IClock clock)
{
    /// <summary>A session ends this long after sign-in.</summary>
    public static readonly Duration Longest = Duration.FromHours(8);

    /// <summary>A session ends this long after its last use.</summary>
    public static readonly Duration Idle = Duration.FromMinutes(60);

    /// <summary>For how long what was read of a session counts.</summary>
    public static readonly Duration Freshness = Duration.FromSeconds(2);

    /// <summary>Open sessions of one name; a further sign-in ends the oldest.</summary>
    public const int MostOfName = 100;

    private const int TicketBytes = 32;
    private const int MostCached = 1_000;

    /// <summary>The last use is written no more often.</summary>
    private static readonly Duration UseIsWrittenAfter = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (ConsoleSession Session, Instant ReadAt)> _cache = [];

    /// <returns>The ticket: 256 random bits in base64url.</returns>
    public async Task<string> Begin(Caller caller, string? key, byte[] fingerprint, CancellationToken cancellation)
    {
        var ticket = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TicketBytes));
        var now = clock.GetCurrentInstant();
        await using var command = database.CreateCommand(
            $"""
             with superseded as (
               update {OperationsTables.Sessions} set ended_at = $9 where id = any(array(
                 select id from {OperationsTables.Sessions} where name = $2 and ended_at is null and expires_at > $9
                 order by created_at desc offset $11 for update skip locked)))
             insert into {OperationsTables.Sessions}
               (id, name, roles, channels, locations, sources, key, fingerprint, created_at, used_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
             """);
        command.Parameters.AddWithValue(SHA256.HashData(WebEncoders.Base64UrlDecode(ticket)));
        command.Parameters.AddWithValue(caller.Name);
        command.Parameters.AddWithValue(caller.Roles.ToArray());
        command.Parameters.AddWithValue(caller.Channels.ToArray());
        command.Parameters.AddWithValue(caller.Locations.ToArray());
        command.Parameters.AddWithValue(caller.Sources.ToArray());
        command.Parameters.Add(SqlValue.OrNull(key));
        command.Parameters.AddWithValue(fingerprint);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + Longest);
        command.Parameters.AddWithValue(MostOfName - 1);
        await command.ExecuteNonQueryAsync(cancellation);
        return ticket;
    }

    /// <summary>The session of a ticket; null when there is none, or it has ended.</summary>
    /// <param name="ticket">As the caller sent it.</param>
    /// <param name="beforeReading">Called before the database is asked; what it throws is thrown.</param>
    /// <param name="cancellation">Gives up the question.</param>
    public async ValueTask<ConsoleSession?> Find(string ticket, Action beforeReading, CancellationToken cancellation)
    {
        if (!TryHash(ticket, out var id))
        {
            return null;
        }

        var now = clock.GetCurrentInstant();
        var cached = Convert.ToHexString(id);
        if (_cache.TryGetValue(cached, out var known) && now - known.ReadAt < Freshness && now >= known.ReadAt)
        {
            return IsOpen(known.Session, now) ? known.Session : null;
        }

        beforeReading();
        if (await Read(id, cancellation) is not { } session || !IsOpen(session, now))
        {
            _cache.TryRemove(cached, out _);
            return null;
        }

        if (session.UsedAt <= now - UseIsWrittenAfter)
        {
            session = session with { UsedAt = now };
            await WriteUse(id, now, cancellation);
        }

        if (_cache.Count >= MostCached)
        {
            _cache.Clear();
        }

        _cache[cached] = (session, now);
        return session;
    }

    /// <summary>Ends the session of a ticket: here at once, on other hosts within <see cref="Freshness"/>. Ending it again changes nothing.</summary>
    public async Task End(string ticket, CancellationToken cancellation)
    {
        if (!TryHash(ticket, out var id))
        {
            return;
        }

        await using var command = database.CreateCommand($"update {OperationsTables.Sessions} set ended_at = $2 where id = $1 and ended_at is null");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
        _cache.TryRemove(Convert.ToHexString(id), out _);
    }

    private static bool IsOpen(ConsoleSession session, Instant now) => now < session.ExpiresAt && now < session.UsedAt + Idle;

    private static bool TryHash(string ticket, [NotNullWhen(true)] out byte[]? id)
    {
        id = null;
        try
        {
            id = WebEncoders.Base64UrlDecode(ticket) is { Length: TicketBytes } bytes ? SHA256.HashData(bytes) : null;
        }
        catch (FormatException)
        {
            // It was not made here.
        }

        return id is not null;
    }

    private async Task<ConsoleSession?> Read(byte[] id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select name, roles, channels, locations, sources, key, fingerprint, used_at, expires_at from {OperationsTables.Sessions}
             where id = $1 and ended_at is null
             """);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return !await reader.ReadAsync(cancellation) ? null : new ConsoleSession(
            new Caller(reader.GetString("name"), Names("roles"), Names("channels"), Names("locations")) { Sources = Names("sources") },
            reader.TextOrNull("key"), reader.GetFieldValue<byte[]>("fingerprint"),
            reader.GetFieldValue<Instant>("used_at"), reader.GetFieldValue<Instant>("expires_at"));

        HashSet<string> Names(string column) => [.. reader.GetFieldValue<string[]>(column)];
    }

    private async Task WriteUse(byte[] id, Instant now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"update {OperationsTables.Sessions} set used_at = $2 where id = $1 and ended_at is null and used_at < $2");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

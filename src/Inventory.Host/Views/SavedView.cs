using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Views;

/// <summary>A page of the console with everything that is chosen on it, under a name.</summary>
/// <param name="Id">The caller's id for it: letters, digits and . _ : -</param>
/// <param name="Page">The path of the page, at or below `/console`.</param>
/// <param name="Query">Its query without the question mark; empty for none.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Owner">Who saved it: the key's name or the token's `sub`.</param>
/// <param name="Shared">Whether others see it too, who see everything.</param>
/// <param name="Version">How often it was written; also its ETag.</param>
/// <param name="UpdatedAt">When this version was written.</param>
public sealed record SavedView(string Id, string Page, string Query, string Title, string Owner, bool Shared, long Version, Instant UpdatedAt)
{
    /// <summary>Views of one owner.</summary>
    public const int MostOfOwner = 200;

    internal const string Columns = "id, page, query, title, owner, shared, version, updated_at";

    /// <summary>The owner's own views, and shared ones for callers that see everything. Parameters: the owner, whether it sees everything.</summary>
    internal const string Seen = "(owner = $1 or (shared and $2))";

    internal static SavedView Read(NpgsqlDataReader reader) => new(
        reader.GetString("id"), reader.GetString("page"), reader.GetString("query"), reader.GetString("title"), reader.GetString("owner"),
        reader.GetBoolean("shared"), reader.GetInt64("version"), reader.GetFieldValue<Instant>("updated_at"));

    /// <exception cref="ApiProblemException">400: the id is none; 404 <c>unknown-view</c>: there is none that the caller sees.</exception>
    internal static async Task<SavedView> Find(NpgsqlDataSource database, HttpContext http)
    {
        var caller = Caller.Of(http);
        await using var command = database.CreateCommand($"select {Columns} from {OperationsTables.Views} where {Seen} and id = $3");
        command.Parameters.AddWithValue(caller.Name);
        command.Parameters.AddWithValue(caller.SeesAll);
        command.Parameters.AddWithValue(IdOf(http));
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        return await reader.ReadAsync(http.RequestAborted) ? Read(reader) : throw Unknown();
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static string IdOf(HttpContext http) =>
        Domain.Identifier.TryParseName(RouteText.Segment(http, "id"), out var id) ? id
        : throw ApiProblemException.Invalid(new FieldRefusal("id", Fields.NameForm));

    internal static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-view", "There is no such view that you may see.");
}

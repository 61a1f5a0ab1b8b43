namespace RetailSync.Inventory.Host.Http;

/// <summary>What is wrong with one field of what a caller sent; <paramref name="Why"/> ends a sentence that begins with the name.</summary>
public readonly record struct FieldRefusal(string Field, string Why)
{
    public override string ToString() => $"'{Field}' {Why}";
}

/// <summary>
/// A request that is answered with a problem instead of being carried out. Thrown only in the HTTP layer, where a request is read
/// and the caller's rights are checked, so that use cases read as if everything were well-formed.
/// </summary>
public sealed class ApiProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>The contract's word for it.</summary>
    public string Code { get; } = code;

    /// <summary>Everything that is wrong, where there are fields to name.</summary>
    public IReadOnlyList<FieldRefusal> Errors { get; init; } = [];

    /// <summary>Members of the problem beside those that every one has: the shortages of a basket, say.</summary>
    public IReadOnlyDictionary<string, object?> Members { get; init; } = new Dictionary<string, object?>();

    /// <summary>When trying again may help.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static ApiProblemException Invalid(params IReadOnlyList<FieldRefusal> errors) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", $"{string.Join("; ", errors.Take(10))}.") { Errors = [.. errors.Take(100)] };

    public static ApiProblemException Malformed(string detail) => new(StatusCodes.Status400BadRequest, "invalid-request", detail);

    public static ApiProblemException NotFound(string code, string detail) => new(StatusCodes.Status404NotFound, code, detail);

    public static ApiProblemException Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    public static ApiProblemException PreconditionFailed() =>
        new(StatusCodes.Status412PreconditionFailed, "precondition-failed", "It has changed since it was read: read it again.");

    /// <summary>The body took longer than this to come.</summary>
    public static ApiProblemException TooSlow(TimeSpan time) =>
        new(StatusCodes.Status408RequestTimeout, "request-timeout", FormattableString.Invariant($"The body took longer than {time.TotalSeconds} s to come."));

    /// <summary>Says nothing of what exists: the same whether or not there is such a thing.</summary>
    public static ApiProblemException Forbidden() => new(StatusCodes.Status403Forbidden, "forbidden", "This key may not do that.");
}

using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host;

/// <summary>
/// Everything that is not answered as asked is a <see cref="Problem"/>: what handlers throw, and the bare statuses of routing, authentication and the server.
/// </summary>
public static class Problems
{
    public static WebApplicationBuilder AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<FailureAnswers>();
        return builder;
    }

    public static WebApplication UseProblems(this WebApplication app)
    {
        // Only what is answered with a 500 is a failure of ours, to be logged as one.
        app.UseExceptionHandler(new ExceptionHandlerOptions
        { SuppressDiagnosticsCallback = context => Status(context.Exception) != StatusCodes.Status500InternalServerError });
        app.UseStatusCodePages(context => Of(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        return app;
    }

    /// <summary>The problem that a bare status means: for answers of routing, authentication and the server.</summary>
    private static IResult Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Problem.Of(status, "unauthenticated", "Send 'Authorization: Bearer' with a key or token that is known here."),
        StatusCodes.Status403Forbidden => Problem.Of(status, "forbidden", "This key may not do that."),
        StatusCodes.Status404NotFound => Problem.Of(status, "not-found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(status, "method-not-allowed", "This address does not answer to that method."),
        StatusCodes.Status413PayloadTooLarge => Problem.Of(status, "body-too-large", $"A body has at most {RequestBody.MaxLength} bytes: send several."),
        StatusCodes.Status415UnsupportedMediaType => Problem.Of(status, "unsupported-media-type", "Send another Content-Type: see /docs."),
        StatusCodes.Status408RequestTimeout => Problem.Of(status, "request-timeout", "The request came too slowly."),
        StatusCodes.Status503ServiceUnavailable => Problem.Of(status, "unavailable", "Try again."),
        >= 400 and < 500 => Problem.Of(status, "invalid-request", "The request cannot be understood."),
        _ => Problem.Of(StatusCodes.Status500InternalServerError, "internal-error",
            "This is our mistake. It is logged under the correlation id of this answer."),
    };

    private static int Status(Exception exception) => exception switch
    {
        ApiProblemException refused => refused.Status,
        LaneFullException => StatusCodes.Status429TooManyRequests,
        BadHttpRequestException bad => bad.StatusCode,
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } =>
            StatusCodes.Status400BadRequest,
        OperationCanceledException => StatusCodes.Status499ClientClosedRequest,
        LaneUnavailableException or DatabaseUnavailableException or NpgsqlException { IsTransient: true }
            or NpgsqlException { InnerException: System.Net.Sockets.SocketException or IOException or TimeoutException }
            => StatusCodes.Status503ServiceUnavailable,
        { InnerException: NpgsqlException cause } => Status(cause),
        _ => StatusCodes.Status500InternalServerError,
    };

    private sealed class FailureAnswers(ILogger<FailureAnswers> log) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellation)
        {
            var status = Status(exception);
            if (status == StatusCodes.Status503ServiceUnavailable && exception is not ApiProblemException)
            {
                log.LogWarning(exception, "Answered 503: the database is unavailable");
            }

            var retryAfter = exception is ApiProblemException { RetryAfterSeconds: var seconds } ? seconds
                : status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? 1
                : null;
            if (retryAfter is { } wait)
            {
                http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            }

            if (status == StatusCodes.Status408RequestTimeout)
            {
                // What is left of the body is not waited for.
                http.Response.Headers.Connection = "close";
            }

            http.Response.StatusCode = status;
            var problem = exception switch
            {
                ApiProblemException refused => Problem.Of(refused),
                LaneFullException => Problem.Of(status, "lane-full", "More is waiting to be recorded than fits. Try again."),
                _ => Of(status),
            };
            await problem.ExecuteAsync(http);
            return true;
        }
    }
}

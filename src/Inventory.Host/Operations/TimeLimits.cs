using Microsoft.AspNetCore.Http.Features;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// A call waits for a database that gives no answers until <see cref="DatabaseWatch.GivenUpAfter"/>, and is then answered 503 with Retry-After;
/// those that come later are at once. Availability waits less, and has an answer longer: see <see cref="Availability.ReadAvailability"/>.
/// </summary>
public static class TimeLimits
{
    /// <summary>Before routing, so that the limit covers authentication and everything after it.</summary>
    public static IApplicationBuilder UseTimeLimits(this IApplicationBuilder app)
    {
        var watch = app.ApplicationServices.GetRequiredService<DatabaseWatch>();
        return app.Use(async (http, next) =>
        {
            var hungUp = http.RequestAborted;
            var givenUp = watch.GivenUp;
            if (givenUp.IsCancellationRequested && http.Request.Path.StartsWithSegments("/v1") && !http.Request.Path.StartsWithSegments("/v1/availability"))
            {
                throw new DatabaseUnavailableException();
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(hungUp);
            await using var registration = givenUp.UnsafeRegister(static state => Cancel((CancellationTokenSource)state!), limit);
            var body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            http.Features.Set<IHttpResponseBodyFeature>(new AnswerBody(body, hungUp));
            http.RequestAborted = limit.Token;
            try
            {
                await next(http);
            }
            catch (OperationCanceledException) when (givenUp.IsCancellationRequested && !hungUp.IsCancellationRequested)
            {
                throw new DatabaseUnavailableException();
            }
            finally
            {
                http.Features.Set(body);
                http.RequestAborted = hungUp;
            }
        });
    }

    /// <summary>On another thread: cancelling a statement waits for the database too, and the next request's must not wait for that.</summary>
    private static void Cancel(CancellationTokenSource limit) => ThreadPool.UnsafeQueueUserWorkItem(
        static limit =>
        {
            try
            {
                limit.Cancel();
            }
            catch (Exception failure) when (failure is ObjectDisposedException or AggregateException)
            {
                // It was answered meanwhile; or what was to be cancelled was broken already, and says so. Either way nobody waits for it, and on this thread it
                // would end the process.
            }
        },
        limit,
        preferLocal: false);
}

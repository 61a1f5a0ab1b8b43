namespace RetailSync.Inventory.Host.Http.Pipeline;

public static class HeadRequests
{
    /// <summary>
    /// HEAD wherever there is GET, as RFC 9110 (9.3.2) has it: the same headers, and no body, which the server itself holds back since it decides by the
    /// request
    /// over the wire. Endpoints then need to know of GET only.
    /// </summary>
    public static IApplicationBuilder UseHead(this IApplicationBuilder app) => app.Use(next => http =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    });
}

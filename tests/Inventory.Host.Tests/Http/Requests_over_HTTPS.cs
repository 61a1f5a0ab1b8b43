using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RetailSync.Inventory.Host.Tests.Http;

/// <summary>With a certificate of its own, which nobody else trusts.</summary>
public sealed class HostOverHttps : RunningHost, IAsyncLifetime
{
    private readonly string _certificate = Path.GetTempFileName();

    protected override string[] Switches
    {
        get
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            File.WriteAllBytes(_certificate, certificate.Export(X509ContentType.Pfx, "password"));
            return ["--urls", "https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={_certificate}", "--Kestrel:Certificates:Default:Password=password"];
        }
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        File.Delete(_certificate);
    }
}

public class Requests_over_HTTPS(HostOverHttps host) : IClassFixture<HostOverHttps>
{
    [Fact]
    public async Task Browsers_are_instructed_to_use_HTTPS_from_then_on()
    {
        using var handler = new HttpClientHandler
        { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler) { BaseAddress = host.Address };

        using var answer = await http.GetAsync(new Uri("/v1/locations", UriKind.Relative));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(["max-age=63072000"], answer.Headers.GetValues("Strict-Transport-Security"));
    }
}

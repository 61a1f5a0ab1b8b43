using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>Encryption with the keys of <see cref="SecretKeys"/>.</summary>
internal static class SecretProtection
{
    /// <summary>The cipher, in base64.</summary>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: there are no keys here.</exception>
    public static string Encrypt(this IDataProtector protector, string secret)
    {
        try
        {
            return protector.Protect(secret);
        }
        catch (CryptographicException)
        {
            throw new ApiProblemException(
                StatusCodes.Status503ServiceUnavailable, "secrets-unavailable",
                $"The keys in {ChannelSecrets.KeyDirectorySetting} can be neither read nor written here: nothing was changed.")
            { RetryAfterSeconds = 30 };
        }
    }

    /// <summary>A secret that is needed to verify what was sent.</summary>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: another host may have the keys, and the sender is to send it again.</exception>
    public static string DecryptToVerify(this IDataProtector protector, string cipher)
    {
        try
        {
            return protector.Unprotect(cipher);
        }
        catch (CryptographicException)
        {
            throw Unverifiable();
        }
    }

    /// <summary>Another host may have the keys, and the sender is to send it again.</summary>
    public static ApiProblemException Unverifiable() =>
        new(StatusCodes.Status503ServiceUnavailable, "secrets-unavailable", "It cannot be verified here now.") { RetryAfterSeconds = 30 };
}

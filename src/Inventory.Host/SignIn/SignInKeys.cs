using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>
/// The keys that protect a sign-in under way, between the host that began it and the one to which the browser returns. They are in the database, which all
/// hosts share, and apart from those that encrypt secrets of channels in that database.
/// </summary>
public sealed class SignInKeys(NpgsqlDataSource database, IClock clock) : IXmlRepository
{
    /// <summary>A provider of its own: nothing else can be read with its keys.</summary>
    public static IDataProtectionProvider Provider(SignInKeys keys)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("RetailSync sign-in");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = keys);
        return services.BuildServiceProvider().GetDataProtectionProvider();
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand($"select xml from {OperationsTables.SignInKeys} order by created_at");
        using var reader = command.ExecuteReader();
        List<XElement> elements = [];
        while (reader.Read())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand(
            $"insert into {OperationsTables.SignInKeys} (id, xml, created_at) values ($1, $2, $3) on conflict (id) do nothing");
        command.Parameters.AddWithValue(friendlyName);
        command.Parameters.AddWithValue(element.ToString(SaveOptions.DisableFormatting));
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.ExecuteNonQuery();
    }
}

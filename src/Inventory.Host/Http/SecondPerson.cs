namespace RetailSync.Inventory.Host.Http;

/// <summary>What one person may not do alone. Two keys or subjects are two people: whoever hands out keys sees to that.</summary>
public static class SecondPerson
{
    public static ApiProblemException Needed(string detail) => ApiProblemException.Conflict("second-person-needed", detail);
}

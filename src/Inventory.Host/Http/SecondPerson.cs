namespace RetailSync.Inventory.Host.Http;

/// <summary>What one person may not do alone. Two keys or subjects count as two people: handing them out accordingly is up to the operator.</summary>
public static class SecondPerson
{
    public static ApiProblemException Needed(string detail) => ApiProblemException.Conflict("second-person-needed", detail);
}

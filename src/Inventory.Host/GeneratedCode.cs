using System.Reflection;
using System.Runtime.Loader;
using JasperFx.CodeGeneration;
using Wolverine;

namespace RetailSync.Inventory.Host;

/// <summary>
/// The classes that Wolverine puts around endpoints and handlers. The build writes and compiles them into <c>RetailSync.Generated.dll</c> beside the host (see
/// Inventory.Host.csproj), so that no host compiles any of them while callers wait.
/// </summary>
internal static class GeneratedCode
{
    private const string Generated = "RetailSync.Generated";
    private const string For = "GeneratedFor";

    private static readonly Assembly Host = typeof(GeneratedCode).Assembly;

    /// <summary>A source file that says which build of the host the generated code belongs to.</summary>
    public static string Stamp => $"[assembly: System.Reflection.AssemblyMetadata(\"{For}\", \"{Host.ManifestModule.ModuleVersionId}\")]\n";

    /// <summary>Endpoints and handlers are looked for in the host, and what was generated for them in the assembly beside it.</summary>
    /// <exception cref="InvalidOperationException">What lies there was generated for another build of the host.</exception>
    public static void UseGeneratedCode(this WolverineOptions options)
    {
        options.ServiceName = Host.GetName().Name!;
        if (DynamicCodeBuilder.WithinCodegenCommand)
        {
            // The tests' entry assembly is not this one, and without its own every route would be a 404.
            options.ApplicationAssembly = Host;
            return;
        }

        options.ApplicationAssembly = Load(Path.Combine(AppContext.BaseDirectory, $"{Generated}.dll"));
        options.Discovery.IncludeAssembly(Host);
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
    }

    internal static Assembly Load(string file)
    {
        var generated = AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
        return generated.GetCustomAttributes<AssemblyMetadataAttribute>().Any(fact => fact.Key == For && fact.Value == $"{Host.ManifestModule.ModuleVersionId}")
            ? generated
            : throw new InvalidOperationException(
                $"{file} was generated for another build of {Host.GetName().Name}.dll: build again, and deploy all files of a build together.");
    }
}

using System.CommandLine;
using System.Text;
using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Model;
using Wolverine;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// <c>codegen DIRECTORY</c>: writes the classes that Wolverine puts around endpoints and handlers, as C#, for the build to compile (see Inventory.Host.csproj).
/// Needs no database. Exit codes: 0 written, 1 it failed.
/// </summary>
internal static class WriteGeneratedCode
{
    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("directory") { Description = "Where to write; what is there is replaced." };
        var command = new Command("codegen", "Writes the code around endpoints and handlers, for the build to compile.") { Hidden = true };
        command.Add(directory);
        command.SetAction((parsed, _) => Run(parsed.GetRequiredValue(directory)));
        return command;
    }

    private static async Task<int> Run(DirectoryInfo directory)
    {
        DynamicCodeBuilder.WithinCodegenCommand = true;
        string[] settings = [$"--contentRoot={AppContext.BaseDirectory}", "--Serilog:MinimumLevel:Default=Warning"];
        await using var application = Server.Build(settings, "Host=localhost", builder =>
            builder.Services.ConfigureWolverine(options => options.CodeGeneration.GeneratedCodeOutputPath = directory.FullName));
        var services = application.Services;
        var code = new DynamicCodeBuilder(services, [.. services.GetServices<ICodeFileCollection>()])
        {
            ServiceVariableSource = services.GetRequiredService<IServiceVariableSource>(),
        };
        code.WriteGeneratedCode(_ => { });
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "GeneratedFor.cs"), GeneratedCode.Stamp, Encoding.UTF8);
        return Commands.Done;
    }
}

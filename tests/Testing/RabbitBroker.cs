using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RetailSync.Testing;

/// <summary>A user of the broker; the password is made of the name.</summary>
/// <param name="Name">Who.</param>
/// <param name="Configure">What it may declare: a pattern of names, as RabbitMQ has them.</param>
/// <param name="Write">Where it may publish.</param>
/// <param name="Read">What it may consume.</param>
public sealed record BrokerUser(string Name, string Configure, string Write, string Read)
{
    /// <summary>May do everything, as the host has to.</summary>
    public static BrokerUser Host => new("host", ".*", ".*", ".*");

    /// <summary>May do what docs/rabbitmq.md says that a source needs, and no more.</summary>
    public static BrokerUser Source(string name) =>
        new(name, $@"^retailsync\.replies\.{name}$", @"^retailsync\.(movements|documents)$", $@"^retailsync\.replies\.{name}$");

    public string Password => $"{Name}-keeps-this-to-itself";
}

/// <summary>
/// The system's RabbitMQ as a process of its own, all of it on loopback, in a directory that is gone afterwards, however the program that started it ends. Each
/// test class has a virtual host.
/// </summary>
public sealed class RabbitBroker : IAsyncDisposable
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const int VirtualHosts = 8;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Says the broker's process id, and waits for a line or the end of its input: then the broker is killed, and after the end its directory goes as well.
    /// <c>detached</c> has the server's script become the Erlang machine instead of watching over it.
    /// </summary>
    private const string Keeper =
        """
        export HOME="$1" ERL_EPMD_PORT="$2" ERL_EPMD_ADDRESS=127.0.0.1
        epmd -port "$2" -address 127.0.0.1 </dev/null >/dev/null 2>&1 & epmd=$!
        export detached=true RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME="retailsync$2@localhost" RABBITMQ_DIST_PORT="$3" \
          RABBITMQ_CONFIG_FILE="$1/rabbitmq.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$1/advanced" RABBITMQ_GENERATED_CONFIG_DIR="$1/generated" \
          RABBITMQ_MNESIA_BASE="$1/mnesia" RABBITMQ_LOG_BASE="$1/log" RABBITMQ_PID_FILE="$1/pid" \
          RABBITMQ_FEATURE_FLAGS_FILE="$1/flags" RABBITMQ_ENABLED_PLUGINS_FILE="$1/plugins" \
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}"
        "$4" </dev/null >>"$1/out" 2>&1 & server=$!
        echo $server
        read -r again; ended=$?
        { kill -9 $server $epmd; wait; } 2>/dev/null
        [ $ended = 0 ] || rm -rf "$1"
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("retailsync-rabbitmq");
    private readonly int[] _ports = [LoopbackPort.Free(), LoopbackPort.Free(), LoopbackPort.Free()];
    private Process? _keeper;
    private int _process;
    private int _given;

    private RabbitBroker()
    {
    }

    /// <summary>Null where a broker can be started.</summary>
    public static string? WhyMissing => File.Exists(Server) ? null : "There is no RabbitMQ here: run 'apt-get install rabbitmq-server' as root.";

    public static async Task<RabbitBroker> Start(params IReadOnlyList<BrokerUser> users)
    {
        var broker = new RabbitBroker();
        try
        {
            broker.Configure(users);
            await broker.StartAgain();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>One that nobody else has.</summary>
    public string NextVirtualHost() => Interlocked.Increment(ref _given) is var number && number <= VirtualHosts
        ? Name(number)
        : throw new InvalidOperationException("More virtual hosts are needed.");

    public string AddressFor(BrokerUser user, string virtualHost) => $"amqp://{user.Name}:{user.Password}@127.0.0.1:{_ports[0]}/{virtualHost}";

    public ConnectionFactory ConnectionsOf(BrokerUser user, string virtualHost) =>
        new() { Uri = new Uri(AddressFor(user, virtualHost)), AutomaticRecoveryEnabled = false };

    /// <summary><c>kill -9</c>.</summary>
    public void Kill() => Process.GetProcessById(_process).Kill();

    /// <summary>Over what the last one has left; returns when it takes connections.</summary>
    public async Task StartAgain()
    {
        await EndKeeper(again: true);
        string[] arguments = ["-c", Keeper, "keeper", _directory.FullName, $"{_ports[1]}", $"{_ports[2]}", Server];
        _keeper = Process.Start(new ProcessStartInfo("bash", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _process = int.Parse((await _keeper.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using var patience = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            try
            {
                await using var connection = await ConnectionsOf(BrokerUser.Host, Name(VirtualHosts)).CreateConnectionAsync(patience.Token);
                return;
            }
            catch (BrokerUnreachableException) when (!patience.IsCancellationRequested && Directory.Exists($"/proc/{_process}"))
            {
                await Task.Delay(100, patience.Token);
            }
            catch (Exception failure)
            {
                var said = await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "out"), CancellationToken.None);
                throw new InvalidOperationException($"RabbitMQ did not start: {said}", failure);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndKeeper(again: false);
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
        }
    }

    private async Task EndKeeper(bool again)
    {
        if (_keeper is null)
        {
            return;
        }

        if (again)
        {
            await _keeper.StandardInput.WriteLineAsync("again");
        }

        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
        _keeper = null;
        _directory.Refresh();
    }

    private void Configure(IReadOnlyList<BrokerUser> users)
    {
        string File(string name) => Path.Combine(_directory.FullName, name);
        System.IO.File.WriteAllText(File("plugins"), "[].");
        System.IO.File.WriteAllText(File("rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{_ports[0]}
            load_definitions = {File("definitions.json")}
            log.console = true
            log.console.level = warning
            log.file = false
            disk_free_limit.absolute = 1MB

            """);
        var everywhere = Enumerable.Range(1, VirtualHosts).Select(Name).ToList();
        System.IO.File.WriteAllText(File("definitions.json"), JsonSerializer.Serialize(new
        {
            users = from user in users
                    select new { name = user.Name, password_hash = Hash(user.Password), hashing_algorithm = "rabbit_password_hashing_sha256", tags = "" },
            vhosts = everywhere.Select(name => new { name }),
            permissions = from user in users
                          from vhost in everywhere
                          select new { user = user.Name, vhost, configure = user.Configure, write = user.Write, read = user.Read },
        }));
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"v{number}");

    /// <summary>As RabbitMQ stores it: four bytes of salt and the SHA-256 of salt and password.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}

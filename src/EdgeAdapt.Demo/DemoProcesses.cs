using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Demo;

/// <summary>The processes of a run: broker, cloud service, agents. Disposing stops whatever still runs.</summary>
internal sealed class DemoProcesses(DemoPlan plan, WorkFolder folder, TimeProvider time) : IAsyncDisposable
{
    private const string Group = "demo";
    private const string Tenant = "demo";
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan CloudPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AgentPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(5);
    private readonly List<ChildProcess> _agents = [];
    private volatile MosquittoProcess? _broker;
    private ChildProcess? _cloud;

    /// <summary>The broker's state, for people.</summary>
    public string BrokerState => _broker is not { } broker ? "starting" : broker.Process.Exited.IsCompleted ? "stopped" : $"up on port {broker.Port}";

    /// <summary>Where an agent writes its report.</summary>
    public string ReportOf(string device) => folder.File($"{device}.jsonl");

    /// <summary>Starts the broker, then the cloud service, and waits until both work.</summary>
    /// <exception cref="DemoException">One of them does not start.</exception>
    public async Task StartServicesAsync(CancellationToken cancellation)
    {
        _broker = await MosquittoProcess.StartAsync(folder.File("broker"), time, cancellation).ConfigureAwait(false);
        SigningKey.Create(PrivateKey, PublicKey);
        string address = $"http://127.0.0.1:{FreePort.Find()}";
        _cloud = Start("the cloud service", plan.Programs.CloudService, "cloud",
        [
            "--model", plan.Manifest.Name, "--student", plan.Student, "--teacher", plan.Teacher, "--broker", BrokerAddress,
            "--state", folder.File("cloud"), "--urls", address, "--tenant", Tenant, "--seed", $"{plan.Options.Seed}", "--signing-key", PrivateKey, .. Normalization,
        ]);
        await ReadinessProbe.WaitAsync(_cloud, new Uri($"{address}/v2/health/ready"), ReadyPatience, time, cancellation).ConfigureAwait(false);
    }

    /// <summary>Starts an agent on its stream.</summary>
    public void StartAgent(DriftStream stream) => _agents.Add(Start(NameOf(stream.Device), plan.Programs.EdgeAgent, stream.Device,
    [
        "--model", plan.Student, "--source", stream.File, "--rate", $"{plan.Rate}", "--broker", BrokerAddress, "--device", stream.Device,
        "--group", Group, "--tenant", Tenant, "--state", folder.File(stream.Device), "--report", ReportOf(stream.Device), "--threads", "1", "--trusted-key", PublicKey, .. Normalization,
    ]));

    /// <summary>Completes when any process has ended.</summary>
    public Task AnyExit() => Task.WhenAny(All().Select(p => p.Exited));

    /// <summary>A sentence for each process that has ended though the run still needs it: its exit code and last words.</summary>
    /// <param name="finished">Devices whose agents may have ended.</param>
    public IReadOnlyList<string> EarlyExits(IEnumerable<string> finished)
    {
        HashSet<string> allowed = [.. finished.Select(NameOf)];
        return [.. All().Where(p => p.Exited.IsCompleted && !allowed.Contains(p.Name)).Select(LastWords)];
    }

    /// <summary>Lets the agents end by themselves, then stops the cloud service and the broker in this order.</summary>
    /// <returns>A sentence for each process that did not end as it should.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        var faults = new List<string>();
        foreach (ChildProcess agent in _agents)
        {
            bool ended = await agent.EndsWithinAsync(AgentPatience, time).ConfigureAwait(false);
            if (!ended)
            {
                await agent.StopAsync(AgentPatience, time).ConfigureAwait(false);
                faults.Add($"{Capital(agent.Name)} did not end by itself after its stream.");
            }

            AddBadExit(faults, agent);
        }

        await StopAsync(_cloud!, CloudPatience, faults).ConfigureAwait(false);
        await StopAsync(_broker!.Process, BrokerPatience, faults).ConfigureAwait(false);
        return faults;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(All().Select(p => p.DisposeAsync().AsTask())).ConfigureAwait(false);

    private string BrokerAddress => $"127.0.0.1:{_broker!.Port}";

    private string PrivateKey => folder.File("demo.key");

    private string PublicKey => folder.File("demo.pub");

    private string[] Normalization =>
        plan.Options.Mean is null ? [] : ["--mean", plan.Options.Mean, "--std", plan.Options.StandardDeviation!];

    private IEnumerable<ChildProcess> All() => new[] { _broker?.Process, _cloud }.OfType<ChildProcess>().Concat(_agents);

    private ChildProcess Start(string name, string assembly, string log, IReadOnlyList<string> arguments) =>
        ChildProcess.Start(new ChildProcessSpec(name, HostPrograms.Runtime, [assembly, .. arguments], folder.File($"{log}.log"))
        {
            // A process that is stopped while it still starts would leave the runtime's debugging pipes behind in the temporary folder.
            Environment = new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" },
        });

    private async Task StopAsync(ChildProcess process, TimeSpan patience, List<string> faults)
    {
        if (!await process.StopAsync(patience, time).ConfigureAwait(false))
        {
            faults.Add($"{Capital(process.Name)} did not end within {patience.TotalSeconds:0} s of SIGTERM and was killed.");
            return;
        }

        AddBadExit(faults, process);
    }

    private static void AddBadExit(List<string> faults, ChildProcess process)
    {
        if (process.Exited.Result != 0)
        {
            faults.Add(LastWords(process));
        }
    }

    private static string NameOf(string device) => $"the agent {device}";

    private static string LastWords(ChildProcess process) =>
        $"{Capital(process.Name)} ended with exit code {process.Exited.Result}: {process.LastWords()}";

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}

using System.Diagnostics;

namespace EdgeAdapt.Edge.Agent.Tests.Deployment;

/// <summary>The script that makes the broker's passwords.</summary>
public sealed class PasswordScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-passwords-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [BrokerFact]
    public async Task Run_OneMoreClient_KeepsTheOthersAndTheirPasswords()
    {
        Assert.Equal(0, await RunAsync("cloud", "cam-1"));
        string password = await File.ReadAllTextAsync(PathOf("cam-1.password"));
        Assert.Equal(0, await RunAsync("reader"));
        Assert.Equal(["cam-1", "cloud", "reader"], await NamesAsync());
        Assert.Equal(password, await File.ReadAllTextAsync(PathOf("cam-1.password")));

        // Who is taken out has no file any more.
        File.Delete(PathOf("cam-1.password"));
        Assert.Equal(0, await RunAsync("reader"));
        Assert.Equal(["cloud", "reader"], await NamesAsync());
    }

    [BrokerFact]
    public async Task Run_NameThatCannotBe_LeavesThePasswordsAsTheyAre()
    {
        Assert.Equal(0, await RunAsync("cloud"));
        string before = await File.ReadAllTextAsync(PathOf("passwords"));
        Assert.Equal(1, await RunAsync("cam:1"));
        Assert.Equal(before, await File.ReadAllTextAsync(PathOf("passwords")));
        Assert.Equal(["cloud.password", "passwords"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order());
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private async Task<string[]> NamesAsync() => [.. (await File.ReadAllLinesAsync(PathOf("passwords"))).Select(l => l.Split(':')[0]).Order(StringComparer.Ordinal)];

    private async Task<int> RunAsync(params string[] names)
    {
        using Process script = Process.Start(Checkout.Path("deploy", "mosquitto", "make-passwords.sh"), [_folder, .. names]);
        await script.WaitForExitAsync();
        return script.ExitCode;
    }
}

namespace EdgeAdapt.Cli.Tests;

public sealed class KeysVerbTests : IDisposable
{
    private readonly CommandLine _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Keys_NewSignVerifyApply_ASignedSetGoesThroughAndAChangedOneDoesNot()
    {
        string set = _run.File("set.safetensors");
        (await CommandLine.RunAsync("adapt", "--student", CommandLine.Student, "--teacher", CommandLine.Teacher, "--samples", CommandLine.Samples, "--out", set)).AssertSucceeds();
        (await CommandLine.RunAsync("keys", "new", "--out", _run.File("a"))).AssertSucceeds();
        (await CommandLine.RunAsync("keys", "new", "--out", _run.File("b"))).AssertSucceeds();
        (await ApplyAsync(set, "a")).AssertFails(ExitCode.Failure, "not signed", "keys sign");

        (await CommandLine.RunAsync("keys", "sign", "--set", set, "--key", _run.File("a.key"))).AssertSucceeds();
        (await CommandLine.RunAsync("keys", "verify", "--set", set, "--trusted-key", _run.File("b.pub"), "--trusted-key", _run.File("a.pub"))).AssertSucceeds();
        (await ApplyAsync(set, "a")).AssertSucceeds();
        (await ApplyAsync(set, "b")).AssertFails(ExitCode.Failure, "not trusted");

        byte[] bytes = await File.ReadAllBytesAsync(set);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(set, bytes);
        (await ApplyAsync(set, "a")).AssertFails(ExitCode.Failure, "does not fit its bytes");
    }

    [Fact]
    public async Task KeysNew_ExistingName_IsNotReplaced()
    {
        (await CommandLine.RunAsync("keys", "new", "--out", _run.File("a"))).AssertSucceeds();
        string before = await File.ReadAllTextAsync(_run.File("a.key"));
        (await CommandLine.RunAsync("keys", "new", "--out", _run.File("a"))).AssertFails(ExitCode.Failure, "exists already");
        Assert.Equal(before, await File.ReadAllTextAsync(_run.File("a.key")));
    }

    private Task<CommandLineResult> ApplyAsync(string set, string key) =>
        CommandLine.RunAsync("apply", "--model", CommandLine.Student, "--set", set, "--out", _run.File("adapted.onnx"), "--trusted-key", _run.File(key + ".pub"));
}

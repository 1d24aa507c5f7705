using System.Buffers.Binary;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>The edge agent as a folder for a device with arm64, as ./edgeadapt publish --architecture arm64 --framework-dependent makes it.</summary>
public sealed class Arm64PublishTests : IDisposable
{
    private const ushort ElfMachineAArch64 = 183;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Arm64LibraryFact]
    public async Task Publish_ForArm64_HoldsLibrariesOfArm64Alone()
    {
        string published = Path.Combine(_folder.FullName, "published");
        await AgentPublishing.RunAsync(published, Path.Combine(_folder.FullName, "publish.log"), "-p:EdgeAdaptArchitecture=arm64");

        Dictionary<string, ushort> libraries = Directory.GetFiles(published).Select(f => (Name: Path.GetFileName(f), Machine: ElfMachine(f))).Where(f => f.Machine is not null).ToDictionary(f => f.Name, f => f.Machine!.Value);
        Assert.Contains("libonnxruntime.so", libraries);
        Assert.Contains("libortextensions.so", libraries);
        Assert.All(libraries.Values, m => Assert.Equal(ElfMachineAArch64, m));
        Assert.True(File.Exists(Path.Combine(published, "EdgeAdapt.Edge.Agent.runtimeconfig.json")));
    }

    /// <summary>What processor an ELF file is for; null for a file of another kind.</summary>
    private static ushort? ElfMachine(string file)
    {
        Span<byte> head = stackalloc byte[20];
        using FileStream stream = File.OpenRead(file);
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[..4].SequenceEqual("\u007fELF"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[18..])
            : null;
    }
}

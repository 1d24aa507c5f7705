namespace EdgeAdapt.Testing;

/// <summary>The folder of real images and trained models that a developer may keep beside the checkout.</summary>
public static class SharedData
{
    /// <summary>Names the folder where it is not beside the checkout.</summary>
    public const string Variable = "EDGEADAPT_SHARED_DATA";

    /// <summary>The folder, or null where this machine has none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file of the folder. Call it only in tests marked with <see cref="SharedDataFactAttribute"/>.</summary>
    public static string File(string relativePath) => Path.Combine(Folder!, relativePath);

    private static string? Find()
    {
        string folder = Environment.GetEnvironmentVariable(Variable) ?? Path.Combine(Checkout.Root, "..", "shared", "data");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}

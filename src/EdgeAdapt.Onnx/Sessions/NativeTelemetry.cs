using System.Runtime.InteropServices;

namespace EdgeAdapt.Onnx.Sessions;

/// <summary>
/// Some builds of ONNX Runtime, the portable flavour's among them, report usage to their publisher over the network, also
/// on Linux. A device must not talk to anybody its operator did not name, so this is off unless the operator sets the variable.
/// </summary>
internal static partial class NativeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Switches it off. Works only before the native library makes its environment, so before the first session.</summary>
    public static void Disable()
    {
        if (!OperatingSystem.IsWindows())
        {
            // Environment.SetEnvironmentVariable changes .NET's own copy, which native code never sees.
            _ = SetEnvironment(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}

using System.Diagnostics;

namespace EdgeAdapt.Edge.Server.Tests.Clients;

/// <summary>A test that needs Triton's Python client; skipped, visibly, where Python does not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TritonClientFactAttribute : FactAttribute
{
    public TritonClientFactAttribute()
    {
        if (!HasClient())
        {
            Skip = $"needs tritonclient (pip install 'tritonclient[http]'; {PythonVariable} names another Python than '{Python}')";
        }
    }

    public static string Python => Environment.GetEnvironmentVariable(PythonVariable) ?? "python3";

    private static string PythonVariable => "EDGEADAPT_PYTHON";

    private static bool HasClient()
    {
        try
        {
            using Process python = Process.Start(new ProcessStartInfo(Python, ["-c", "import tritonclient.http"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

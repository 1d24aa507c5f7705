using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Onnx.Tests;

public sealed class NativeTelemetryTests
{
    [Fact]
    public void SessionSettings_FirstUse_TellsNativeCodeToSendNothing()
    {
        using (SessionSettings.Default.ToNative())
        {
            Assert.Equal("1", Marshal.PtrToStringUTF8(GetEnvironment("ORT_DISABLE_TELEMETRY")));
        }
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern IntPtr GetEnvironment(string name);
}

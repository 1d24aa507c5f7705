using System.Runtime.InteropServices;

namespace EdgeAdapt.Onnx.Sessions;

/// <summary>The C library's heap, from which ONNX Runtime takes its memory.</summary>
public static partial class NativeHeap
{
    /// <summary>
    /// Gives freed memory back to the system. glibc keeps it: a model that is loaded twice and freed once, or a pass over a large batch, would stay resident for good.
    /// Does nothing with another C library.
    /// </summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = TrimAll(0);
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                // musl has no such call and gives memory back by itself.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAll(nuint keep);
}

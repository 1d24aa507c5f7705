using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// A model that is run now and then: ONNX Runtime optimizes it once, its weights wait in a file, and a session starts from it in a few milliseconds and computes bit for
/// bit what a session that was kept would. Between runs it takes next to no memory. Thread safe. Dispose it when no <see cref="Open"/> is under way.
/// </summary>
public sealed class StoredModel : IDisposable
{
    private readonly SessionTemplate _template;

    private StoredModel(SessionTemplate template) => _template = template;

    /// <summary>Optimizes a model and stores it.</summary>
    /// <param name="model">Makes the model; called once.</param>
    /// <param name="settings">How its sessions run.</param>
    /// <param name="folder">For a file of the model's size, which has no name there and is gone with this object or with the process.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="IOException">The folder takes no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no file.</exception>
    public static StoredModel Create(Func<ModelProto> model, SessionSettings settings, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            ModelProto optimized = OptimizedForm.Of(model, settings, folder);
            OptimizedFile file = OptimizedForm.ToFile(optimized, settings, folder);
            try
            {
                byte[] bytes = file.ReadAll();
                return new StoredModel(new SessionTemplate(file, bytes, TensorPlaces.OfWeights(optimized, bytes), settings));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime cannot load the model: {e.Message}", e);
        }
    }

    /// <summary>Starts a session; whoever calls disposes it, and may do so after this object.</summary>
    /// <exception cref="OnnxModelException">The file cannot be read.</exception>
    public ModelSession Open() => _template.Open([]);

    /// <inheritdoc/>
    public void Dispose() => _template.Dispose();
}
